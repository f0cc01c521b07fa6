// With access to sites nothing of a login is lost, and the browser's own word on a cookie outranks what its rules say.

import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { open } from './lib/browser.mjs';
import { whatIsCaptured } from './lib/capture.mjs';
import { grantedExtension } from './lib/granted.mjs';

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: with access to sites everything that the server counted is there once`, async () => {
    for (const { what, happened, captured, shown } of await whatIsCaptured(name, true)) {
      assert.ok(happened > 0, what);
      assert.equal(captured, happened, what);
      assert.equal(shown, 'failing', what);
    }
  });

  test(`${name}: what the browser says of a cookie outranks its rules, and a disagreement is listed`, async () => {
    const server = http.createServer((request, response) => {
      const cookies = { '/keeps': ['kept=1', 'lax=1; SameSite=Lax; HttpOnly', 'secure=1; Secure', 'none=1; SameSite=None', 'elsewhere=1; Domain=other.test', '__Host-a=1'], '/blocked': ['blocked=1'] };
      response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': cookies[/** @type {keyof typeof cookies} */ (request.url)] ?? [] }).end('<title>page</title>');
    });
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const extension = grantedExtension(name === 'chrome' ? ['contentSettings'] : []);
    const browser = await open(name, { extension: extension.path });
    const { panel } = browser;
    try {
      await browser.goto(`http://www.app.test:${port}/`);
      await browser.openDevTools();
      await browser.showPanel();
      await panel.click('#tab-cookies');
      const call = (/** @type {string} */ path) => browser.evaluate((/** @type {string} */ to) => fetch(to).then((answer) => answer.text()).then(() => undefined), path);
      const row = (/** @type {string} */ cookie) => panel.waitFor((/** @type {string} */ wanted) => {
        const [, , state, refused] = document.querySelector(`[data-cookie="${wanted}"]`)?.children ?? [];
        return state && [state.textContent, refused?.textContent];
      }, [cookie], { what: `the cookie ${cookie}` });
      await call('/keeps');
      assert.match((await row('kept'))[0], /^kept #\d+$/);
      assert.match((await row('lax'))[0], /^kept #\d+$/);
      for (const cookie of ['secure', 'none', 'elsewhere', '__Host-a']) assert.match((await row(cookie))[0], /^refused #\d+$/, cookie);
      await browser.blockCookies();
      // Firefox asks what may be kept once for each page.
      await browser.goto(`http://www.app.test:${port}/`);
      await call('/blocked');
      const [state, refused] = await row('blocked');
      assert.match(state, /^refused #\d+The browser says that it does not keep it/);
      assert.match(refused, /a setting or an extension/);
    } finally {
      await browser.close();
      await new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
      extension.remove();
    }
  });
}
