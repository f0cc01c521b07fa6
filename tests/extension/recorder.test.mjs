// What the recorder writes, why it stops, and what of private windows stays in memory.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, mock, test } from 'node:test';
import { Area, Happening, QUOTA, pretend, shipped } from './browser.mjs';

const session = new Area();
const cookies = new Happening();
pretend({
  storage: { session, local: new Area() },
  tabs: { get: async (/** @type {number} */ id) => ({ incognito: id === 2 }) },
  cookies: { onChanged: cookies },
});
// The core comes by the way on which an extension loads its own files.
mock.method(globalThis, 'fetch', async (/** @type {URL} */ url) => new Response(readFileSync(url), { headers: { 'content-type': 'application/wasm' } }));

const { DiskLog } = await shipped('shared/event-log.js');
const { PrivateLog } = await shipped('shared/private-log.js');
const { Recorder } = await shipped('background/recorder.js');
const { finishStopped } = await shipped('background/finish.js');
const { watchCookies } = await shipped('shared/requests.js');
const { readRecording } = await shipped('shared/read-recording.js');
const { Core, Opening, Shared } = await shipped('wasm/why401.js');

// What goes wrong here on purpose is told on the console too.
mock.method(console, 'error', () => {});

/** What would lie on the disk. @type {{ controls: any[], rows: any[], isFull: boolean }} */
const disk = { controls: [], rows: [], isFull: false };
Object.assign(DiskLog.prototype, {
  controls: async () => [...disk.controls],
  control: async (/** @type {any} */ control) => void disk.controls.push(control),
  append: async (/** @type {string} */ recording, /** @type {any} */ row) => {
    if (disk.isFull) throw new DOMException('no room', 'QuotaExceededError');
    disk.rows.push({ recording, ...row });
  },
  tally: async () => disk.rows.at(-1) ?? { exchanges: 0, bytes: 0, at: 0 },
  captures: async () => [],
  finish: async () => {},
  withRows: async () => new Set(),
});

const WISH = { name: 'app.test', sites: ['*://*.app.test/*'], limits: {}, private: false, bodies: false, original: false };
const SECRET = 'planted-token-5d1f0c9a7b3e';
let now = 1_795_161_600_000;

beforeEach(async () => {
  Object.assign(disk, { controls: [], rows: [], isFull: false });
  Object.assign(session, { quota: QUOTA, before: () => {} });
  await session.remove(Object.keys(await session.get(null)));
  mock.method(Date, 'now', () => now);
});

/** @param {(recording: string, lines: string) => Promise<string>} [keep] */
const recorderOf = (keep = async (_, lines) => lines) => new Recorder(keep, () => {});

/** A call that is refused in a tab, and when all of it is written. @param {any} recorder @param {number} tab @param {number} number @param {string} [filling] */
async function refused(recorder, tab, number, filling = '') {
  const [request, url] = [String(number), `https://www.app.test/api/${number}`];
  const all = [
    { type: 'onBeforeRequest', method: 'GET', url, kind: 'xmlhttprequest', frame: 0 },
    { type: 'onSendHeaders', fields: [['Authorization', `Bearer ${SECRET}`], ['X-Filling', filling]] },
    { type: 'onHeadersReceived', status: 401, line: 'HTTP/1.1 401 Unauthorized', fields: [['WWW-Authenticate', 'Bearer error="invalid_token"']] },
    { type: 'onCompleted', status: 401 },
  ];
  for (const record of all) recorder.take({ at: now, request, tab, ...record }, { ends: record.type === 'onCompleted', strict: record.type === 'onCompleted', url });
  // What waits is written before the state is answered.
  await new Promise((resolve) => { setTimeout(resolve); });
  return recorder.state();
}

const reason = () => disk.controls.find(({ type }) => type === 'stop')?.reason;

test('a recording stops at its size, after its time and when nothing happens, and says which', async () => {
  for (const [limits, passes, says] of /** @type {const} */ ([
    [{ size: 0.001 }, 0, 'size'], [{ time: 5, idle: 60 }, 6, 'time'], [{ idle: 5, time: 60 }, 6, 'idle'], [{ idle: 5, time: 60 }, 4, undefined],
  ])) {
    disk.controls = [];
    const recorder = recorderOf();
    await recorder.start({ ...WISH, limits });
    await refused(recorder, 1, 1, 'x'.repeat(2000));
    now += passes * 60_000;
    await recorder.checkLimits();
    assert.equal(reason(), says, JSON.stringify(limits));
  }
});

