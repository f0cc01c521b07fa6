// The recorder in real browsers: what it writes, what it never writes, and what is left when something is ended.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from '../../demo/site.mjs';
import { sleep } from '../lab/process.mjs';
import { open } from './lib/browser.mjs';
import { killBackground, killBrowser } from './lib/faults.mjs';
import { grantedExtension } from './lib/granted.mjs';
import { PAGE, appears, startRecording, stored } from './lib/recorder.mjs';

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: a failed login is recorded without DevTools, and the reason is there when it stops`, async () => {
    const extension = grantedExtension();
    const demo = await start();
    const browser = await open(name, { extension: extension.path });
    try {
      const page = await browser.extensionPage(PAGE);
      await startRecording(page);
      await browser.goto(demo.url);
      await browser.click('[data-scenario=token-expired]');
      await sleep(800);
      await page.evaluate(() => { /** @type {HTMLInputElement} */ (document.querySelector('[name=note]')).value = 'I pressed the button'; });
      await page.click('[data-act=step]');
      await page.click('[data-act=stop]');
      await appears(page, '[data-verdict=failing]');
      const shown = await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#list')).innerText);
      assert.match(shown, /expired/);
      assert.match(shown, /stopped by you/);
      assert.match(shown, /I pressed the button/);
      await page.click('[data-act=delete]');
      await appears(page, '#list > p');
      assert.deepEqual(await stored(page), { controls: [], captures: [], records: [] });
    } finally {
      await browser.close();
      await demo.stop();
      extension.remove();
    }
  });

  test(`${name}: what is typed into a password field is not stored, whatever the field is called`, async () => {
    const extension = grantedExtension();
    const demo = await start();
    const browser = await open(name, { extension: extension.path });
    try {
      const page = await browser.extensionPage(PAGE);
      await startRecording(page);
      await browser.goto(demo.url);
      await browser.evaluate(() => {
        const form = document.createElement('form');
        const field = Object.assign(document.createElement('input'), { type: 'password', name: 'f2', value: 'correct horse+battery' });
        form.append(field, Object.assign(document.createElement('input'), { name: 'f1', value: 'alice' }));
        Object.assign(form, { method: 'post', action: '/nothing-here' });
        document.body.append(form);
        setTimeout(() => form.requestSubmit());
      });
      await sleep(1200);
      const { records } = await stored(page);
      const text = JSON.stringify(records);
      assert.match(text, /alice/);
      assert.doesNotMatch(text, /correct.{1,3}horse/);
      assert.match(text, /‹secret 21 chars #[0-9a-f]{8}›/);
    } finally {
      await browser.close();
      await demo.stop();
      extension.remove();
    }
  });

  test(`${name}: nothing older than a second is lost when the background is ended, nor twice there`, async () => {
    const figures = await killBackground(name, { requests: 200, kills: 4 });
    assert.equal(figures.twice, 0, JSON.stringify(figures));
    assert.ok(figures.inOrder && figures.oldestMissing < 1000 && figures.served === 200, JSON.stringify(figures));
  });

  test(`${name}: nothing older than a second is lost when the browser is killed, and the recording goes on`, async () => {
    const figures = await killBrowser(name, { kills: 1 });
    assert.equal(figures.twice, 0, JSON.stringify(figures));
    assert.ok(figures.recorded > 0 && figures.oldestMissing < 1000, JSON.stringify(figures));
  });
}
