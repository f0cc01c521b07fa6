// Asks a real browser how it follows redirects, and writes its answers as vectors for the tests of the
// redirect model: `./build.sh oracle redirects`.
//
// A row is one journey: how it began, what each address answered, each request that a server saw, and
// where the page ended. Everything happens on 127.0.0.1.

import { rows, start } from './lib/browser.mjs';

/**
 * @typedef {{ status: number, location?: string, policy?: string, cookie?: string }} Hop
 * @typedef {{ how: 'fetch' | 'link' | 'form', page: string, url: string, method: string, body?: boolean, authorization?: boolean, credentials?: RequestCredentials, referrerPolicy?: ReferrerPolicy, hops: Hop[] }} Journey
 * @typedef {{ method: string, url: string, body: boolean, contentType: boolean, authorization: boolean, origin: string | null, referer: string | null, cookie: string | null }} Seen
 */

const OWN = 'https://a.test';
const OTHER = 'https://b.test';
const THIRD = 'https://www.b.test';
const PLAIN = 'http://a.test';
const STATUSES = [301, 302, 303, 307, 308];

/** @returns {Generator<Journey>} */
function* journeys() {
  for (const status of STATUSES) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      for (const [url, to] of [[OWN, OWN], [OWN, OTHER], [OTHER, OTHER], [OTHER, OWN], [OTHER, THIRD]]) {
        const body = !['GET', 'HEAD'].includes(method);
        yield { how: 'fetch', page: OWN, url: `${url}/1`, method, body, hops: [{ status, location: `${to}/2` }, { status: 200 }] };
      }
    }
    for (const to of [OWN, OTHER, PLAIN]) {
      yield { how: 'form', page: OWN, url: `${OWN}/1`, method: 'POST', body: true, hops: [{ status, location: `${to}/2` }, { status: 200 }] };
      yield { how: 'link', page: OWN, url: `${OWN}/1`, method: 'GET', hops: [{ status, location: `${to}/2` }, { status: 200 }] };
    }
    for (const [url, to] of [[OWN, `${OWN}/2`], [OWN, `${OTHER}/2`], [OTHER, `${OTHER}/2`], [OTHER, `${THIRD}/2`], [OTHER, `${OWN}/2`]]) {
      yield { how: 'fetch', page: OWN, url: `${url}/1`, method: 'GET', authorization: true, hops: [{ status, location: to }, { status: 200 }] };
    }
  }
  // There and back: what was dropped stays dropped.
  yield { how: 'fetch', page: OWN, url: `${OWN}/1`, method: 'GET', authorization: true, hops: [{ status: 302, location: `${OTHER}/2` }, { status: 302, location: `${OWN}/3` }, { status: 200 }] };
  yield { how: 'fetch', page: OWN, url: `${OTHER}/1`, method: 'GET', hops: [{ status: 302, location: `${THIRD}/2` }, { status: 302, location: `${THIRD}/3` }, { status: 200 }] };
  // Fragments.
  for (const fragment of ['', '#old', '#']) {
    for (const location of ['/2', '/2#new', '/2#', '?x', '#only', '']) {
      yield { how: 'link', page: OWN, url: `${OWN}/1${fragment}`, method: 'GET', hops: [{ status: 302, location }, { status: 200 }] };
    }
  }
  yield { how: 'link', page: OWN, url: `${OWN}/1#old`, method: 'GET', hops: [{ status: 302, location: `${OTHER}/2` }, { status: 302, location: '/3' }, { status: 200 }] };
  // Places that are none.
  for (const location of [undefined, '', 'http://[', 'data:text/html,x', 'javascript:alert(1)', 'about:blank', 'ftp://a.test/', 'mailto:x@a.test', '//b.test/2', '\\\\b.test\\2', 'https:/2', './2', '../2', ' /2 ', `${OWN}/2 3`, '/%zz', 'https://u:p@a.test/2', 'https://u@b.test/2']) {
    yield { how: 'fetch', page: OWN, url: `${OWN}/1`, method: 'GET', hops: [{ status: 302, location }, { status: 200 }] };
  }
  yield { how: 'fetch', page: OWN, url: `${OTHER}/1`, method: 'GET', hops: [{ status: 302, location: 'https://u:p@b.test/2' }, { status: 200 }] };
  for (const status of [300, 304, 305, 306]) {
    yield { how: 'fetch', page: OWN, url: `${OWN}/1`, method: 'GET', hops: [{ status, location: '/2' }, { status: 200 }] };
  }
  // How far.
  for (const count of [19, 20, 21]) {
    const hops = Array.from({ length: count }, (_, nth) => ({ status: 302, location: `/${nth + 2}` }));
    for (const how of /** @type {const} */ (['fetch', 'link'])) yield { how, page: OWN, url: `${OWN}/1`, method: 'GET', hops: [...hops, { status: 200 }] };
  }
  const round = Array.from({ length: 30 }, (_, nth) => ({ status: 302, location: '/1', cookie: `round=${nth}` }));
  for (const how of /** @type {const} */ (['fetch', 'link'])) yield { how, page: OWN, url: `${OWN}/1`, method: 'GET', credentials: 'include', hops: round };
  // What is told of where one comes from.
  for (const referrerPolicy of /** @type {ReferrerPolicy[]} */ (['no-referrer', 'no-referrer-when-downgrade', 'same-origin', 'origin', 'strict-origin', 'origin-when-cross-origin', 'strict-origin-when-cross-origin', 'unsafe-url'])) {
    for (const to of [OWN, OTHER]) {
      yield { how: 'fetch', page: OWN, url: `${OWN}/1`, method: 'GET', referrerPolicy, hops: [{ status: 302, location: `${to}/2` }, { status: 200 }] };
      yield { how: 'fetch', page: OWN, url: `${OWN}/1`, method: 'GET', hops: [{ status: 302, location: `${to}/2`, policy: referrerPolicy }, { status: 200 }] };
      yield { how: 'link', page: OWN, url: `${OWN}/1`, method: 'GET', hops: [{ status: 302, location: `${to}/2`, policy: referrerPolicy }, { status: 200 }] };
    }
    yield { how: 'link', page: OWN, url: `${OWN}/1`, method: 'GET', hops: [{ status: 302, location: `${PLAIN}/2`, policy: referrerPolicy }, { status: 200 }] };
  }
}

