// Asks a real browser what scripts get to see of other origins, and writes its answers as vectors for
// the tests of the CORS model: `./build.sh oracle cors`.
//
// A page of https://a.test asks https://b.test. A row tells what the script asked for, what the server
// answered, whether question and request arrived, and what the script got. Reasons are those of the Chrome
// DevTools Protocol. Everything happens on 127.0.0.1.

import { rows, start } from './lib/browser.mjs';

/**
 * @typedef {[string, string][]} Fields
 * @typedef {{ status: number, fields: Fields }} Answer
 * @typedef {{ method: string, credentials: RequestCredentials, fields: Fields, sandboxed?: true, question: Answer, answer: Answer }} Case
 * @typedef {{ asked: boolean, made: boolean, got: string, reason: string, origin?: string, cookie?: boolean, requestHeaders?: string }} Outcome
 */

const PAGE = 'https://a.test';
const ORIGIN = 'Access-Control-Allow-Origin';
const CREDENTIALS = 'Access-Control-Allow-Credentials';
const METHODS = 'Access-Control-Allow-Methods';
const HEADERS = 'Access-Control-Allow-Headers';

/** @type {RequestCredentials[]} */
const MODES = ['omit', 'same-origin', 'include'];
/** Values of Access-Control-Allow-Origin; several stand for the field repeated. */
const ORIGINS = [[], ['*'], [PAGE], ['null'], ['https://b.test'], [`${PAGE}/`], ['HTTPS://A.TEST'], [`${PAGE}, https://b.test`], [PAGE, PAGE], [PAGE, '*'], ['a.test'], ['* '], [''], ['http://a.test'], ['https://a.test:443'], ['https://*.test']];
const ALLOWED = [undefined, 'true', 'True', ' true ', 'false', ''];

/** @type {Answer} */
const YES = { status: 200, fields: [[ORIGIN, PAGE], [CREDENTIALS, 'true']] };
/** @type {Answer} */
const FULL = { status: 204, fields: [...YES.fields, [METHODS, 'GET, POST, PUT, PATCH, DELETE'], [HEADERS, 'authorization, content-type, x-trace']] };

/** @param {string | undefined} value @param {string} name @returns {Fields} */
const field = (name, value) => (value === undefined ? [] : [[name, value]]);

