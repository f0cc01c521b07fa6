// What is told of one tab, and that of cookies only those of its own kind of window are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Happening, pretend, shipped } from './browser.mjs';

const cookies = new Happening();
/** @type {Record<string, Happening>} */
const requests = Object.fromEntries(['BeforeRequest', 'SendHeaders', 'HeadersReceived', 'AuthRequired', 'BeforeRedirect', 'Completed', 'ErrorOccurred'].map((name) => [`on${name}`, new Happening()]));
/** Says whether the tab's window is private. @type {(tab: { incognito: boolean }) => void} */
let answer = () => {};
pretend({
  tabs: { get: () => new Promise((resolve) => { answer = resolve; }), onCreated: new Happening() },
  cookies: { onChanged: cookies },
  webRequest: { ...requests, ResourceType: { MAIN_FRAME: 'main_frame', IMAGE: 'image' } },
});
const { watchTab } = await shipped('shared/tab-events.js');

test('no cookie of another kind of window is told, nor one lost, while it is not known yet of which kind the tab is', async () => {
  for (const incognito of [true, false]) {
    /** @type {any[]} */
    const told = [];
    const end = watchTab(2, (/** @type {string} */ lines) => told.push(...lines.split('\n').map((line) => JSON.parse(line))));
    requests.onBeforeRequest?.happens({ requestId: '1', tabId: 2, timeStamp: Date.now(), method: 'GET', url: 'https://www.app.test/', type: 'main_frame', frameId: 0 });
    const set = (/** @type {string} */ name) => {
      for (const storeId of ['0', '1']) cookies.happens({ removed: false, cause: 'explicit', cookie: { name: `${name}-${storeId}`, value: 'a', domain: '.app.test', storeId } });
    };
    set('early');
    answer({ incognito });
    await Promise.resolve();
    set('late');
    await new Promise((resolve) => { setTimeout(resolve, 80); });
    end();
    const store = incognito ? '1' : '0';
    assert.deepEqual(told.filter(({ type }) => type === 'cookie').map(({ name }) => name), [`early-${store}`, `late-${store}`]);
  }
});
