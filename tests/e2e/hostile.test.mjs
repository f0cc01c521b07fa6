// What a capture may hold to harm who looks at it: text that would run, turn around or swell, and secrets in every place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from './lib/browser.mjs';
import { appears } from './lib/recorder.mjs';
import { cutOff } from './lib/views.mjs';

const RUNS = '"><img src=x onerror="document.documentElement.dataset.ran=1"><script>document.documentElement.dataset.ran=1</script>';
const HOSTILE = [RUNS, '\u202egnp.exe \u2066\u2069', 'a\0b', 'lone \ud800 and \udfff', 'javascript:document.documentElement.dataset.ran=1', '{{constructor.constructor("document.documentElement.dataset.ran=1")()}}', 'x'.repeat(20_000), 'ﷺ'.repeat(500), '\u0301'.repeat(500), '\n\n\n\t'];

/** @typedef {{ name: string, value: string }[]} Fields */
/** @typedef {{ method?: string, url: string, fields?: Fields, content?: { mimeType: string, text: string }, status?: number, statusText?: string, answered?: Fields, body?: { mimeType: string, text: string }, more?: object }} Told */

/** @param {Told} told */
const entry = ({ method = 'GET', url, fields = [], content, status = 401, statusText = 'Unauthorized', answered = [], body, more = {} }) => ({
  startedDateTime: '2026-11-20T08:25:03.000Z', time: 5, ...more,
  request: { method, url, httpVersion: 'HTTP/1.1', headers: fields, headersSize: 1, ...(content ? { postData: content } : {}) },
  response: { status, statusText, httpVersion: 'HTTP/1.1', headers: answered, headersSize: 1, content: { size: body?.text.length ?? 0, ...(body ?? { mimeType: 'text/html' }) }, redirectURL: '' },
});

/** Each hostile text in every field. */
const hostile = HOSTILE.map((text) => entry({
  method: text, url: `https://app.example.test/${text}?${text}=${text}#${text}`, fields: ['Authorization', 'Cookie', 'Origin', 'Referer', text].map((name) => ({ name, value: text })),
  content: { mimeType: text, text }, statusText: text, body: { mimeType: `text/html; charset=${text}`, text },
  answered: ['WWW-Authenticate', 'Set-Cookie', 'Location', 'Content-Type', 'Date', text].map((name) => ({ name, value: text })),
  more: { _resourceType: text, _error: text, serverIPAddress: text, connection: text, comment: text, _initiator: { type: text, url: text } },
}));
/** And what is merely too much. */
const much = [
  entry({ url: 'https://app.example.test/huge', fields: [{ name: 'Authorization', value: `Bearer ${'h'.repeat(10_000_000)}` }], answered: [{ name: 'X-Huge', value: 'y '.repeat(1_000_000) }] }),
  entry({ url: 'https://app.example.test/many', fields: [{ name: 'Cookie', value: Array.from({ length: 3000 }, (_, at) => `many${at}=${at}`).join('; ') }],
    answered: Array.from({ length: 3000 }, (_, at) => ({ name: 'Set-Cookie', value: `many${at}=${at}; Path=/` })) }),
];

/** Another secret for each number, which no list of words has. @param {number} number */
const secret = (number) => `Qz${String((number * 7919) % 100_000).padStart(5, '0')}kW${String(number).padStart(4, '0')}vJ8p`;
const base64 = (/** @type {string} */ text) => Buffer.from(text).toString('base64');
const base64url = (/** @type {string} */ text) => Buffer.from(text).toString('base64url');
const FORM = 'application/x-www-form-urlencoded';

