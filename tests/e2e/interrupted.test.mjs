// What may happen while something is recorded: the extension is loaded anew, a tab crashes, and keys mark and end it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from '../../demo/site.mjs';
import { sleep } from '../lab/process.mjs';
import { open } from './lib/browser.mjs';
import { grantedExtension } from './lib/granted.mjs';
import { PAGE, appears, startRecording, stored } from './lib/recorder.mjs';

/**
 * Runs something with the demo site and a browser to which all is granted.
 * @param {import('./lib/browser.mjs').BrowserName} name
 * @param {(browser: import('./lib/browser.mjs').Browser, url: string) => Promise<void>} run
 */
async function beside(name, run) {
  const extension = grantedExtension();
  try {
    const demo = await start();
    try {
      const browser = await open(name, { extension: extension.path });
      try {
        await run(browser, demo.url);
      } finally {
        await browser.close();
      }
    } finally {
      await demo.stop();
    }
  } finally {
    extension.remove();
  }
}

/** Waits until something of that address is recorded to its end. @param {import('./lib/browser.mjs').ExtensionPage} page @param {string} path */
async function recorded(page, path) {
  for (const end = Date.now() + 15_000; ; await sleep(50)) {
    const { records } = await stored(page);
    const numbers = new Set(records.filter(({ url }) => url?.includes(path)).map(({ request }) => request));
    if (records.some(({ type, request }) => type === 'onCompleted' && numbers.has(request))) return;
    if (Date.now() > end) throw new Error(`Nothing of ${path} is recorded`);
  }
}

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: a recording outlives that the extension is loaded anew, as for an update, and goes on when somebody wants it`, () => beside(name, async (browser, url) => {
    const page = await browser.extensionPage(PAGE);
    await startRecording(page);
    await browser.goto(url);
    await browser.click('[data-scenario=token-expired]');
    await recorded(page, '/token-expired/');
    const before = await stored(page);
    await browser.reloadExtension();
    const again = await browser.extensionPage(PAGE);
    await appears(again, '.running[data-state=interrupted]');
    const { records } = await stored(again);
    assert.deepEqual(records.slice(0, before.records.length), before.records);
    await again.click('[data-act=resume]');
    await appears(again, '.running[data-state=on]');
    await browser.goto(url);
    await browser.click('[data-scenario=insufficient-scope]');
    await recorded(again, '/insufficient-scope/');
    await again.click('[data-act=stop]');
    await appears(again, '[data-verdict=failing]');
    assert.deepEqual((await stored(again)).controls.map(({ type }) => type), ['start', 'interrupt', 'resume', 'stop']);
  }));

  test(`${name}: what a tab did before it crashed is recorded and diagnosed`, () => beside(name, async (browser, url) => {
    const page = await browser.extensionPage(PAGE);
    await startRecording(page);
    await browser.goto(url);
    await browser.click('[data-scenario=token-expired]');
    await recorded(page, '/token-expired/');
    await browser.crashTab();
    await appears(page, '.running[data-state=on]');
    await page.click('[data-act=stop]');
    await appears(page, '[data-verdict=failing]');
    assert.match(await page.evaluate(() => document.querySelector('[data-verdict] .verdict')?.textContent), /expired/);
  }));

  // What a driver presses in Chromium never reaches the keys of the browser itself.
  test(`${name}: keys mark a step, end a recording and lead to the next`, { skip: name === 'chrome' }, () => beside(name, async (browser, url) => {
    const page = await browser.extensionPage(PAGE);
    await startRecording(page);
    await browser.goto(url);
    const press = /** @type {NonNullable<typeof browser.pressKeys>} */ (browser.pressKeys);
    await press('Alt+Shift+K');
    for (const end = Date.now() + 5000; !(await stored(page)).controls.some(({ type }) => type === 'step') && Date.now() < end;) await sleep(50);
    await press('Alt+Shift+R');
    await appears(page, '#list [data-recording] .steps');
    assert.match(await page.evaluate(() => document.querySelector('.steps')?.textContent), /Step/);
    assert.equal((await stored(page)).controls.at(-1).reason, 'user');
    await press('Alt+Shift+R');
    for (const end = Date.now() + 5000; ; await sleep(50)) {
      const opened = await page.evaluate(async () => {
        const { browser: api = undefined, chrome = undefined } = /** @type {any} */ (globalThis);
        return (await (api ?? chrome).tabs.query({})).map((/** @type {any} */ tab) => tab.url ?? tab.pendingUrl ?? '');
      });
      if (opened.some((/** @type {string} */ address) => address.endsWith('/pages/recordings.html#start'))) break;
      assert.ok(Date.now() < end, `no page to begin another is opened: ${opened}`);
    }
  }));
}