/** @type {{ journey: Journey, seen: Seen[], end: string }[]} */
const all = [...journeys()].map((journey) => ({ journey, seen: [], end: '' }));
/** Which hops of the current journey were made: by it alone are requests told apart. */
let current = -1;

const oracle = await start(/** @type {import('./lib/browser.mjs').Which} */ (process.argv[2] ?? 'chrome'), (request, response) => {
  const row = all[current];
  const origin = request.headers.origin;
  const allow = origin ? { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true', 'Access-Control-Allow-Methods': 'PUT, DELETE, PATCH', 'Access-Control-Allow-Headers': 'authorization, content-type' } : {};
  if (!row || !/^\/[\d%]/.test(request.url ?? '') || request.url === '/') {
    response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'no-store', ...allow }).end('<!doctype html><link rel=icon href=data:,>');
    return;
  }
  if (request.method === 'OPTIONS') {
    response.writeHead(204, allow).end();
    return;
  }
  let length = 0;
  request.on('data', (data) => { length += data.length; });
  request.on('end', () => {
    const { headers } = request;
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    const usual = (/** @type {string | undefined} */ text) => (text === undefined ? null : oracle.usual(text));
    const hop = row.journey.hops[row.seen.length] ?? { status: 200 };
    row.seen.push({
      method: request.method ?? '',
      url: oracle.usual(`${scheme}://${headers.host}${request.url}`),
      body: length > 0,
      contentType: headers['content-type'] !== undefined,
      authorization: headers.authorization !== undefined,
      origin: usual(headers.origin),
      referer: usual(headers.referer),
      cookie: headers.cookie ?? null,
    });
    // By hand: some of these fields Node would not send.
    const port = new URL(oracle.real(hop.location?.startsWith('http:') ? 'http://a.test' : 'https://a.test')).port;
    const location = hop.location?.replace(/(?<=[/\\]{2}(?:[^/@]*@)?)(?:www\.)?[ab]\.test(?=$|[/\\])/, (host) => `${host}:${port}`);
    const fields = Object.entries({ 'Content-Type': 'text/html', 'Content-Length': '2', 'Cache-Control': 'no-store', Connection: 'close', ...allow,
      ...(location === undefined ? {} : { Location: location }), ...(hop.policy ? { 'Referrer-Policy': hop.policy } : {}), ...(hop.cookie ? { 'Set-Cookie': hop.cookie } : {}) });
    response.socket?.end(`HTTP/1.1 ${hop.status} X\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${request.method === 'HEAD' || hop.status === 304 ? '' : 'ok'}`);
  });
});

for (const [number, row] of all.entries()) {
  const { journey } = row;
  const page = await oracle.browser.newPage();
  await page.goto(oracle.real(`${journey.page}/`));
  current = number;
  const url = oracle.real(journey.url);
  try {
    if (journey.how === 'fetch') {
      row.end = await page.evaluate(async ({ url, method, body, authorization, credentials, referrerPolicy }) => {
        try {
          const response = await fetch(url, {
            method,
            credentials: credentials ?? 'same-origin',
            ...(referrerPolicy ? { referrerPolicy } : {}),
            headers: { ...(authorization ? { Authorization: 'Bearer x' } : {}), ...(body ? { 'Content-Type': 'text/plain' } : {}) },
            ...(body ? { body: 'content' } : {}),
          });
          return `${response.status} ${response.url}`;
        } catch (error) {
          return error instanceof TypeError ? 'network error' : `${error}`;
        }
      }, { ...journey, url });
    } else {
      const go = page.evaluate(({ url, how }) => {
        if (how === 'link') {
          location.href = url;
          return;
        }
        const form = document.createElement('form');
        form.method = 'post';
        form.action = url;
        form.innerHTML = '<input name=user value=a>';
        document.documentElement.append(form);
        form.submit();
      }, { url, how: journey.how });
      await Promise.all([page.waitForNavigation({ waitUntil: 'load', timeout: 4000 }), go]);
      row.end = await page.evaluate(() => location.href);
    }
  } catch {
    row.end = 'network error';
  }
  row.end = row.end.startsWith('chrome-error:') ? 'network error' : oracle.usual(row.end);
  current = -1;
  await page.close();
}
await oracle.close();
console.log(`{"browser": ${JSON.stringify(oracle.version)}, "recorded": ${JSON.stringify(new Date().toISOString())},
"rows": [
${rows(all)}
]}`);
