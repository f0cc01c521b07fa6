// A core that breaks costs at most the exchange that broke it, in the very files that ship.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Investigation } from '../../extension/core/investigation.js';
import core from './core.mjs';

// News keeps a pace that a busy machine stretches.
mock.timers.enable({ apis: ['setTimeout'] });
// What breaks here on purpose is told on the console too.
mock.method(console, 'error', () => {});

const AUTHORIZATION = [{ name: 'Authorization', value: 'Bearer undefined' }];

/** @param {string} path @returns {import('../../extension/shared/protocol.d.ts').Captured} */
const captured = (path, status = 200, headers = AUTHORIZATION) => ({ text: undefined, base64: false, entry: JSON.stringify({
  startedDateTime: '2026-11-20T08:25:03.000Z', time: 5, _resourceType: 'fetch',
  request: { method: 'GET', url: `https://app.example.test${path}`, httpVersion: 'HTTP/1.1', headers },
  response: { status, statusText: '', httpVersion: 'HTTP/1.1', headers: [], content: { size: 0, mimeType: 'text/plain' }, redirectURL: '' },
}) });

const readNothing = () => Promise.reject(new Error('there is no file'));

/**
 * An investigation whose cores panic where `breaks` says so, and what it told.
 * @param {(act: 'push' | 'news' | 'exchange', paths: string[], number?: number) => boolean} breaks
 */
function watched(breaks) {
  /** @type {import('../../extension/shared/protocol.d.ts').News[]} */
  const told = [];
  let cores = 0;
  const make = async () => {
    cores += 1;
    const made = new core.Core('chrome');
    /** @type {string[]} */
    const paths = [];
    const panic = () => { throw new WebAssembly.RuntimeError('unreachable'); };
    return /** @type {any} */ ({
      push(/** @type {Uint8Array} */ entry, /** @type {any[]} */ ...content) {
        const path = new URL(JSON.parse(new TextDecoder().decode(entry)).request.url).pathname;
        if (breaks('push', [...paths, path])) panic();
        paths.push(path);
        return made.push(entry, content[0], content[1]);
      },
      news: () => (breaks('news', paths) ? panic() : made.news()),
      everything: () => (breaks('news', paths) ? panic() : made.everything()),
      exchange: (/** @type {number} */ number) => (breaks('exchange', paths, number) ? panic() : made.exchange(number)),
      count: () => made.count(),
    });
  };
  const investigation = new Investigation(make, readNothing, (said) => { if (said.type === 'news') told.push(said); });
  const settle = async () => {
    for (let round = 0; round < 3; round++) {
      await investigation.settled();
      mock.timers.tick(60_000);
    }
    await investigation.settled();
  };
  return { investigation, told, settle, cores: () => cores };
}

/** @param {unknown} news @returns {string[]} */
const paths = (news) => /** @type {any} */ (news).news.rows.map((/** @type {{ path: string }} */ row) => row.path);

for (const [where, breaks] of /** @type {const} */ ([
  ['taking an exchange in', (/** @type {string} */ act, /** @type {string[]} */ all) => act === 'push' && all.at(-1) === '/broken'],
  ['the diagnosis', (/** @type {string} */ act, /** @type {string[]} */ all) => act === 'news' && all.includes('/broken')],
])) {
  test(`a panic in ${where} costs that exchange alone, is named once, and ends soon`, async () => {
    const { investigation, told, settle, cores } = watched(/** @type {any} */ (breaks));
    const all = Array.from({ length: 300 }, (_, at) => `/${at}`);
    all.forEach((path) => investigation.push(captured(path)));
    await settle();
    for (const path of ['/before', '/broken?secret=1', '/after']) investigation.push(captured(path));
    await settle();
    const everything = await investigation.ask({ type: 'everything' });
    assert.deepEqual(paths(everything), [...all, '/before', '/after']);
    const panics = told.at(-1)?.notices.filter(({ kind }) => kind === 'panic');
    assert.deepEqual(panics?.map(({ about }) => about), ['GET https://app.example.test/broken']);
    assert.ok(cores() < 8, `${cores()} cores`);
  });
}

