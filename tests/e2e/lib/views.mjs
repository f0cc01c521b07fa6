// A session in which logins fail and work, opened in the panel's own page, and the way through all of its views.

import { gives } from './files.mjs';
import { appears } from './recorder.mjs';

/** @typedef {import('./browser.mjs').ExtensionPage} ExtensionPage */

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

/** Each view, in the order in which they can be gone through, and how a user comes to it. @type {[view: string, come: (page: ExtensionPage) => Promise<void>][]} */
export const VIEWS = [
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

/** @param {ExtensionPage} page @param {string} selector */
const press = (page, selector) => page.evaluate((/** @type {string} */ css) => { /** @type {HTMLElement} */ (document.querySelector(css)).click(); }, selector);

/** @param {ExtensionPage} page @param {string} name @param {string} shows */
async function tab(page, name, shows) {
  await press(page, `#tab-${name}`);
  await appears(page, shows);
}

/** Opens the session in the panel's page. @param {ExtensionPage} page */
export const openSession = (page) => page.evaluate(gives, '#open', 'session.http', [[SESSION, 1]]);

/** Leads back to where it began, from the last of the views. @param {ExtensionPage} page */
export async function closeSession(page) {
  await press(page, '#sharing .close');
  await press(page, '.notice-file button');
  await tab(page, 'login', '#open-first');
}

/** What reaches beyond the window, without a place of its own that scrolls. */
export const cutOff = () => {
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