/** Places in which logins keep secrets, and how one stands in each. @type {((secret: string) => Told)[]} */
const PLACES = [
  ...['Bearer ', 'bearer ', 'Token ', 'ApiKey ', 'DPoP ', 'GNAP ', ''].map((scheme) => (/** @type {string} */ it) => ({ url: 'https://app.example.test/a', fields: [{ name: 'Authorization', value: scheme + it }] })),
  (it) => ({ url: 'https://app.example.test/b', fields: [{ name: 'Authorization', value: `Basic ${base64(`alice:${it}`)}` }] }),
  (it) => ({ url: 'https://app.example.test/b', fields: [{ name: 'Proxy-Authorization', value: `Basic ${base64(`alice:${it}`)}` }] }),
  (it) => ({ url: 'https://app.example.test/b', fields: [{ name: 'Authorization', value: `Bearer ${base64url('{"alg":"RS256"}')}.${base64url('{"exp":1}')}.${base64url(it)}` }] }),
  ...['X-Api-Key', 'X-Auth-Token', 'X-CSRF-Token', 'X-XSRF-TOKEN', 'X-Amz-Security-Token', 'Cookie2', 'X-Access-Token', 'X-Session-Id'].map((name) => (/** @type {string} */ it) => ({ url: 'https://app.example.test/f', fields: [{ name, value: it }] })),
  ...['sid', 'session', 'JSESSIONID', 'access_token', 'remember_me', '__Host-auth', 'XSRF-TOKEN', 'a'].flatMap((name) => [
    (/** @type {string} */ it) => ({ url: 'https://app.example.test/c', fields: [{ name: 'Cookie', value: `${name}=${it}; theme=dark` }] }),
    (/** @type {string} */ it) => ({ url: 'https://app.example.test/c', answered: [{ name: 'Set-Cookie', value: `${name}=${it}; Path=/; HttpOnly` }] }),
  ]),
  ...['access_token', 'id_token', 'refresh_token', 'token', 'code', 'ticket', 'api_key', 'apikey', 'key', 'sig', 'signature', 'password', 'client_secret', 'session', 'sid', 'jwt', 'auth'].flatMap((name) => [
    (/** @type {string} */ it) => ({ url: `https://app.example.test/q?${name}=${it}` }),
    (/** @type {string} */ it) => ({ url: 'https://app.example.test/q', fields: [{ name: 'Referer', value: `https://app.example.test/p?${name}=${it}` }] }),
    (/** @type {string} */ it) => ({ url: 'https://app.example.test/q', status: 302, answered: [{ name: 'Location', value: `https://app.example.test/cb?${name}=${it}` }] }),
  ]),
  (it) => ({ url: `https://alice:${it}@app.example.test/u` }),
  (it) => ({ url: `https://app.example.test/cb#access_token=${it}` }),
  ...['password', 'passwd', 'pwd', 'pin', 'otp', 'client_secret', 'refresh_token', 'code', 'code_verifier', 'assertion', 'j_password', 'user[password]'].flatMap((name) => [
    (/** @type {string} */ it) => ({ method: 'POST', url: 'https://app.example.test/login', content: { mimeType: FORM, text: `user=alice&${encodeURIComponent(name)}=${it}` } }),
    (/** @type {string} */ it) => ({ method: 'POST', url: 'https://app.example.test/login', content: { mimeType: 'application/json', text: JSON.stringify({ user: 'alice', [name]: it }) } }),
  ]),
  ...['access_token', 'refresh_token', 'id_token', 'token', 'sessionToken'].map((name) => (/** @type {string} */ it) => ({ url: 'https://app.example.test/token', status: 200, body: { mimeType: 'application/json', text: JSON.stringify({ [name]: it, expires_in: 60 }) } })),
  (it) => ({ url: 'https://app.example.test/x', answered: [{ name: 'WWW-Authenticate', value: `Bearer error="invalid_token", error_description="the token ${it} is old"` }], fields: [{ name: 'Authorization', value: `Bearer ${it}` }] }),
  (it) => ({ url: 'https://app.example.test/b', fields: [{ name: 'Authorization', value: `Digest username="a", realm="r", nonce="n", uri="/b", response="${it}"` }] }),
  (it) => ({ url: `https://app.example.test/q?X-Amz-Signature=${it}` }),
  (it) => ({ url: 'https://app.example.test/q', fields: [{ name: 'Referer', value: `https://app.example.test/p?X-Amz-Signature=${it}` }] }),
  (it) => ({ url: 'https://app.example.test/q', status: 302, answered: [{ name: 'Location', value: `https://app.example.test/cb?X-Amz-Signature=${it}` }] }),
  (it) => ({ url: `https://app.example.test/x;jsessionid=${it}` }),
  (it) => ({ method: 'POST', url: 'https://app.example.test/login', content: { mimeType: FORM, text: `user=alice&password=${it}` }, body: { mimeType: 'application/json', text: JSON.stringify({ error: `the password ${it} is wrong` }) } }),
];

/** Places that the core still shows; whoever mends one moves it up. @type {typeof PLACES} */
const SHOWN = [];

const har = (/** @type {object[]} */ entries) => JSON.stringify({ log: { version: '1.2', creator: { name: 'WebInspector', version: '1' }, entries } });

