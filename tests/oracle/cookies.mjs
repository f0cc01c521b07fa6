// Asks a real browser what it does with cookies, and writes its answers as vectors for the tests of the
// cookie store: `./build.sh oracle cookies`.
//
// Each group is one place from which cookies are set, or one request that could carry them. What was sent
// is what the server saw; what was kept is what the browser lists; reasons are those of the Chrome DevTools
// Protocol. The browsers must be installed; everything happens on 127.0.0.1.

import { rows, start } from './lib/browser.mjs';

/**
 * @typedef {'navigation' | 'link' | 'post' | 'fetch' | 'omit' | 'frame' | 'script'} How
 * @typedef {{ how: How, page?: string, url: string }} Place `page` is where a link, form, fetch or frame is
 */

/** @type {Place[]} */
const SETTING = [
  { how: 'navigation', url: 'http://a.test/dir/set' },
  { how: 'navigation', url: 'https://a.test/dir/set' },
  { how: 'navigation', url: 'https://www.a.test/dir/set' },
  { how: 'navigation', url: 'http://localhost/dir/set' },
  { how: 'navigation', url: 'http://127.0.0.1/dir/set' },
  { how: 'link', page: 'https://b.test/', url: 'https://a.test/dir/set' },
  { how: 'post', page: 'https://b.test/', url: 'https://a.test/dir/set' },
  { how: 'fetch', page: 'https://www.a.test/', url: 'https://a.test/dir/set' },
  { how: 'fetch', page: 'http://a.test/', url: 'https://a.test/dir/set' },
  { how: 'fetch', page: 'https://b.test/', url: 'https://a.test/dir/set' },
  { how: 'fetch', page: 'http://b.test/', url: 'http://a.test/dir/set' },
  { how: 'omit', page: 'https://www.a.test/', url: 'https://a.test/dir/set' },
  { how: 'frame', page: 'https://b.test/', url: 'https://a.test/dir/set' },
  { how: 'frame', page: 'https://www.a.test/', url: 'https://a.test/dir/set' },
  { how: 'script', url: 'https://a.test/dir/set' },
  { how: 'script', url: 'http://a.test/dir/set' },
];

/** @type {Place[]} */
const SENDING = [
  { how: 'navigation', url: 'https://a.test/dir/echo' },
  { how: 'navigation', url: 'http://a.test/dir/echo' },
  { how: 'navigation', url: 'https://www.a.test/dir/echo' },
  { how: 'navigation', url: 'https://a.test/directory/echo' },
  { how: 'link', page: 'https://www.a.test/', url: 'https://a.test/dir/echo' },
  { how: 'link', page: 'http://a.test/', url: 'https://a.test/dir/echo' },
  { how: 'link', page: 'https://b.test/', url: 'https://a.test/dir/echo' },
  { how: 'post', page: 'https://b.test/', url: 'https://a.test/dir/echo' },
  { how: 'post', page: 'http://a.test/', url: 'https://a.test/dir/echo' },
  { how: 'fetch', page: 'https://a.test/', url: 'https://a.test/dir/echo' },
  { how: 'fetch', page: 'https://www.a.test/', url: 'https://a.test/dir/echo' },
  { how: 'fetch', page: 'http://a.test/', url: 'https://a.test/dir/echo' },
  { how: 'fetch', page: 'https://b.test/', url: 'https://a.test/dir/echo' },
  { how: 'fetch', page: 'http://b.test/', url: 'http://a.test/dir/echo' },
  { how: 'omit', page: 'https://www.a.test/', url: 'https://a.test/dir/echo' },
  { how: 'frame', page: 'https://b.test/', url: 'https://a.test/dir/echo' },
  { how: 'frame', page: 'https://www.a.test/', url: 'https://a.test/dir/echo' },
  { how: 'frame', page: 'http://a.test/', url: 'https://a.test/dir/echo' },
  { how: 'script', url: 'https://a.test/dir/echo' },
];

const SAME_SITE = ['', '; SameSite=Strict', '; SameSite=Lax', '; SameSite=None', '; SameSite=Bogus', '; SameSite'];

