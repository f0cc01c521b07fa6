// A login that works beside one that fails: of one session, of a session and a file, of two recordings.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { sleep } from '../lab/process.mjs';
import { open, OUTPUT } from './lib/browser.mjs';
import { gives } from './lib/files.mjs';
import { grantedExtension } from './lib/granted.mjs';
import { PAGE, appears, startRecording } from './lib/recorder.mjs';
import { cutOff } from './lib/views.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violations = new Function(`${AXE}; return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')));`);

/** A site that lets in who bears a token. */
async function site() {
  const server = http.createServer((request, response) => {
    if (request.url !== '/api/me') response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>');
    else if (request.headers.authorization) response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":"alice"}');
    else response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' }).end('{}');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://www.app.test:${port}/`, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

/** @param {import('./lib/browser.mjs').Browser} browser @param {boolean} bears */
const call = (browser, bears) => browser.evaluate((/** @type {boolean} */ with_token) =>
  fetch('/api/me', with_token ? { headers: { Authorization: 'Bearer planted-token-5d1f0c9a7b3e' } } : {}).then((answer) => answer.text()).then(() => undefined), bears);

/** Another capture, in which the call bears a cookie and is let through. @param {string} url */
const other = (url) => `~ kind fetch\n> GET ${url}api/me\n> Cookie: sid={secret s 24}\n< 200 OK\n< Content-Type: application/json\n<\n< {}\n`;

/** Of the other capture. */
const FIELD = '#second';

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: the first difference that matters stands on top`, async () => {
    const served = await site();
    const browser = await open(name);
    try {
      const { panel } = browser;
      await browser.goto(served.url);
      await browser.openDevTools();
      await browser.showPanel();
      await panel.click('#tab-compare');
      await panel.waitFor(() => document.querySelector('.compare-view .empty'), [], { what: 'that there is nothing to compare yet' });
      for (const bears of [true, false]) await call(browser, bears);
      await panel.waitFor(() => document.querySelector('.parting-first[data-parts=true]'), [], { what: 'where the two logins part' });
      assert.match(await panel.text('.parting-first h1'), /GET \/api\/me/);
      assert.match(await panel.text('.parting-first [data-side=working]'), /bears Authorization: Bearer/);
      assert.match(await panel.text('.parting-first [data-side=failing]'), /bears no Authorization/);
      const heard = () => panel.evaluate(() => document.querySelector('[aria-live]')?.textContent);
      assert.match(await heard(), /GET \/api\/me.*bears Authorization: Bearer.*bears no Authorization/);
      await panel.click('.parting-first [data-side=failing] .place');
      await panel.waitFor(() => document.querySelector('#detail'), [], { what: 'the exchange of the failing login' });
      await panel.click('#detail .close');

      await panel.evaluate(gives, FIELD, 'works.http', [[other(served.url), 1]]);
      await panel.waitFor(() => document.querySelector('.parting-first [data-side=working]')?.textContent?.includes('sid'), [], { what: 'the file beside this session' });
      assert.match(await panel.text('.parting-first [data-side=failing]'), /does not bear sid/);
      assert.match(await heard(), /does not bear sid/);
      assert.deepEqual(await panel.evaluate(violations), []);
      mkdirSync(OUTPUT, { recursive: true });
      await panel.screenshot(join(OUTPUT, `${name}-compare.png`));
      await panel.click('#turn');
      await panel.waitFor(() => document.querySelector('.parting-first [data-side=failing] .elsewhere'), [], { what: 'the two swapped' });
      await panel.evaluate(gives, FIELD, 'works.http', [['{"log": {"version": "1.2", "entries": [', 1], ['{"filling": "x"},'.repeat(1000), 4000]]);
      await panel.waitFor(() => {
        const share = /** @type {HTMLProgressElement | null} */ (document.querySelector('.compare-view progress'))?.value ?? 0;
        return share > 0 && share < 1;
      }, [], { what: 'how much of a large file is read' });
      await panel.click('.compare-view [data-act=cancel]');
      await panel.waitFor(() => document.querySelector('.parting-first') && document.activeElement?.id === 'compare-own', [], { what: 'the logins of this session, with the focus beside them' });
      await panel.evaluate(gives, FIELD, 'works.http', [['{"log": {"entries": [], "nothing', 1]]);
      await panel.waitFor(() => document.querySelector('.compare-view .refused'), [], { what: 'why the file cannot be read' });
      await panel.click('#compare-own');
      await panel.waitFor(() => !document.querySelector('.compare-view .refused') && document.querySelector('.parting-first'), [], { what: 'the logins of this session again' });
    } finally {
      await browser.close();
      await served.stop();
    }
  });

  test(`${name}: two recordings are compared from their list`, async () => {
    const extension = grantedExtension();
    const served = await site();
    const browser = await open(name, { extension: extension.path });
    try {
      const page = await browser.extensionPage(PAGE);
      for (const bears of [false, true]) {
        await startRecording(page);
        await browser.goto(served.url);
        await call(browser, bears);
        await sleep(600);
        await page.click('[data-act=stop]');
        await appears(page, bears ? '[data-verdict=healthy]' : '[data-verdict=failing]');
      }
      await appears(page, '[data-verdict=failing] [data-act=choose]');
      await page.wear({ width: 320, height: 800, theme: 'light' });
      assert.deepEqual(await page.evaluate(cutOff), []);
      assert.deepEqual(await page.evaluate(violations), []);
      for (const verdict of ['healthy', 'failing']) await page.click(`[data-verdict=${verdict}] [data-act=choose]`);
      await page.click('[data-act=compare]');
      await appears(page, '.parting-first[data-parts=true]');
      assert.match(await page.evaluate(() => document.querySelector('.parting-first [data-side=failing]')?.textContent), /no Authorization|401/);
    } finally {
      await browser.close();
      await served.stop();
      extension.remove();
    }
  });
}