/** @returns {Generator<Case>} */
function* cases() {
  // The CORS check on the answer.
  for (const credentials of MODES) {
    for (const values of ORIGINS) {
      for (const allowed of values[0] === PAGE || values[0] === '*' ? ALLOWED : [undefined, 'true']) {
        const fields = /** @type {Fields} */ ([...values.map((value) => [ORIGIN, value]), ...field(CREDENTIALS, allowed)]);
        yield { method: 'GET', credentials, fields: [], question: FULL, answer: { status: 200, fields } };
      }
    }
  }
  for (const status of [401, 403, 404, 500, 204]) {
    yield { method: 'GET', credentials: 'include', fields: [], question: FULL, answer: { ...YES, status } };
    yield { method: 'GET', credentials: 'include', fields: [], question: FULL, answer: { status, fields: [] } };
  }
  // The same question asked before, with everything that it can refuse.
  /** @type {[string, Fields][]} */
  const requests = [['PUT', []], ['PATCH', []], ['patch', []], ['delete', []], ['POST', [['Content-Type', 'application/json']]], ['GET', [['Authorization', 'Bearer x']]], ['GET', [['X-Trace', '1']]], ['PUT', [['X-Trace', '1'], ['Authorization', 'Bearer x']]]];
  for (const [method, fields] of requests) {
    for (const credentials of /** @type {RequestCredentials[]} */ (['same-origin', 'include'])) {
      for (const methods of [undefined, '*', 'PUT, PATCH, DELETE', 'put,patch,delete', 'PUT;PATCH']) {
        for (const headers of [undefined, '*', 'authorization,content-type,x-trace', 'AUTHORIZATION, Content-Type, X-Trace', 'x-trace', '*, authorization', 'x trace']) {
          // Node's server takes no request of a method in small letters, so only its refusals can be seen.
          if (method === 'patch' && (methods?.includes('patch') || (methods === '*' && credentials !== 'include'))) continue;
          const question = { status: 204, fields: [...YES.fields, ...field(METHODS, methods), ...field(HEADERS, headers)] };
          yield { method, credentials, fields, question, answer: YES };
        }
      }
    }
  }
  for (const status of [200, 202, 204, 206, 301, 302, 307, 304, 401, 403, 404, 405, 500]) {
    yield { method: 'PUT', credentials: 'include', fields: [], question: { ...FULL, status, fields: [...FULL.fields, ['Location', '/elsewhere']] }, answer: YES };
  }
  for (const credentials of MODES) {
    for (const values of ORIGINS.slice(0, 9)) {
      for (const allowed of [undefined, 'true']) {
        const fields = /** @type {Fields} */ ([...values.map((value) => [ORIGIN, value]), ...field(CREDENTIALS, allowed), [METHODS, 'PUT']]);
        yield { method: 'PUT', credentials, fields: [], question: { status: 204, fields }, answer: YES };
      }
    }
  }
  // Which fields need the question.
  for (const [name, value] of [
    ['Accept', 'application/json'], ['Accept', 'a'.repeat(128)], ['Accept', 'a'.repeat(129)], ['Accept', '"x"'], ['Accept', 'text/html;q=0.9, */*'], ['Accept-Language', 'de, en;q=0.5'], ['Accept-Language', 'de_DE'], ['Accept-Language', '@'],
    ['Content-Language', 'en'], ['Content-Language', '"en"'], ['Content-Type', 'text/plain'], ['Content-Type', 'text/plain;charset=utf-8'], ['Content-Type', 'TEXT/PLAIN'], ['Content-Type', 'text/html'], ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Content-Type', 'multipart/form-data; boundary=x'], ['Content-Type', 'text/plain; x="y"'], ['Content-Type', 'application/json'], ['Range', 'bytes=0-'], ['Range', 'bytes=0-10'], ['Range', 'bytes=10-0'], ['Range', 'bytes=-10'], ['Range', 'bytes=0-1,2-3'],
    ['X-Requested-With', 'XMLHttpRequest'], ['Authorization', 'Basic YTpi'], ['Cache-Control', 'no-cache'], ['If-None-Match', '"x"'], ['DPR', '2'], ['Save-Data', 'on'], ['Last-Event-ID', '1'], ['Device-Memory', '1'], ['Priority', 'u=1'], ['User-Agent', 'x'],
  ]) yield { method: 'POST', credentials: 'same-origin', fields: [[name, value]], question: { status: 403, fields: [] }, answer: YES };
  for (const method of ['GET', 'HEAD', 'POST', 'get', 'post', 'put', 'OPTIONS', 'QUERY', 'FOO']) {
    yield { method, credentials: 'same-origin', fields: [], question: { status: 403, fields: [] }, answer: YES };
  }
  // A page without an origin of its own.
  for (const credentials of MODES) {
    for (const values of [['null'], ['*'], [PAGE], []]) {
      const fields = /** @type {Fields} */ ([...values.map((value) => [ORIGIN, value]), [CREDENTIALS, 'true']]);
      yield { method: 'GET', credentials, fields: [], sandboxed: true, question: FULL, answer: { status: 200, fields } };
    }
  }
}

/** @type {{ case: Case, outcome: Outcome }[]} */
const all = [...cases()].map((one) => ({ case: one, outcome: { asked: false, made: false, got: '', reason: '' } }));

const oracle = await start(/** @type {import('./lib/browser.mjs').Which} */ (process.argv[2] ?? 'chrome'), (request, response) => {
  const url = new URL(request.url ?? '/', 'http://any');
  const row = all[Number(url.searchParams.get('case') ?? -1)];
  if (!row) {
    response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': 'c=1; Secure; SameSite=None', [ORIGIN]: request.headers.origin ?? '*', [CREDENTIALS]: 'true' });
    response.end('<!doctype html><link rel=icon href=data:,>');
    return;
  }
  const question = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  const { status, fields } = question ? row.case.question : row.case.answer;
  if (question) {
    row.outcome.asked = true;
    row.outcome.requestHeaders = request.headers['access-control-request-headers'];
  } else {
    row.outcome.made = true;
    row.outcome.origin = oracle.usual(request.headers.origin ?? '');
    row.outcome.cookie = request.headers.cookie !== undefined;
  }
  const lines = fields.map(([name, value]) => `${name}: ${name === ORIGIN ? withPort(value) : value}\r\n`).join('');
  const head = `HTTP/1.1 ${status} X\r\n${lines}Content-Type: text/plain\r\nCache-Control: no-store\r\nConnection: close\r\n`;
  response.socket?.end([204, 304].includes(status) ? `${head}\r\n` : `${head}Content-Length: 2\r\n\r\n${request.method === 'HEAD' ? '' : 'ok'}`);
});