/** Opens a capture in the panel's page, with all of its exchanges listed. @param {import('./lib/browser.mjs').ExtensionPage} page @param {string} text @param {number} count */
async function opens(page, text, count) {
  await appears(page, '#open-first');
  await page.wear({ width: 1280, height: 800, theme: 'light' });
  await page.evaluate((/** @type {string} */ content) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([content], 'capture.har'));
    const input = /** @type {HTMLInputElement} */ (document.querySelector('#open'));
    input.files = dropped.files;
    input.dispatchEvent(new Event('change'));
  }, text);
  await appears(page, '#verdict');
  await page.click('#auth-only');
  await appears(page, `#exchanges[aria-rowcount="${count + 1}"]`);
}

/** Goes through each exchange with each of its leaves and through each view, and looks everywhere. Runs in the page. @param {number} count @param {string} look */
const everywhere = async (count, look) => {
  const sees = new Function('where', look);
  const drawn = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  const until = async (/** @type {() => unknown} */ there) => {
    for (let tries = 0; !there() && tries < 500; tries++) await new Promise((resolve) => { setTimeout(resolve, 10); });
  };
  const press = (/** @type {Element | null} */ element) => /** @type {HTMLElement | null} */ (element)?.click();
  const found = [];
  const list = /** @type {HTMLElement} */ (document.querySelector('#exchanges'));
  for (let number = 0; number < count; number++) {
    list.scrollTop = number * 22;
    await until(() => document.querySelector(`#row-${number}`));
    press(document.querySelector(`#row-${number}`));
    await until(() => document.querySelector('#detail .facts')?.textContent?.startsWith(`#${number} `));
    for (const leaf of [...document.querySelectorAll('[data-leaf]')].map((tab) => tab.getAttribute('data-leaf'))) {
      press(document.querySelector(`[data-leaf="${leaf}"]`));
      await until(() => document.querySelector(`#leaf[aria-labelledby="leaf-${leaf}"]`));
      found.push(...sees(`${leaf} of #${number}`));
    }
  }
  press(document.querySelector('#detail .close'));
  for (const tab of ['timeline', 'cookies', 'compare', 'login']) {
    press(document.querySelector(`#tab-${tab}`));
    await until(() => document.querySelector(`[data-view=${tab}] > :not(.offscreen)`));
    await drawn();
    for (const summary of document.querySelectorAll('#view details:not([open]) > summary')) press(summary);
    await drawn();
    found.push(...sees(tab));
  }
  return found;
};

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: hostile text in every field of a file runs nothing, links nowhere and breaks no view`, async () => {
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      for (const all of [hostile, much]) {
        await opens(page, har(all), all.length);
        const found = await page.evaluate(everywhere, all.length, `
          const wide = (${cutOff})();
          const links = [...document.querySelectorAll('[href], [src]')].map((one) => one.getAttribute('href') ?? one.getAttribute('src')).filter((to) => !/^(https:|[a-z]+\\.(css|js)$)/.test(to));
          return [...('ran' in document.documentElement.dataset ? ['ran'] : []), ...links, ...wide, ...(document.querySelector('img, iframe, object') ? ['an image'] : [])].map((what) => where + ': ' + what);`);
        assert.deepEqual(found, []);
        await page.click('#auth-only');
        await page.click('[data-notice=file] button');
      }
    } finally {
      await browser.close();
    }
  });

  test(`${name}: ${PLACES.length} secrets of a file, in as many places, are nowhere in the page while they are masked`, async () => {
    const places = [...PLACES, ...SHOWN];
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      const all = places.map((place, at) => entry(place(secret(at))));
      await opens(page, har(all), all.length);
      /** @type {[at: number, where: string][]} */
      const found = await page.evaluate(everywhere, all.length, `
        const shown = document.documentElement.outerHTML;
        return ${JSON.stringify(places.map((_, at) => secret(at)))}.flatMap((one, at) => (shown.includes(one) ? [[at, where]] : []));`);
      assert.ok(PLACES.length > 113);
      assert.deepEqual(found.filter(([at]) => at < PLACES.length).map(([at, where]) => `${JSON.stringify(places[at]?.('SECRET'))} in ${where}`), []);
      const still = new Set(found.map(([at]) => at));
      assert.deepEqual(SHOWN.filter((_, at) => !still.has(PLACES.length + at)).map((place) => JSON.stringify(place('SECRET'))), [], 'masked by now');
    } finally {
      await browser.close();
    }
  });
}
