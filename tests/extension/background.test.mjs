// The background as a whole, in a browser of which each call takes its time.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mock, test } from 'node:test';
import { Area, Happening, QUOTA, pretend, shipped } from './browser.mjs';

const [session, local] = [new Area(), new Area()];
const [message, windowGone, newVersion, command] = [new Happening(), new Happening(), new Happening(), new Happening()];
let reloads = 0;
/** @type {string[]} */
const opened = [];
/** @type {{ incognito: boolean }[]} */
let windows = [];
/** @type {Record<string, Happening>} */
const requests = Object.fromEntries(['BeforeRequest', 'SendHeaders', 'HeadersReceived', 'AuthRequired', 'BeforeRedirect', 'Completed', 'ErrorOccurred'].map((name) => [`on${name}`, new Happening()]));
const sleep = (/** @type {number} */ time) => new Promise((resolve) => { setTimeout(resolve, time); });
const nothing = async () => {};
/** Where the fields of passwords are watched. @type {string[]} */
let watched = [];
/** How many milliseconds the browser needs to forget an alarm. */
let slow = 0;
/** What the toolbar has shown. @type {string[]} */
const badges = [];
pretend({
  storage: { session, local },
  tabs: { get: async () => ({ incognito: true }), query: async () => [], create: async (/** @type {{ url: string }} */ { url }) => void opened.push(url), onCreated: new Happening(), onRemoved: new Happening() },
  windows: { getAll: async () => windows, onRemoved: windowGone },
  runtime: { onMessage: message, sendMessage: (/** @type {object} */ wish) => tell(wish), onConnect: new Happening(), onUpdateAvailable: newVersion, reload: () => { reloads += 1; }, getURL: (/** @type {string} */ path) => path },
  permissions: { contains: async () => true, request: async () => true, onAdded: new Happening(), onRemoved: new Happening() },
  scripting: {
    registerContentScripts: async (/** @type {{ matches: string[] }[]} */ [{ matches } = { matches: [] }]) => void (watched = matches),
    unregisterContentScripts: async () => void (watched = []),
    executeScript: nothing,
  },
  alarms: { get: nothing, create: nothing, clear: () => sleep(slow), onAlarm: new Happening() },
  action: { setBadgeText: async (/** @type {{ text: string }} */ { text }) => void badges.push(text), setBadgeBackgroundColor: nothing, setTitle: nothing },
  i18n: { getMessage: (/** @type {string} */ name) => name },
  commands: { onCommand: command },
  webRequest: { ...requests, ResourceType: { MAIN_FRAME: 'main_frame', IMAGE: 'image' } },
});
mock.method(globalThis, 'fetch', async (/** @type {URL} */ url) => new Response(readFileSync(url), { headers: { 'content-type': 'application/wasm' } }));

const { DiskLog } = await shipped('shared/event-log.js');
Object.assign(DiskLog.prototype, { controls: async () => [], captures: async () => [], withRows: async () => new Set() });
await shipped('background/main.js');
const { start } = await shipped('shared/wishes.js');

/** What a page of the extension is answered. @param {object} wish @returns {Promise<any>} */
const tell = (wish) => new Promise((resolve) => { message.happens(wish, {}, resolve); });
const WISH = { type: 'start', name: 'app.test', sites: ['*://*.app.test/*'], limits: {}, private: true, bodies: false, original: false };

/** A page of a private window that was refused. @param {string} requestId */
async function refused(requestId) {
  const details = { requestId, tabId: 2, timeStamp: Date.now(), method: 'GET', url: 'https://www.app.test/orders', type: 'main_frame', frameId: 0 };
  requests.onBeforeRequest?.happens(details);
  requests.onHeadersReceived?.happens({ ...details, statusCode: 401, statusLine: 'HTTP/1.1 401 Unauthorized', responseHeaders: [{ name: 'WWW-Authenticate', value: 'Bearer error="invalid_token"' }] });
  requests.onCompleted?.happens({ ...details, statusCode: 401 });
  await sleep(1);
}

