// The recorder in real browsers: what it writes, what it never writes, and what is left when something is ended.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { start } from '../../demo/site.mjs';
import { sleep, temporaryDirectory } from '../lab/process.mjs';
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
      await page.click('[data-act=open]');
      await appears(page, '#verdict[data-verdict=failing]');
      assert.match(await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#verdict')).innerText), /expired/);
      await page.evaluate(() => { setTimeout(() => history.back()); });
      await appears(page, '[data-act=delete]');
      await page.click('[data-act=delete]');
      await appears(page, '#list > p');
      assert.deepEqual(await stored(page), { controls: [], captures: [], records: [] });
    } finally {
      await browser.close();
      await demo.stop();
      extension.remove();
    }
  });

  test(`${name}: finished recordings are renamed, exported, deleted when they are old, and all at once`, async () => {
    const browser = await open(name);
    try {
      const page = await browser.extensionPage(PAGE);
      await finished(page, { today: 0, old: 8 });
      await page.click('[data-recording=today] [data-act=rename]');
      await page.evaluate(() => {
        const field = /** @type {HTMLInputElement} */ (document.querySelector('[data-recording=today] input[type=text]'));
        field.value = 'the failing login';
        field.form?.requestSubmit();
      });
      await appears(page, '[data-recording=today] h3:not(:has(form))');
      assert.equal(await page.evaluate(() => document.querySelector('[data-recording=today] h3')?.textContent), 'the failing login');
      const exported = await page.evaluate(() => new Promise((resolve) => {
        /** @type {Blob} */
        let saved;
        URL.createObjectURL = (blob) => ((saved = /** @type {Blob} */ (blob)), '#');
        HTMLAnchorElement.prototype.click = function () { void saved.text().then((text) => resolve([this.download, text])); };
        /** @type {HTMLElement} */ (document.querySelector('[data-recording=today] [data-act=export]')).click();
      }));
      assert.match(exported[0], /^why401-\d{4}-.*\.har\.json$/);
      assert.equal(exported[1], '{"of": "today"}');
      await page.evaluate(() => {
        const { browser: api = undefined, chrome = undefined } = /** @type {any} */ (globalThis);
        return (api ?? chrome).alarms.create('old', { when: Date.now() });
      });
      await appears(page, '#list:not(:has([data-recording=old])) [data-recording=today]');
      await page.click('[data-act=delete-all]');
      await appears(page, '[data-act=delete-all][data-sure]');
      assert.equal((await stored(page)).captures.length, 1, 'it is asked for twice');
      await page.click('[data-act=delete-all]');
      await appears(page, '#list > p');
      assert.deepEqual(await stored(page), { controls: [], captures: [], records: [] });
    } finally {
      await browser.close();
    }
  });

  test(`${name}: what somebody does in the list of recordings stays while the list changes`, async () => {
    const browser = await open(name);
    try {
      const page = await browser.extensionPage(PAGE);
      await finished(page, { one: 0, other: 1, third: 2 });
      await page.click('[data-recording=one] [data-act=choose]');
      await page.click('[data-recording=other] [data-act=choose]');
      await page.click('[data-recording=one] [data-act=rename]');
      await page.evaluate(() => {
        const field = /** @type {HTMLInputElement} */ (document.querySelector('[data-recording=one] input[type=text]'));
        field.value = 'half a na';
        /** @type {HTMLInputElement} */ (document.querySelector('[name=hosts]')).value = 'half.a.si';
        // Only what is the same node keeps it.
        for (const node of document.querySelectorAll('button, input, a')) /** @type {HTMLElement} */ (node).dataset.since = 'before';
      });
      const doing = () => page.evaluate(() => ({
        name: /** @type {HTMLInputElement} */ (document.querySelector('[data-recording=one] input[type=text]')).value,
        sites: /** @type {HTMLInputElement} */ (document.querySelector('[name=hosts]')).value,
        chosen: [...document.querySelectorAll('[data-act=choose]')].map((box) => /** @type {HTMLInputElement} */ (box).checked),
        focus: document.activeElement?.closest('[data-recording]')?.getAttribute('data-recording'),
        anew: [...document.querySelectorAll('button, input, a')].filter((node) => /** @type {HTMLElement} */ (node).dataset.since !== 'before').map((node) => node.outerHTML),
      }));
      const before = await doing();
      assert.deepEqual(before, { name: 'half a na', sites: 'half.a.si', chosen: [true, true, false], focus: 'one', anew: [] });
      // As another page asks for it.
      for (const wish of [{ type: 'rename', recording: 'other', name: 'another name' }, { type: 'remove', recordings: [{ id: 'third', private: false }] }]) {
        await page.evaluate((/** @type {object} */ what) => {
          const { browser: api = undefined, chrome = undefined } = /** @type {any} */ (globalThis);
          return (api ?? chrome).runtime.sendMessage(what);
        }, wish);
      }
      await appears(page, '#list:not(:has([data-recording=third]))');
      assert.equal(await page.evaluate(() => document.querySelector('[data-recording=other] h3')?.textContent), 'another name');
      assert.deepEqual(await doing(), { ...before, chosen: [true, true] });
      const read = await page.evaluate(async () => {
        let transactions = 0;
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (...asked) {
          transactions += 1;
          return transaction.apply(this, asked);
        };
        await new Promise((resolve) => { setTimeout(resolve, 2500); });
        return transactions;
      });
      assert.equal(read, 0, 'the log is read though nothing has changed');
      await page.click('[data-act=compare]');
      await appears(page, '#tab-compare[aria-selected=true]');
    } finally {
      await browser.close();
    }
  });

  test(`${name}: a recording of a private window is listed as being in memory only, opens, and can be deleted`, async () => {
    const browser = await open(name);
    try {
      const page = await browser.extensionPage(PAGE);
      // No driver can let an extension into private windows, so this writes what its background writes there.
      await page.evaluate(async () => {
        const module = '/shared/private-log.js';
        const log = new (await import(module)).PrivateLog();
        const [recording, at, url] = ['one', Date.now() - 5000, 'https://www.app.test/api/orders'];
        await log.control({ type: 'start', recording, at, name: 'app.test', sites: ['*://*.app.test/*'], limits: { idle: 1, time: 1, size: 1 }, private: true, bodies: false, original: false });
        const text = [
          { type: 'onBeforeRequest', method: 'GET', url, kind: 'xmlhttprequest', frame: 0 },
          { type: 'onSendHeaders', fields: [['Authorization', 'Bearer planted-token-5d1f0c9a7b3e']] },
          { type: 'onHeadersReceived', status: 401, line: 'HTTP/1.1 401 Unauthorized', fields: [['WWW-Authenticate', 'Bearer error="invalid_token"']] },
          { type: 'onCompleted', status: 401 },
        ].map((record) => JSON.stringify({ at, request: '1', tab: 2, private: true, ...record })).join('\n');
        await log.append(recording, { text, exchanges: 1, bytes: text.length, at });
        await log.control({ type: 'stop', recording, at: at + 1000, reason: 'user' });
        await log.finish({ recording, holds: 'memory', verdict: 'failing', sentence: 'refused', exchanges: 1, bytes: text.length });
        setTimeout(() => location.reload());
      });
      await appears(page, '[data-holds=memory]');
      assert.match(await page.evaluate(() => document.querySelector('[data-holds]')?.textContent), /memory only/);
      assert.equal(await page.evaluate(() => document.querySelectorAll('[data-act=export], [data-act=rename]').length), 0);
      await page.click('[data-act=open]');
      await appears(page, '#verdict[data-verdict=failing]');
      await page.evaluate(() => { setTimeout(() => history.back()); });
      await appears(page, '[data-act=delete]');
      await page.click('[data-act=delete]');
      await appears(page, '#list > p');
    } finally {
      await browser.close();
    }
  });

  // Chrome hands no extension what servers answer.
  test(`${name}: what servers answer is recorded where somebody wants it, and reaches the page unchanged`, { skip: name === 'chrome' }, async () => {
    const extension = grantedExtension();
    const demo = await start();
    const browser = await open(name, { extension: extension.path });
    try {
      const page = await browser.extensionPage(PAGE);
      const asks = async () => {
        await browser.goto(demo.url);
        return browser.evaluate(() => fetch('/token-expired/api').then((answer) => answer.text()));
      };
      const plain = await asks();
      for (const wanted of [false, true]) {
        await appears(page, 'form.start [name=bodies]');
        if (wanted) await page.click('[name=bodies]');
        await startRecording(page);
        assert.equal(await asks(), plain);
        await sleep(800);
        const bodies = (await stored(page)).records.filter(({ type }) => type === 'body');
        if (wanted) assert.ok(bodies.some(({ content }) => content.text === plain && !content.cut), JSON.stringify(bodies).slice(0, 400));
        else assert.deepEqual(bodies, []);
        await page.click('[data-act=stop]');
        await appears(page, 'form.start');
      }
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

  for (const keeps of [false, true]) {
    test(`${name}: ${keeps ? 'a recording that is kept as it was is marked as such' : 'of a finished recording no secret is in the profile'}`, async () => {
      const extension = grantedExtension();
      const profile = temporaryDirectory();
      const demo = await start();
      const secrets = ['token', 'cookie', 'query'].map(() => randomBytes(24).toString('base64url'));
      const browser = await open(name, { extension: extension.path, profile });
      let isOpen = true;
      try {
        const page = await browser.extensionPage(PAGE);
        await appears(page, 'form.start');
        if (keeps) await page.click('[name=original]');
        await startRecording(page);
        await browser.goto(demo.url);
        await browser.evaluate(async (/** @type {string[]} */ [token, cookie, query]) => {
          document.cookie = `sid=${cookie}; max-age=60`;
          await fetch(`/refused?access_token=${query}`, { headers: { Authorization: `Bearer ${token}` }, cache: 'no-store' });
          document.cookie = 'sid=; max-age=0';
        }, secrets);
        await sleep(1000);
        const recorded = JSON.stringify((await stored(page)).records);
        for (const secret of secrets) assert.ok(recorded.includes(secret), `${secret} is not recorded`);
        await page.click('[data-act=stop]');
        await appears(page, `[data-holds=${keeps ? 'original' : 'redacted'}]`);
        const folder = join(profile.path, name === 'chrome' ? 'Default' : 'storage');
        // Chrome lets go of what was deleted some seconds later.
        for (const end = Date.now() + 20_000; !keeps && bytesBelow(folder, secrets).length > 0 && Date.now() < end; await sleep(500));
        const databases = await page.evaluate(() => indexedDB.databases().then((all) => all.map(({ name: called }) => called).sort()));
        await browser.close();
        isOpen = false;
        if (!keeps) {
          assert.deepEqual(bytesBelow(folder, secrets), []);
          assert.deepEqual(databases, ['why401']);
        } else if (name === 'chrome') assert.notDeepEqual(bytesBelow(folder, secrets), []);
      } finally {
        if (isOpen) await browser.close();
        await demo.stop();
        extension.remove();
        profile.remove();
      }
    });
  }

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

/**
 * Leaves finished recordings as the background does, and opens their list anew.
 * @param {import('./lib/browser.mjs').ExtensionPage} page
 * @param {Record<string, number>} ages in days
 */
async function finished(page, ages) {
  await page.evaluate(async (/** @type {Record<string, number>} */ all) => {
    const module = '/shared/event-log.js';
    const log = new (await import(module)).DiskLog();
    for (const [recording, days] of Object.entries(all)) {
      const at = Date.now() - days * 86_400_000;
      await log.control({ type: 'start', recording, at, name: recording, sites: ['*://*.app.test/*'], limits: { idle: 1, time: 1, size: 1 }, private: false, bodies: false, original: false });
      await log.control({ type: 'stop', recording, at: at + 1000, reason: 'user' });
      await log.finish({ recording, holds: 'redacted', verdict: 'failing', sentence: 'refused', exchanges: 1, bytes: 10 }, `{"of": "${recording}"}`);
    }
    setTimeout(() => location.reload());
  }, ages);
  for (const recording of Object.keys(ages)) await appears(page, `[data-recording=${recording}]`);
}

/**
 * The files below a folder that hold one of these, as they are or with a zero byte behind each character, as strings that
 * are not Latin are stored. What browsers keep of the site itself is not the extension's.
 * @param {string} folder @param {string[]} secrets
 */
function bytesBelow(folder, secrets) {
  const forms = secrets.flatMap((secret) => [Buffer.from(secret, 'latin1'), Buffer.from(secret, 'utf16le')]);
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/^(Cookies|History|Cache)/.test(entry.name)).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    try {
      const bytes = readFileSync(path);
      return forms.some((form) => bytes.includes(form)) ? [path.slice(folder.length)] : [];
    } catch (error) {
      // The browser deletes files meanwhile.
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return [];
      throw error;
    }
  });
}
