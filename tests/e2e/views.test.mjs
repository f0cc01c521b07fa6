// Every view of the panel's page and of the extension's own pages, in every look that people may have: nothing is cut off,
// everybody can use it, and the screenshots can be looked at in tests/e2e/output/views.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { open, OUTPUT } from './lib/browser.mjs';
import { appears } from './lib/recorder.mjs';

const FOLDER = join(OUTPUT, 'views');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where the system forces its colors, it has chosen them. @param {boolean} forced */
const violations = (forced) => new Function(`${AXE}; return axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: ${!forced} } } }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')));`);

/** @type {(import('./lib/browser.mjs').Look & { name: string })[]} */
const LOOKS = [
  { name: 'wide-light', width: 1280, height: 800, theme: 'light' },
  { name: 'wide-dark', width: 1280, height: 800, theme: 'dark' },
  { name: '400-light', width: 400, height: 300, theme: 'light' },
  { name: '320-dark', width: 320, height: 560, theme: 'dark' },
  { name: '4k-light', width: 3840, height: 2160, theme: 'light' },
  { name: 'forced', width: 1280, height: 800, theme: 'dark', forced: true },
];

/** A login whose cookie is refused, another that works, and an API that refuses an expired token. */
const SESSION = `~ kind document
> GET http://shop.example.test/login
< 200 OK
< Set-Cookie: visitor={secret v 16}; Path=/

@ 4s
~ kind document
> POST http://shop.example.test/login
> Cookie: visitor={secret v 16}
> Content-Type: application/x-www-form-urlencoded
>
> user=alice&password=correct-horse
< 302 Found
< Date: {date}
< Location: /account
< Set-Cookie: session={secret s 32}; Path=/; HttpOnly

@ 1s
~ kind document
> GET http://shop.example.test/account
> Cookie: visitor={secret v 16}; session={secret s 32}
< 200 OK
< Date: {date}

@ 30s
~ kind fetch
> GET https://api.example.test/orders?page=1
> Origin: http://shop.example.test
> Authorization: Bearer {jwt exp=-300 iat=-3900 aud=orders scope="orders:read"}
< 401 Unauthorized
< Date: {date}
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: authorization
< WWW-Authenticate: Bearer realm="orders", error="invalid_token", error_description="The token expired"
< Content-Type: application/json
<
< {"error":"invalid_token"}

@ 60s
~ kind document
> POST http://shop.example.test/login
> Cookie: visitor={secret v 16}
> Content-Type: application/x-www-form-urlencoded
>
> user=alice&password=correct-horse
< 302 Found
< Date: {date}
< Location: /account
< Set-Cookie: session={secret t 32}; Path=/; HttpOnly; Secure

~ kind document
> GET http://shop.example.test/account
> Cookie: visitor={secret v 16}
< 302 Found
< Date: {date}
< Location: /login
`;

/** Each view, and how a user comes to it. @type {[view: string, come: (page: import('./lib/browser.mjs').ExtensionPage) => Promise<void>][]} */
const VIEWS = [
  ['login', (page) => tab(page, 'login', '.failure.first')],
  ['timeline', (page) => tab(page, 'timeline', 'svg.timeline')],
  ['cookies', (page) => tab(page, 'cookies', '[data-cookie]')],
  ['compare', (page) => tab(page, 'compare', '.parting-first[data-parts=true]')],
  ['settings', (page) => tab(page, 'settings', '#setting-mask')],
  ['detail', async (page) => {
    await tab(page, 'login', '.failure.first');
    await press(page, '.failure.first .place');
    await appears(page, '#detail');
  }],
  ['tokens', async (page) => {
    await press(page, '#detail .close');
    await press(page, '.older summary');
    await appears(page, '[data-cause=token-expired] .place');
    await press(page, '[data-cause=token-expired] .place');
    await appears(page, '[data-leaf=tokens]');
    await press(page, '[data-leaf=tokens]');
    await appears(page, '.validity');
  }],
  ['explanation', async (page) => {
    await press(page, '#detail .close');
    await press(page, '[data-explain]');
    await appears(page, '[data-explains]');
  }],
  ['share', async (page) => {
    await press(page, '#back');
    await press(page, '#share');
    await appears(page, '#share-text[aria-busy=false]');
  }],
];

/** @param {import('./lib/browser.mjs').ExtensionPage} page @param {string} selector */
const press = (page, selector) => page.evaluate((/** @type {string} */ css) => { /** @type {HTMLElement} */ (document.querySelector(css)).click(); }, selector);

/** @param {import('./lib/browser.mjs').ExtensionPage} page @param {string} name @param {string} shows */
async function tab(page, name, shows) {
  await press(page, `#tab-${name}`);
  await appears(page, shows);
}

/** What reaches beyond the window, without a place of its own that scrolls. */
const cutOff = () => {
  const scrolls = (/** @type {Element | null} */ element) => {
    for (let above = element?.parentElement; above; above = above.parentElement) {
      if (/auto|scroll|hidden/.test(getComputedStyle(above).overflowX) && above !== document.body) return true;
    }
    return false;
  };
  return [...document.querySelectorAll('body *')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (right > innerWidth + 1 || left < -1) && !scrolls(element);
  }).map((element) => element.outerHTML.slice(0, 120));
};

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: every view in every look`, async () => {
    mkdirSync(FOLDER, { recursive: true });
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      await appears(page, '#open-first');
      for (const { name: look, ...wears } of LOOKS) {
        await page.wear(wears);
        const shoot = async (/** @type {string} */ view) => {
          await page.screenshot(join(FOLDER, `${name}-${view}-${look}.png`));
          assert.deepEqual(await page.evaluate(cutOff), [], `${view} ${look}`);
          if (!look.startsWith('4k')) assert.deepEqual(await page.evaluate(violations(wears.forced === true)), [], `${view} ${look}`);
        };
        await shoot('invitation');
        await page.evaluate((/** @type {string} */ text) => {
          const dropped = new DataTransfer();
          dropped.items.add(new File([text], 'session.http'));
          const input = /** @type {HTMLInputElement} */ (document.querySelector('#open'));
          input.files = dropped.files;
          input.dispatchEvent(new Event('change'));
        }, SESSION);
        for (const [view, come] of VIEWS) {
          await come(page);
          await shoot(view);
        }
        await press(page, '#sharing .close');
        await press(page, '.notice-file button');
        await tab(page, 'login', '#open-first');
      }
    } finally {
      await browser.close();
    }
  });
}
