// What people choose for themselves is kept, and takes effect at once.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { open } from './lib/browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violations = new Function(`${AXE}; return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')));`);
const TOKEN = 'planted-token-5d1f0c9a7b3e';

/** A site that refuses every call, under any of its names. */
async function site() {
  const server = http.createServer((request, response) => {
    const allows = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' };
    if (request.method === 'OPTIONS') response.writeHead(204, allows).end();
    else if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>');
    else response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer error="invalid_token"', ...allows }).end('{}');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { port, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: what is chosen takes effect at once and is kept; what was captured is offered when DevTools is opened again`, async () => {
    const served = await site();
    const browser = await open(name);
    const { panel } = browser;
    const call = (/** @type {string} */ host) => browser.evaluate((/** @type {string} */ url, /** @type {string} */ token) =>
      fetch(url, { headers: { Authorization: `Bearer ${token}` } }).then((answer) => answer.text()).then(() => undefined), `http://${host}:${served.port}/api/${host}`, TOKEN);
    /** Chooses in the settings. @param {string} id @param {string | boolean} value */
    const choose = async (id, value) => {
      await panel.click('#tab-settings');
      await panel.waitFor((/** @type {string} */ css) => document.querySelector(css), [`#${id}`], { what: id });
      await panel.evaluate((/** @type {string} */ css, /** @type {string | boolean} */ to) => {
        const field = /** @type {HTMLInputElement} */ (document.querySelector(css));
        if (typeof to === 'boolean') field.checked = to;
        else field.value = to;
        field.dispatchEvent(new Event('change'));
      }, `#${id}`, value);
    };
    const openRequest = async () => {
      await panel.click('#exchanges [data-index]:has(.status-4)');
      await panel.waitFor(() => document.querySelector('#detail'), [], { what: 'an opened request' });
      await panel.click('[data-leaf=request]');
      await panel.waitFor(() => document.querySelector('#leaf[aria-labelledby=leaf-request] .secret'), [], { what: 'the request' });
    };
    try {
      await browser.goto(`http://www.app.test:${served.port}/`);
      await browser.openDevTools();
      await browser.showPanel();
      for (const host of ['www.app.test', 'api.test']) await call(host);
      await panel.waitFor(() => document.querySelectorAll('#exchanges [data-index]').length >= 2, [], { what: 'both requests' });
      const shown = await panel.count('#exchanges [data-index]');

      await choose('setting-ignoredHosts', 'api.test');
      await panel.waitFor(() => ![...document.querySelectorAll('#exchanges .cell.host')].some((cell) => cell.textContent?.startsWith('api.test')), [], { what: 'a list without the host' });
      await call('api.test');
      await choose('setting-ignoredHosts', '');
      await panel.waitFor((/** @type {number} */ before) => document.querySelectorAll('#exchanges [data-index]').length > before, [shown], { what: 'the host again, with what came meanwhile' });

      await openRequest();
      const inClear = () => panel.evaluate((/** @type {string} */ token) => document.querySelector('#leaf')?.textContent?.includes(token) ?? false, TOKEN);
      assert.equal(await inClear(), false);
      await choose('setting-mask', false);
      await panel.waitFor((/** @type {string} */ token) => document.querySelector('#leaf')?.textContent?.includes(token), [TOKEN], { what: 'the token in clear' });
      await choose('setting-presenter', true);
      await panel.waitFor((/** @type {string} */ token) => !document.querySelector('#leaf')?.textContent?.includes(token), [TOKEN], { what: 'masks before others' });
      await panel.click('#detail .close');
      await openRequest();
      assert.equal(await inClear(), false);
      await choose('setting-presenter', false);
      await choose('setting-mask', true);
      await panel.waitFor((/** @type {string} */ token) => !document.querySelector('#leaf')?.textContent?.includes(token), [TOKEN], { what: 'masks again' });

      await choose('setting-zone', 'Asia/Tokyo');
      await panel.waitFor(() => document.querySelector('#detail .facts')?.textContent?.includes('GMT+9'), [], { what: 'the time of Tokyo' });
      await choose('setting-language', 'de');
      await panel.waitFor(() => document.querySelector('#tab-login')?.textContent === 'Diagnose' && document.documentElement.lang === 'de', [], { what: 'German' });
      assert.deepEqual(await panel.evaluate(violations), []);

      await new Promise((resolve) => { setTimeout(resolve, 1000); });
      await browser.closeDevTools();
      await browser.openDevTools();
      await browser.showPanel();
      assert.equal(await panel.text('#tab-login'), 'Diagnose');
      await panel.waitFor(() => document.querySelector('[data-notice=kept]'), [], { what: 'the offer of what was captured' });
      assert.match(await panel.text('[data-notice=kept]'), /^\d+ Anfragen/);
      assert.equal(await panel.count('.failure'), 0);
      await panel.click('[data-act=keptShow]');
      await panel.waitFor(() => document.querySelector('.failure') && !document.querySelector('[data-notice=kept]'), [], { what: 'what was captured before' });

      await choose('setting-keepLog', false);
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
      await browser.closeDevTools();
      await browser.openDevTools();
      await browser.showPanel();
      await new Promise((resolve) => { setTimeout(resolve, 500); });
      assert.equal(await panel.count('[data-notice=kept]'), 0);
    } finally {
      await browser.close();
      await served.stop();
    }
  });
}