/** The page's own origin as it is here, with its port. @param {string} value */
function withPort(value) {
  return value.replace(/^(https:\/\/a\.test)(?=$|[,/])/i, () => new URL(oracle.real(`${PAGE}/`)).origin.replace(/^.*a\.test/, value.match(/^https:\/\/a\.test/i)?.[0] ?? ''));
}

const page = await oracle.browser.newPage();
/** @type {Map<number, string>} */
const reasons = new Map();
if (!oracle.firefox) {
  const cdp = await page.createCDPSession();
  /** @type {Map<string, number>} */
  const requests = new Map();
  cdp.on('Network.requestWillBeSent', (event) => requests.set(event.requestId, Number(new URL(event.request.url, PAGE).searchParams.get('case') ?? -1)));
  cdp.on('Network.loadingFailed', (event) => {
    const number = requests.get(event.requestId);
    if (number !== undefined && event.corsErrorStatus && !reasons.has(number)) reasons.set(number, event.corsErrorStatus.corsError);
  });
  await cdp.send('Network.enable');
}
await page.goto(oracle.real(`${PAGE}/`));
// Each party's jar gets a cookie: the common one, and the one that Firefox keeps for this page.
await page.evaluate((url) => fetch(url, { credentials: 'include' }).then((got) => got.text()), oracle.real('https://b.test/'));

const BATCH = 25;
for (let from = 0; from < all.length; from += BATCH) {
  const batch = all.slice(from, from + BATCH).map((row, nth) => ({ ...row.case, url: oracle.real(`https://b.test/cors?case=${from + nth}`) }));
  const got = await page.evaluate(async (list) => {
    /** @param {{ url: string, method: string, credentials: RequestCredentials, fields: [string, string][] }} one */
    const ask = (one) => fetch(one.url, { method: one.method, credentials: one.credentials, headers: one.fields, ...(one.method === 'POST' ? { body: new Uint8Array(1) } : {}) })
      .then(async (response) => { await response.text(); return `${response.status}`; }, (error) => (error instanceof TypeError ? 'network error' : `${error}`));
    /** @param {Parameters<typeof ask>[0]} one @returns {Promise<string>} */
    const askFromSandbox = (one) => new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.srcdoc = `<script>(${ask})(${JSON.stringify(one)}).then((got) => parent.postMessage(got, '*'))</script>`;
      const listener = (/** @type {MessageEvent} */ event) => {
        if (event.source !== frame.contentWindow) return;
        removeEventListener('message', listener);
        frame.remove();
        resolve(event.data);
      };
      addEventListener('message', listener);
      document.documentElement.append(frame);
    });
    return Promise.all(list.map((one) => (one.sandboxed ? askFromSandbox(one) : ask(one))));
  }, batch);
  got.forEach((text, nth) => { all[from + nth].outcome.got = text; });
}
await new Promise((resolve) => setTimeout(resolve, 300));
all.forEach((row, number) => { row.outcome.reason = reasons.get(number) ?? ''; });
await oracle.close();
// Most rows share these two answers.
const shared = (/** @type {Answer} */ one) => (one === FULL ? 'full' : one === YES ? 'yes' : one);
console.log(`{"browser": ${JSON.stringify(oracle.version)}, "recorded": ${JSON.stringify(new Date().toISOString())}, "page": ${JSON.stringify(PAGE)},
"full": ${JSON.stringify(FULL)},
"yes": ${JSON.stringify(YES)},
"rows": [
${rows(all.map((row) => ({ ...row.case, question: shared(row.case.question), answer: shared(row.case.answer), ...row.outcome })))}
]}`);