test('it stops where the disk is full, where the core breaks and where access to its last site is withdrawn, and what was there stays', async () => {
  let isBroken = false;
  for (const [breaks, says] of /** @type {[(recorder: any) => unknown, string][]} */ ([
    [() => { disk.isFull = true; }, 'full'],
    [() => { isBroken = true; }, 'core'],
    [(recorder) => recorder.withdrawn(['*://*.app.test/*', '*://*.other.test/*']), 'permission'],
  ])) {
    Object.assign(disk, { controls: [], rows: [], isFull: false });
    isBroken = false;
    const recorder = recorderOf(async (_, lines) => {
      if (isBroken) throw new WebAssembly.RuntimeError('unreachable');
      return lines;
    });
    await recorder.start(WISH);
    await refused(recorder, 1, 1);
    await breaks(recorder);
    const { recording } = await refused(recorder, 1, 2);
    assert.deepEqual([recording, reason(), disk.rows.length], [undefined, says, 1], says);
  }
});

test('what happens while a recording is paused is not in it, and a step that was marked is', async () => {
  const recorder = recorderOf();
  await recorder.start(WISH);
  await refused(recorder, 1, 1);
  await recorder.pause();
  await refused(recorder, 1, 2);
  await recorder.resume();
  await recorder.step('I pressed the button');
  const { recording, tally } = await refused(recorder, 1, 3);
  assert.deepEqual([recording.state, tally.exchanges, recording.steps.map((/** @type {{ note: string }} */ { note }) => note)], ['on', 2, ['I pressed the button']]);
  assert.doesNotMatch(JSON.stringify(disk.rows), /api\/2/);
});

test('a background that is ended goes on by itself; a browser that is ended leaves a recording to be continued', async () => {
  const first = recorderOf();
  await first.start(WISH);
  await refused(first, 1, 1);
  const { recording, tally } = await recorderOf().state();
  assert.deepEqual([recording.state, tally.exchanges], ['on', 1]);
  await session.remove('running');
  const last = recorderOf();
  assert.equal((await last.state()).recording.state, 'interrupted');
  await last.resume();
  const { recording: resumed, tally: both } = await refused(last, 1, 2);
  assert.deepEqual([resumed.id, resumed.state, both.exchanges], [recording.id, 'on', 2]);
});

test('of private windows nothing reaches the disk, and of others nothing their recordings', async () => {
  const recorder = recorderOf();
  watchCookies(recorder.take.bind(recorder));
  const kept = (/** @type {string} */ storeId) => cookies.happens({ removed: false, cause: 'explicit', cookie: { name: `of-${storeId}`, value: 'a', domain: '.app.test', storeId } });
  await recorder.start(WISH);
  for (const store of ['0', '1', 'firefox-default', 'firefox-private']) kept(store);
  for (const tab of [1, 2]) await refused(recorder, tab, tab);
  assert.match(JSON.stringify(disk.rows), /api\/1.*/);
  assert.match(JSON.stringify(disk.rows), /of-0.*of-firefox-default/);
  assert.doesNotMatch(JSON.stringify(disk.rows), /api\/2|of-1|of-firefox-private/);
  await recorder.stop('user');
  const before = JSON.stringify(disk);
  await recorder.start({ ...WISH, private: true });
  for (const store of ['0', '1']) kept(store);
  for (const tab of [1, 2]) await refused(recorder, tab, 10 + tab);
  await recorder.stop('user');
  assert.equal(JSON.stringify(disk), before);
  const memory = JSON.stringify(await session.get(null));
  assert.match(memory, /of-1.*api\/12/);
  assert.doesNotMatch(memory, /api\/11|of-0/);
});

test('a private recording is diagnosed when it stops, apart from one before it, and is gone when it is forgotten', async () => {
  const recorder = recorderOf();
  for (const number of [1, 2]) {
    await recorder.start({ ...WISH, private: true });
    await refused(recorder, 2, number);
    await recorder.stop('user');
  }
  await finishStopped(recorder.disk, recorder.memory);
  const captures = await new PrivateLog().captures();
  assert.deepEqual(captures.map((/** @type {any} */ { holds, verdict, exchanges }) => [holds, verdict, exchanges]), [['memory', 'failing', 1], ['memory', 'failing', 1]]);
  assert.match(captures[1].sentence, /www\.app\.test refused/);
  const texts = [];
  for await (const text of new PrivateLog().texts(captures[1].recording)) texts.push(text);
  assert.match(texts.join(), /api\/2/);
  assert.doesNotMatch(texts.join(), /api\/1/);
  await new PrivateLog().remove(captures[0].recording);
  assert.equal((await new PrivateLog().controls()).length, 2);
  await recorder.memory.remove();
  assert.deepEqual(await session.get(null), {});
});

