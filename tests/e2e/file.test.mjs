// Files: how much of one is read is seen, it can be given up, and one that was changed or that is no capture is named.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../lab/process.mjs';
import { open } from './lib/browser.mjs';
import { gives } from './lib/files.mjs';
import { appears } from './lib/recorder.mjs';

const REFUSED = '> GET http://www.app.test/api/me\n> Authorization: Bearer undefined\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n\n';
const FINE = '~ kind document\n> GET http://www.app.test/hello\n< 200 OK\n\n';

/** A HAR file of one refused call, and of others that fill it. */
const [BEGIN, FILLS, END] = (() => {
  const entry = (/** @type {string} */ path, /** @type {number} */ status, /** @type {string} */ text) => JSON.stringify({ startedDateTime: '2026-11-20T08:25:03.000Z', time: 5,
    request: { method: 'GET', url: `http://www.app.test${path}`, httpVersion: 'HTTP/1.1', headers: status === 401 ? [{ name: 'Authorization', value: 'Bearer undefined' }] : [] },
    response: { status, statusText: '', httpVersion: 'HTTP/1.1', headers: status === 401 ? [{ name: 'WWW-Authenticate', value: 'Bearer' }] : [], content: { size: text.length, mimeType: 'text/plain', text } } });
  return ['{"log":{"version":"1.2","creator":{"name":"a test","version":"1"},"entries":[', `${entry('/filling', 200, 'x'.repeat(200))},`, `${entry('/api/me', 401, '')}]}}`];
})();

/** Watches how much of a file is read. Runs in the page. */
const watches = () => {
  const { dataset } = document.documentElement;
  dataset.shares = '';
  const watch = setInterval(() => {
    const bar = /** @type {HTMLProgressElement | null} */ (document.querySelector('[data-notice=file] progress, .compare-view progress'));
    if (bar) dataset.shares += ` ${bar.value}`;
    else if (dataset.shares) clearInterval(watch);
  }, 10);
};

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: a file that is dropped shows how far it is read, can be given up, and leaves the page at hand`, async () => {
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      await appears(page, '#open-first');
      // A page in the background is drawn but once a second.
      await page.wear({ width: 1280, height: 800, theme: 'light' });
      await page.evaluate(watches);
      await page.evaluate(gives, null, 'dropped.har', [[BEGIN, 1], [FILLS, 250_000], [END, 1]]);
      await appears(page, '[data-notice=file] progress');
      await page.click('#tab-settings');
      await appears(page, '#setting-mask');
      await page.click('[data-notice=file] button');
      await page.click('#tab-login');
      await appears(page, '#open-first');
      const shares = (await page.evaluate(() => document.documentElement.dataset.shares)).trim().split(' ').map(Number);
      assert.ok(shares.length > 2 && shares.every((/** @type {number} */ share) => share < 1) && shares.at(-1) >= shares[0], shares.join());
      await page.evaluate(gives, null, 'dropped.har', [[BEGIN, 1], [FILLS, 2], [END, 1]]);
      await appears(page, '#verdict[data-verdict=failing]');
      await appears(page, '[data-notice=file]:not(:has(progress))');
      await page.evaluate(gives, null, 'dropped.har', [['neither this nor that', 1]]);
      await appears(page, '#open-first');
      assert.match(await page.evaluate(() => document.querySelector('[data-notice=file]')?.textContent), /dropped\.har could not be read: .{20}/);
    } finally {
      await browser.close();
    }
  });

  // Firefox reads a changed file as it is now.
  test(`${name}: a file that was changed after it was chosen is named, and is read when it is chosen again`, { skip: name === 'firefox' }, async () => {
    const folder = temporaryDirectory();
    const [file, other] = ['looked-at.http', 'beside.http'].map((called) => join(folder.path, called));
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      await appears(page, '#open-first');
      const ignores = async (/** @type {string} */ hosts) => {
        await page.click('#tab-settings');
        await appears(page, '#setting-ignoredHosts');
        await page.evaluate((/** @type {string} */ to) => {
          const field = /** @type {HTMLTextAreaElement} */ (document.querySelector('#setting-ignoredHosts'));
          field.value = to;
          field.dispatchEvent(new Event('change'));
        }, hosts);
      };
      writeFileSync(/** @type {string} */ (file), FINE);
      writeFileSync(/** @type {string} */ (other), FINE);
      await page.choose('#open', /** @type {string} */ (file));
      await appears(page, '#exchanges, #verdict');
      await page.click('#tab-compare');
      await appears(page, '#second');
      await page.choose('#second', /** @type {string} */ (other));
      await appears(page, '#turn');
      writeFileSync(/** @type {string} */ (other), REFUSED + FINE);
      await ignores('elsewhere.test');
      await page.click('#tab-compare');
      await appears(page, '.compare-view .refused');
      assert.match(await page.evaluate(() => document.querySelector('.refused')?.textContent), /beside\.http.*changed or moved/);
      await page.choose('#second', /** @type {string} */ (other));
      await appears(page, '.parting-first');

      writeFileSync(/** @type {string} */ (file), REFUSED);
      await ignores('');
      await appears(page, '[data-notice=file]');
      await page.click('#tab-login');
      await appears(page, '#open-first');
      assert.match(await page.evaluate(() => document.querySelector('[data-notice=file]')?.textContent), /looked-at\.http.*changed or moved/);
      await page.choose('#open', /** @type {string} */ (file));
      await appears(page, '#verdict[data-verdict=failing]');
    } finally {
      await browser.close();
      folder.remove();
    }
  });

  test(`${name}: what the page does meanwhile stays out of a file that is open in DevTools, and is there afterwards`, async () => {
    const server = http.createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>'));
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const browser = await open(name);
    const { panel } = browser;
    try {
      await browser.goto(`http://www.app.test:${port}/`);
      await browser.openDevTools();
      await browser.showPanel();
      const all = () => panel.text('#count');
      const calls = async (/** @type {number} */ count) => {
        for (let at = 0; at < count; at++) await browser.evaluate((/** @type {number} */ n) => fetch(`/live?${n}`).then((answer) => answer.text()).then(() => undefined), at);
      };
      // A session that was begun anew once is as new as a file that was just opened.
      await panel.clear();
      await calls(1);
      await panel.waitFor(() => /of 1 /.test(document.querySelector('#count')?.textContent ?? ''), [], { what: 'the request of the page' });
      await panel.evaluate(gives, null, 'dropped.har', [[BEGIN, 1], [END, 1]]);
      await panel.waitFor(() => document.querySelector('#verdict[data-verdict=failing]') && /^1 of 1 /.test(document.querySelector('#count')?.textContent ?? ''), [], { what: 'the file, its request too' });
      const before = await all();
      await calls(3);
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
      assert.equal(await all(), before);
      await panel.click('[data-notice=file] button');
      await panel.waitFor(() => /of 4 /.test(document.querySelector('#count')?.textContent ?? ''), [], { what: 'all requests of the page' });
      assert.equal(await panel.count('.failure'), 0);
    } finally {
      await browser.close();
      await new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
    }
  });
}
