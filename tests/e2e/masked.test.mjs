// No secret of a capture is in the page while it is masked: of every place in which logins keep one, and in no form of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from './lib/browser.mjs';
import { entry, everywhere, opens } from './lib/everywhere.mjs';

/** Another secret for each number, which no list of words has. @param {number} number */
const secret = (number) => `Qz${String((number * 7919) % 100_000).padStart(5, '0')}kW${String(number).padStart(4, '0')}vJ8p`;
const base64 = (/** @type {string} */ text) => Buffer.from(text).toString('base64');
const base64url = (/** @type {string} */ text) => Buffer.from(text).toString('base64url');
const FORM = 'application/x-www-form-urlencoded';

/** Places in which logins keep secrets, and how one stands in each. @type {((secret: string) => import('./lib/everywhere.mjs').Told)[]} */
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

/** What anybody may see, so that it shows whether this looks at all. */
const PLAIN = 'plain-to-see';

/**
 * A secret as it is, and what base64 makes of it wherever it begins in a text: what stands beside it changes its ends only.
 * @param {string} it
 */
const forms = (it) => [it, ...[0, 1, 2].flatMap((before) => {
  const inside = base64('-'.repeat(before) + it).slice(before ? before + 1 : 0, -4);
  return [inside, inside.replaceAll('+', '-').replaceAll('/', '_')];
})];

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: ${PLACES.length} secrets of a file, in as many places, are nowhere in the page while they are masked`, async () => {
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      const all = [...PLACES.map((place, at) => entry(place(secret(at)))), entry({ url: `https://app.example.test/${PLAIN}` })];
      await opens(page, all);
      /** @type {[at: number, where: string][]} */
      const found = await page.evaluate(everywhere, all.length, `
        // What a field holds is in no markup.
        const fields = [...document.querySelectorAll('input, textarea, select')].map(({ value }) => value);
        const shown = [document.documentElement.outerHTML, document.title, ...fields].join(' ');
        const [exact, folded] = [${JSON.stringify(PLACES.map((_, at) => forms(secret(at))))}, shown.toLowerCase()];
        return [...exact.flatMap((them, at) => (folded.includes(them[0].toLowerCase()) || them.some((one) => shown.includes(one)) ? [[at, where]] : [])),
          ...(shown.includes('${PLAIN}') ? [[-1, where]] : [])];`);
      assert.ok(found.some(([at, where]) => at === -1 && where.endsWith(`of #${PLACES.length}`)), 'what is plain to see is not seen');
      assert.deepEqual(found.filter(([at]) => at >= 0).map(([at, where]) => `${JSON.stringify(PLACES[at]?.('SECRET'))} in ${where}`), []);
    } finally {
      await browser.close();
    }
  });
}