/** Waits until nothing has asked for anything for some time. */
async function quiet() {
  let last = Date.now();
  const { before } = session;
  session.before = (call) => {
    last = Date.now();
    return before(call);
  };
  while (Date.now() - last < 150) await sleep(10);
  session.before = before;
}

test('when the last private window is gone nothing of it is left, however far what was recorded there has been finished', async () => {
  for (const [wait, isStopped] of /** @type {[number, boolean][]} */ ([0, 2, 5, 10, 20, 30, 50, 80].flatMap((wait) => [[wait, true], [wait, false]]))) {
    windows = [{ incognito: true }];
    session.before = () => {};
    await tell(WISH);
    await refused(String(wait));
    assert.equal((await tell({ type: 'state' })).tally.exchanges, 1);
    await session.set({ wish: WISH });
    session.before = () => sleep(4);
    if (isStopped) await tell({ type: 'stop' });
    await sleep(wait);
    windows = [{ incognito: false }];
    windowGone.happens(1);
    await quiet();
    assert.deepEqual(await session.get(null), {}, `${wait} ms later, ${isStopped ? '' : 'not '}stopped before`);
  }
});

test('a recording that begins while the one before it is cleared up after has its password fields watched', async () => {
  windows = [{ incognito: true }];
  for (slow of [0, 5, 20]) {
    await tell(WISH);
    await tell({ type: 'stop' });
    await tell(WISH);
    await quiet();
    assert.deepEqual(watched, WISH.sites, `${slow} ms`);
    await tell({ type: 'stop' });
    await quiet();
    assert.deepEqual(watched, []);
  }
  slow = 0;
});

test('a second wish changes nothing about what is recorded already', async () => {
  await tell(WISH);
  await tell({ ...WISH, sites: ['*://*.other.test/*'] });
  assert.deepEqual(watched, WISH.sites);
  await tell({ type: 'stop' });
  await quiet();
});

test('a recording for which there is no room does not begin, and whoever wants it is told', async () => {
  await session.remove(Object.keys(await session.get(null)));
  session.quota = (JSON.stringify(await session.get(null)).length) + 60;
  const errors = mock.method(console, 'error', () => {});
  assert.equal(await start(WISH), 'failed');
  assert.ok(errors.mock.callCount() > 0);
  errors.mock.restore();
  assert.deepEqual([watched, await session.get(null)], [[], {}]);
  session.quota = QUOTA;
  assert.equal(await start(WISH), 'started');
  await tell({ type: 'stop' });
  await quiet();
});

test('a new version waits until what is being recorded is finished, and comes at once where nothing is', async () => {
  await tell(WISH);
  newVersion.happens();
  await quiet();
  assert.equal(reloads, 0);
  await tell({ type: 'stop' });
  await quiet();
  assert.equal(reloads, 1);
  await session.remove(Object.keys(await session.get(null)));
  newVersion.happens();
  await quiet();
  assert.equal(reloads, 2);
});

test('the keys mark a step, end a recording, and lead to the next', async () => {
  await tell(WISH);
  command.happens('mark-step');
  await quiet();
  assert.deepEqual((await tell({ type: 'state' })).recording.steps.map((/** @type {{ note: string }} */ { note }) => note), ['stepByKey']);
  command.happens('toggle-recording');
  await quiet();
  assert.deepEqual([(await tell({ type: 'state' })).recording, opened], [undefined, []]);
  command.happens('toggle-recording');
  await quiet();
  assert.deepEqual(opened, ['pages/recordings.html#start']);
});

test('the toolbar says at once that something is recorded and that nothing is any more, and how much of it within a second', async () => {
  badges.length = 0;
  await tell(WISH);
  assert.deepEqual(badges, ['REC']);
  for (const number of ['a', 'b', 'c']) await refused(number);
  assert.equal((await tell({ type: 'state' })).tally.exchanges, 3);
  assert.deepEqual(badges, ['REC']);
  await sleep(1100);
  assert.deepEqual(badges, ['REC', '3']);
  await tell({ type: 'stop' });
  assert.deepEqual(badges, ['REC', '3', '']);
  await quiet();
});