test('a private recording whose memory is full stops, says so, is diagnosed there, and can still be read', async () => {
  for (let slack = 0; slack <= 600; slack += 20) {
    await session.remove(Object.keys(await session.get(null)));
    session.quota = QUOTA;
    const recorder = recorderOf();
    await recorder.start({ ...WISH, private: true });
    for (const number of [1, 2, 3]) await refused(recorder, 2, number);
    // Where there is little of it not even that it stopped has room, or what was wrong.
    session.quota = await session.getBytesInUse() + slack;
    await refused(recorder, 2, 4, 'x'.repeat(1000));
    assert.equal((await recorder.state()).recording, undefined);
    assert.equal((await recorder.memory.controls()).at(-1).reason, 'full');
    await finishStopped(recorder.disk, recorder.memory);
    assert.equal((await recorder.memory.captures())[0]?.verdict, 'failing', `${slack} bytes of room`);
    const texts = [];
    for await (const text of recorder.memory.texts((await recorder.memory.captures())[0].recording)) texts.push(text);
    assert.match(texts.join(), /api\/1/);
  }
});

test('what cannot be finished on the disk keeps nothing in memory from its diagnosis, nor one recording another', async () => {
  const recorder = recorderOf();
  await recorder.start(WISH);
  await recorder.stop('user');
  for (const number of [1, 2]) {
    await recorder.start({ ...WISH, private: true });
    await refused(recorder, 2, number);
    await recorder.stop('user');
  }
  const { finish } = recorder.memory;
  let fails = 1;
  recorder.memory.finish = async (/** @type {object} */ capture) => {
    if (fails-- > 0) throw new Error('An unexpected error occurred');
    return finish.call(recorder.memory, capture);
  };
  const captures = mock.method(recorder.disk, 'captures', async () => { throw new DOMException('gone', 'UnknownError'); });
  await finishStopped(recorder.disk, recorder.memory);
  captures.mock.restore();
  assert.deepEqual((await recorder.memory.captures()).map((/** @type {any} */ { verdict }) => verdict), ['failing']);
  await finishStopped(recorder.disk, recorder.memory);
  assert.deepEqual((await recorder.memory.captures()).map((/** @type {any} */ { verdict }) => verdict), ['failing', 'failing']);
});

test('the core keeps nothing of what cannot be read, diagnosed or written down', async () => {
  const recorder = recorderOf();
  await recorder.start(WISH);
  await refused(recorder, 1, 1);
  await recorder.stop('user');
  const { recording } = disk.controls[0];
  const one = { id: recording, name: '', started: now, sites: [], steps: [] };
  const fails = (/** @type {any} */ of, /** @type {string} */ call) => mock.method(of.prototype, call, () => { throw new Error('no'); });
  const texts = async function* () { yield ''; throw new DOMException('gone', 'UnknownError'); };
  for (const [breaks, lost] of /** @type {[() => { mock: any } | undefined, any][]} */ ([
    [() => undefined, Opening], [() => fails(Core, 'diagnosis'), Core], [() => fails(Core, 'share_away'), Core], [() => fails(Shared, 'capture'), Shared],
  ])) {
    const broken = breaks();
    const freed = mock.method(lost.prototype, 'free');
    if (broken) {
      mock.method(recorder.disk, 'texts', async function* () { for (const { text } of disk.rows) yield text; });
      await finishStopped(recorder.disk, recorder.memory);
      assert.equal(broken.mock.callCount(), 1);
      broken.mock.restore();
    } else await assert.rejects(readRecording({ texts }, one), /gone/);
    assert.equal(freed.mock.callCount(), 1, lost.name);
    freed.mock.restore();
  }
});

test('what a private recording saw makes no way where the memory fails for another reason', async () => {
  const recorder = recorderOf();
  await recorder.start({ ...WISH, private: true });
  await refused(recorder, 2, 1);
  session.before = (call) => { if (call === 'set') throw new Error('An unexpected error occurred'); };
  await assert.rejects(recorder.stop('user'), /unexpected/);
  session.before = () => {};
  assert.match(JSON.stringify(await session.get(null)), /api\/1/);
  await recorder.stop('user');
  session.before = (call) => { if (call === 'set') throw new Error('An unexpected error occurred'); };
  await finishStopped(recorder.disk, recorder.memory);
  assert.match(JSON.stringify(await session.get(null)), /api\/1/);
  session.before = () => {};
  await finishStopped(recorder.disk, recorder.memory);
  assert.equal((await recorder.memory.captures())[0].verdict, 'failing');
});

test('what is written to memory at once is all there, in its order, also after the browser has failed to answer', async () => {
  const log = new PrivateLog();
  const [recording, at] = ['one', now];
  const row = (/** @type {number} */ number) => log.append(recording, { text: `row ${number}`, exchanges: number, bytes: number, at });
  session.before = () => { throw new Error('An unexpected error occurred'); };
  await assert.rejects(row(0), /unexpected/);
  session.before = () => new Promise((resolve) => { setTimeout(resolve, 1); });
  await Promise.all([1, 2, 3].map(row));
  const texts = [];
  for await (const text of log.texts(recording)) texts.push(text);
  assert.deepEqual(texts, ['row 1', 'row 2', 'row 3']);
});