test('a panic in an opened exchange is named, loses nothing, and everything else goes on', async () => {
  const { investigation, told, settle } = watched((act, _, number) => act === 'exchange' && number === 1);
  for (const path of ['/a', '/b', '/c']) investigation.push(captured(path, 401));
  await settle();
  assert.equal(await investigation.ask({ type: 'exchange', number: 1 }), undefined);
  await settle();
  assert.deepEqual(told.at(-1)?.notices.map(({ about }) => about), ['GET https://app.example.test/b']);
  assert.deepEqual(paths(await investigation.ask({ type: 'everything' })), ['/a', '/b', '/c']);
  assert.equal(/** @type {any} */ (await investigation.ask({ type: 'exchange', number: 2 })).number, 2);
});

test('news has only what changed', async () => {
  const { investigation, told, settle } = watched(() => false);
  investigation.push(captured('/a', 401));
  await settle();
  // What the same credentials meet with elsewhere would be news of the failed login.
  investigation.push(captured('/quiet', 200, []));
  await settle();
  const [first, last] = [told[0], told.at(-1)];
  assert.ok(first && last && told.length >= 2);
  assert.equal(told.flatMap(({ news }) => news.rows).length, 2);
  assert.deepEqual([last.news.failures, last.news.order, last.news.audit], [[], null, null]);
});

const SESSION = '> GET https://app.example.test/api/me\n> Authorization: Bearer undefined\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n';
const gone = () => new DOMException('The requested file could not be read', 'NotReadableError');

/** An investigation that reads text, as long as its files are as they were when they were chosen. */
function reading() {
  /** @type {any[]} */
  const refusals = [];
  const files = { areThere: true };
  const read = async (/** @type {Blob} */ file, /** @type {number} */ now, /** @type {(read: number) => void} */ progress) => {
    const opening = new core.Opening();
    for await (const bytes of /** @type {AsyncIterable<Uint8Array>} */ (file.stream())) {
      if (!files.areThere) throw gone();
      progress(bytes.byteLength);
      opening.feed(bytes, now);
    }
    return opening.finish();
  };
  const investigation = new Investigation(async () => new core.Core('chrome'), /** @type {any} */ (read), (said) => { if (said.type === 'refused') refusals.push(said); });
  return { investigation, refusals, files };
}

test('an opened file that was changed meanwhile is named when it must be read again, and another one can be opened', async () => {
  const { investigation, refusals, files } = reading();
  const open = () => investigation.open({ file: new Blob([SESSION]), now: 0 }, () => {});
  await open();
  const before = /** @type {any} */ (await investigation.ask({ type: 'everything' }));
  assert.equal(before.count, 1);
  files.areThere = false;
  investigation.ignore('elsewhere.test');
  assert.equal(await investigation.ask({ type: 'everything' }), undefined);
  assert.deepEqual(refusals.map(({ says }) => says), ['fileGone']);
  files.areThere = true;
  await open();
  assert.equal(/** @type {any} */ (await investigation.ask({ type: 'everything' })).count, 1);
});

test('a second capture tells how much of it is read, can be given up, and is named when it was changed meanwhile', async () => {
  const { investigation, files } = reading();
  investigation.push(captured('/a', 401));
  const second = { type: /** @type {const} */ ('second'), file: new Blob([SESSION]), now: 0 };
  const compare = { type: /** @type {const} */ ('compare'), withSecond: true, turned: false };
  /** @type {number[]} */
  const read = [];
  assert.deepEqual(await investigation.ask(second, (bytes) => read.push(bytes)), { read: true });
  assert.deepEqual(read, [SESSION.length]);
  assert.ok('comparison' in /** @type {any} */ (await investigation.ask(compare)));

  const given = investigation.ask(second, (bytes) => read.push(bytes));
  investigation.cancel();
  assert.ok('refused' in /** @type {any} */ (await given));
  assert.equal(read.length, 1);
  assert.equal(await investigation.ask(compare), undefined, 'nothing is held beside it');

  await investigation.ask(second);
  files.areThere = false;
  investigation.ignore('elsewhere.test');
  for (const time of ['once', 'and again']) assert.equal(/** @type {any} */ (await investigation.ask(compare)).says, 'fileGone', time);
  assert.equal(/** @type {any} */ (await investigation.ask({ type: 'exchange', number: 0 })).number, 0, 'everything else goes on');
});