/** Lines whose names end in `%`, which becomes the number of the line; `{10}` stands for ten times x. */
function lines() {
  const all = [];
  for (const secure of ['', '; Secure'])
    for (const sameSite of SAME_SITE)
      for (const partitioned of ['', '; Partitioned']) all.push(`n%=1${secure}${sameSite}${partitioned}`);
  for (const domain of ['a.test', '.a.test', 'www.a.test', 'A.TEST', 'test', '.test', 'b.test', 'a.test.', '..a.test', '', '.', 'localhost', '127.0.0.1', 'a.test:80', 'x.www.a.test'])
    all.push(`n%=1; Domain=${domain}`);
  all.push('n%=1; Domain=b.test; Domain=', 'n%=1; Domain=b.test; Domain=a.test', 'n%=1; Domain=a.test; Domain=b.test');
  for (const path of ['/', '/dir', '/dir/', '/elsewhere', 'dir', '', '"/"']) all.push(`n%=1; Path=${path}`);
  for (const prefix of ['__Secure-', '__Host-', '__Http-', '__Host-Http-', '__secure-', '__HOST-'])
    for (const rest of ['', '; Secure', '; Secure; Path=/', '; Secure; HttpOnly', '; Secure; Path=/; HttpOnly', '; Secure; Path=/; Domain=a.test'])
      all.push(`${prefix}n%=1${rest}`);
  all.push('__Host-n%=1; Secure; Path=/; Domain=', '__Secure-n%; Secure', '=__Host-n%; Secure; Path=/', '=__Secure-n%=1; Secure', '=__Secure-n%; Secure', '__Host-n%; Secure; Path=/', '__Host-n%', '__Http-n%');
  all.push('n%=1; HttpOnly', 'n%=1; Secure=false', 'n%=1; Max-Age=0', 'n%=1; Max-Age=-1', 'n%=1; Max-Age=60', 'n%=1; Max-Age=1.5', 'n%=1; Max-Age=99999999999',
    'n%=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'n%=1; Expires=soon', 'n%=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT', 'n%=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'n%=1; Max-Age=0; Expires=Fri, 31 Dec 9999 23:59:59 GMT');
  all.push('n%=', 'n%="quoted; x"', 'n % = 1', 'n%=a\tb', 'n%=a\u0001b', 'n%=a\u007fb', 'n%=1; x=\u0001', 'n%=\u00e9', 'n%,x=1', 'n%={4090}', 'n%={4097}', 'n%=1; Path=/{1024}', 'n%=1; Domain=a.test; Domain={1025}',
    '=', '; n%=1', '');
  return all.map((line, number) => line.replace('%', `${number}`));
}

/** What is set over https by navigations to a.test and by fetches from b.test before anything is sent. */
const STORED = [
  ...['', '; Secure'].flatMap((secure) => SAME_SITE.slice(0, 4).map((sameSite) => `n%=1${secure}${sameSite}`)),
  'n%=1; Secure; SameSite=None; Partitioned', 'n%=1; Domain=a.test', 'n%=1; Secure; SameSite=None; Domain=a.test', 'n%=1; HttpOnly', 'n%=1; Path=/', 'n%=1; Path=/dir/', 'n%=1; Path=/elsewhere',
].map((line, number) => line.replace('%', `${number}`));
const STORED_THIRD_PARTY = ['; Secure; SameSite=None', '; Secure; SameSite=None; Partitioned'].map((rest, number) => `third${number}=1${rest}`);

/** @type {Map<string, { lines: string[], cookie?: string }>} */
const trials = new Map();

/** @type {import('node:http').RequestListener} */
function answer(request, response) {
  const url = new URL(request.url ?? '/', 'http://any');
  const trial = trials.get(url.searchParams.get('trial') ?? '');
  if (trial && url.pathname.endsWith('/echo')) trial.cookie = request.headers.cookie ?? '';
  const fields = ['Content-Type: text/html', 'Connection: close', 'Cache-Control: no-store'];
  if (request.headers.origin) fields.push(`Access-Control-Allow-Origin: ${request.headers.origin}`, 'Access-Control-Allow-Credentials: true');
  if (trial && url.pathname.endsWith('/set')) for (const line of trial.lines) fields.push(`Set-Cookie: ${line}`);
  // By hand, as Node refuses to send some of these lines.
  response.socket?.end(`HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\n\r\n<!doctype html><link rel=icon href=data:,>`);
}

const which = /** @type {import('./lib/browser.mjs').Which} */ (process.argv[2] ?? 'chrome');
const oracle = await start(which, answer);
const { browser, firefox, version } = oracle;

/** @param {string} url @param {string} [trial] */
function real(url, trial) {
  const parsed = new URL(oracle.real(url));
  if (trial) parsed.searchParams.set('trial', trial);
  return parsed.href;
}

let number = 0;

/**
 * Does what the place says and waits until it is done. The reasons are by name of the cookie.
 * @param {import('puppeteer-core').BrowserContext} context
 * @param {Place} place
 * @param {string[]} [toSet]
 */
