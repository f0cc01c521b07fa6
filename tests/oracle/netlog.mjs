// Asks Chrome what it says itself, in its net-export log, of cookies that it refuses, keeps and holds back, and of
// questions to other origins: `./build.sh oracle netlog`. What comes out is such a log, cut down to these events.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rows, start } from './lib/browser.mjs';

const COOKIES = [
  'plain=1', 'lax=1; SameSite=Lax', 'strict=1; SameSite=Strict; Path=/', 'none=1; SameSite=None', 'open=1; SameSite=None; Secure', 'secure=1; Secure',
  'apart=1; SameSite=None; Secure; Partitioned', 'part=1; Partitioned', 'wide=1; Domain=a.test', 'foreign=1; Domain=b.test', 'suffix=1; Domain=test',
  '__Host-h=1; Secure; Path=/', '__Host-i=1; Path=/', '__Host-j=1; Secure; Path=/; Domain=a.test', '__Secure-s=1', 'hidden=1; HttpOnly',
  'area=1; Path=/area', 'gone=1; Max-Age=0', `long=${'x'.repeat(4100)}`, 'odd=a\u0001b', '=',
];

/** What a preflight is answered: every way to refuse it, and one to allow it. @type {Record<string, (origin: string) => [number, Record<string, string>]>} */
const QUESTIONS = {
  redirect: (origin) => [302, { Location: '/', ...allowed(origin) }],
  star: () => [204, { 'Access-Control-Allow-Origin': '*' }],
  missing: () => [204, {}],
  multiple: (origin) => [204, { 'Access-Control-Allow-Origin': `${origin}, https://other.test` }],
  invalid: () => [204, { 'Access-Control-Allow-Origin': 'a.test' }],
  mismatch: () => [204, { 'Access-Control-Allow-Origin': 'https://other.test' }],
  credentials: (origin) => [204, { 'Access-Control-Allow-Origin': origin }],
  methods: (origin) => [204, { ...allowed(origin), 'Access-Control-Allow-Methods': 'a b' }],
  fields: (origin) => [204, { ...allowed(origin), 'Access-Control-Allow-Headers': 'a b' }],
  method: (origin) => [204, { ...allowed(origin), 'Access-Control-Allow-Methods': 'POST' }],
  field: (origin) => [204, { ...allowed(origin), 'Access-Control-Allow-Headers': 'x-other' }],
  status: (origin) => [401, allowed(origin)],
  both: () => [401, {}],
  good: (origin) => [204, { ...allowed(origin), 'Access-Control-Max-Age': '600' }],
};

/** @param {string} origin */
const allowed = (origin) => ({
  'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true', 'Access-Control-Allow-Methods': 'PUT', 'Access-Control-Allow-Headers': 'x-csrf',
});

/** @type {import('node:http').RequestListener} */
function answer(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://any');
  const origin = request.headers.origin ?? '';
  const name = pathname.split('/').pop() ?? '';
  const question = request.method === 'OPTIONS' ? QUESTIONS[name] : undefined;
  const [status, fields] = question ? question(origin) : [200, origin ? allowed(origin) : {}];
  const lines = Object.entries({ 'Content-Type': 'text/html', Connection: 'close', 'Cache-Control': 'no-store', ...fields }).map(([field, value]) => `${field}: ${value}`);
  if (pathname === '/set') lines.push(...COOKIES.map((line) => `Set-Cookie: ${line}`));
  // By hand, as Node refuses to send some of these lines.
  response.socket?.end(`HTTP/1.1 ${status} Said\r\n${lines.join('\r\n')}\r\n\r\n<!doctype html><link rel=icon href=data:,>`);
}

const which = /** @type {import('./lib/browser.mjs').Which} */ (process.argv[2] ?? 'chrome');
const folder = mkdtempSync(join(tmpdir(), 'why401-'));
const log = join(folder, 'log.json');
const oracle = await start(which, answer, [`--log-net-log=${log}`, '--net-log-capture-mode=IncludeSensitive']);
const page = await oracle.browser.newPage();

