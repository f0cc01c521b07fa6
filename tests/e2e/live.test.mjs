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

  test(`${name}: a call that is refused behind a service worker is diagnosed by what the browser shows of it`, async () => {
    const server = http.createServer((request, response) => {
      if (request.url === '/worker.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end("onactivate = (event) => event.waitUntil(clients.claim());\nonfetch = (event) => { if (event.request.url.includes('/api/')) event.respondWith(fetch(event.request)); };");
      else if (request.url?.startsWith('/api/')) response.writeHead(401, { 'www-authenticate': 'Bearer realm="orders"', 'content-type': 'application/json' }).end('{}');
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>');
    });
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
    try {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      const browser = await open(name);
      try {
        // Browsers let only secure pages have such a worker, and this host's.
        await browser.goto(`http://localhost:${port}/`);
        await browser.openDevTools();
        await browser.showPanel();
        await browser.evaluate(async () => {
          await navigator.serviceWorker.register('/worker.js');
          for (const end = Date.now() + 10_000; !navigator.serviceWorker.controller && Date.now() < end;) await new Promise((resolve) => { setTimeout(resolve, 20); });
          if (!navigator.serviceWorker.controller) throw new Error('no worker controls the page');
          await fetch('/api/orders');
        });
        const cause = await browser.panel.waitFor(() => document.querySelector('.failure .cause')?.getAttribute('data-cause'), [], { what: 'the failure' });
        // Chrome may show that the worker answered before it shows what the worker was answered; Firefox shows the latter alone.
        const shown = name === 'chrome' ? ['missing-credentials', 'service-worker-interference'] : ['missing-credentials'];
        assert.ok(shown.includes(cause), cause);
        assert.match(await browser.panel.text('.failure'), /\/api\/orders/);
      } finally {
        await browser.close();
      }
    } finally {
      await new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
    }
  });
}