async function visit(context, place, toSet = []) {
  const trial = { lines: toSet, cookie: /** @type {string | undefined} */ (undefined) };
  const id = `${number++}`;
  trials.set(id, trial);
  const url = real(place.url, id);
  const page = await context.newPage();
  /** @type {Map<string, string[]>} */
  const refused = new Map();
  /** @type {Map<string, string[]>} */
  const held = new Map();
  if (place.page) await page.goto(real(place.page), { waitUntil: 'load' });
  if (!firefox) {
    const cdp = await page.createCDPSession();
    /** @type {Set<string>} */
    const ours = new Set();
    /** @type {any[]} */
    const extra = [];
    cdp.on('Network.requestWillBeSent', (event) => { if (event.request.url === url) ours.add(event.requestId); });
    cdp.on('Network.responseReceivedExtraInfo', (event) => extra.push(event));
    cdp.on('Network.requestWillBeSentExtraInfo', (event) => extra.push(event));
    await cdp.send('Network.enable');
    await act();
    await new Promise((resolve) => setTimeout(resolve, 150));
    for (const event of extra.filter((one) => ours.has(one.requestId))) {
      for (const blocked of event.blockedCookies ?? []) refused.set(blocked.cookieLine, blocked.blockedReasons);
      for (const one of event.associatedCookies ?? []) held.set(one.cookie.name, one.blockedReasons);
    }
  } else {
    await act();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  await page.close();
  return { cookie: trial.cookie, refused, held };

  async function act() {
    switch (place.how) {
      case 'navigation':
        await page.goto(url, { waitUntil: 'load' });
        break;
      case 'script':
        await page.goto(url.replace(/set\?|echo\?/, 'blank?'), { waitUntil: 'load' });
        for (const line of toSet) await page.evaluate((text) => { document.cookie = text; }, line);
        trial.cookie = await page.evaluate(() => document.cookie);
        break;
      case 'link':
        await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.evaluate((to) => { location.href = to; }, url)]);
        break;
      case 'post':
        await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.evaluate((to) => {
          const form = document.createElement('form');
          form.method = 'post';
          form.action = to;
          document.documentElement.append(form);
          form.submit();
        }, url)]);
        break;
      case 'fetch':
      case 'omit':
        await page.evaluate((to, credentials) => fetch(to, { credentials: /** @type {RequestCredentials} */ (credentials) }).then((got) => got.text()), url, place.how === 'omit' ? 'omit' : 'include');
        break;
      case 'frame':
        await page.evaluate((to) => new Promise((resolve) => {
          const frame = document.createElement('iframe');
          frame.onload = () => resolve(undefined);
          frame.src = to;
          document.documentElement.append(frame);
        }), url);
        break;
    }
  }
}

const all = lines();
/** @type {unknown[]} */
const setting = [];
for (const place of SETTING) {
  const context = await browser.createBrowserContext();
  // Browsers limit the number of cookies by site, and a later nameless cookie replaces the former.
  /** @type {string[]} */
  const results = [];
  for (const line of chunks(all)) {
    const { refused } = await visit(context, place, line.map(written));
    // Firefox goes on listing a cookie that was born expired for a moment. No line here asks for less than
    // a minute, so that one with seconds to go is such a cookie, however slow the machine.
    const kept = (await context.cookies()).filter(({ expires }) => expires < 0 || expires * 1000 > Date.now() + 10_000);
    for (const one of line) {
      const key = one.match(/n ?\d+/)?.[0];
      const found = kept.find((cookie) => key !== undefined && (`${cookie.name}=${cookie.value}`.match(/n ?\d+/)?.[0] === key));
      const reasons = refused.get(written(one).trim()) ?? [];
      results.push(found ? 'kept' : ['refused', ...reasons].join(' '));
    }
  }
  setting.push({ place, results });
  await context.close();
}
const sending = [];
for (const place of SENDING) {
  const context = await browser.createBrowserContext();
  await visit(context, { how: 'navigation', url: 'https://a.test/dir/set' }, STORED);
  await visit(context, { how: 'fetch', page: 'https://b.test/', url: 'https://a.test/dir/set' }, STORED_THIRD_PARTY);
  const { cookie, held } = await visit(context, place);
  const sent = (cookie ?? '').split('; ').filter(Boolean).map((pair) => pair.split('=')[0]);
  const heldBack = Object.fromEntries([...held].filter(([, reasons]) => reasons.length > 0));
  sending.push({ place, sent, heldBack });
  await context.close();
}
await oracle.close();
console.log(`{"browser": ${JSON.stringify(version)}, "profile": ${JSON.stringify(which)}, "recorded": ${JSON.stringify(new Date().toISOString())},
"lines": [
${rows(all)}
],
"set": [
${rows(setting)}
],
"stored": ${JSON.stringify(STORED)},
"storedFromFetch": ${JSON.stringify(STORED_THIRD_PARTY)},
"sent": [
${rows(sending)}
]}`);

/** @param {string} line */
function written(line) {
  return line.replace(/\{(\d+)\}/, (_, times) => 'x'.repeat(Number(times)));
}

/** @param {string[]} list */
function* chunks(list) {
  for (let from = 0; from < list.length; from += 40) yield list.slice(from, from + 40);
}