/** @param {string} url */
const open = (url) => page.goto(oracle.real(url), { waitUntil: 'load' });
/** @param {string} url @param {RequestInit} [init] */
const ask = (url, init = {}) =>
  page.evaluate((to, how) => fetch(to, how).then((got) => got.text()).catch(() => ''), oracle.real(url), /** @type {any} */ ({ credentials: 'include', ...init }));
/** @param {string} url @param {string} method */
const submit = (url, method) =>
  Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.evaluate((to, how) => {
    const form = document.createElement('form');
    form.method = how;
    form.action = to;
    document.documentElement.append(form);
    form.submit();
  }, oracle.real(url), method)]);

for (const url of ['http://a.test/set', 'https://a.test/set', 'https://www.a.test/set']) await open(url);
for (const url of ['https://a.test/', 'http://a.test/', 'https://www.a.test/', 'https://a.test/area/page']) await open(url);
for (const from of ['https://b.test/', 'https://www.a.test/', 'http://a.test/']) {
  for (const method of ['get', 'post']) {
    await open(from);
    await submit('https://a.test/', method);
  }
  await open(from);
  for (const url of ['https://a.test/set', 'https://a.test/']) await ask(url);
  await ask('https://a.test/set', { credentials: 'omit' });
}
await open('https://b.test/');
for (const name of [...Object.keys(QUESTIONS), 'good']) await ask(`https://a.test/question/${name}`, { method: 'PUT', headers: { 'X-CSRF': '1' } });
await oracle.close();

const EVENTS = [
  'CHECK_CORS_PREFLIGHT_REQUIRED', 'COOKIE_INCLUSION_STATUS', 'CORS_PREFLIGHT_CACHED_RESULT', 'CORS_PREFLIGHT_ERROR', 'CORS_PREFLIGHT_URL_REQUEST', 'CORS_REQUEST',
  'HTTP_TRANSACTION_READ_RESPONSE_HEADERS', 'HTTP_TRANSACTION_SEND_REQUEST_HEADERS', 'REQUEST_ALIVE', 'URL_REQUEST_REDIRECTED', 'URL_REQUEST_START_JOB',
];
const { constants, events } = JSON.parse(readFileSync(log, 'utf8'));
rmSync(folder, { recursive: true });
const ours = new Set(events.filter((/** @type {any} */ event) => /^https?:\/\/(\w+\.)?[ab]\.test(?::\d+)?\//.test(event.params?.url ?? '')).map((/** @type {any} */ event) => event.source.id));
const kinds = EVENTS.map((name) => [name, constants.logEventTypes[name]]);
const isOurs = (/** @type {any} */ event) => ours.has(event.source.id) && kinds.some(([, kind]) => kind === event.type);
// What machine it was, and what every request says, is of no use.
const SAID = /^(?:accept|cache-control|connection|pragma|sec-ch|upgrade-insecure-requests|user-agent)/i;
const said = (/** @type {any} */ message) => (message?.headers ? { ...message, headers: message.headers.filter((/** @type {string} */ line) => !SAID.test(line)) } : message);
const cut = (/** @type {any} */ { type, phase, time, source, params }) => ({ type, phase, time, source: { id: source.id }, params: params && { ...said(params), request_headers: said(params.request_headers) } });
const explained = {
  clientInfo: { version: constants.clientInfo.version },
  loadFlag: { DO_NOT_SAVE_COOKIES: constants.loadFlag.DO_NOT_SAVE_COOKIES },
  logEventTypes: Object.fromEntries(kinds),
  netError: { ERR_FAILED: constants.netError.ERR_FAILED },
  timeTickOffset: constants.timeTickOffset,
};
console.log(oracle.usual(`{"constants": ${JSON.stringify(explained)},\n"events": [\n${rows(events.filter(isOurs).map(cut))}\n]}`));
