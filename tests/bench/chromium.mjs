// In Chromium: a HAR file of 60 MB through the shipped wasm beside JSON.parse of its text, in the same run.

import { open } from '../e2e/lib/browser.mjs';

const ROUNDS = 5;
/** Of the time of JSON.parse, what the wasm may take. */
const SHARE = 1;
const BYTES = 60_000_000;

/** @param {number[]} values */
const median = (values) => /** @type {number} */ (values.toSorted((one, other) => one - other)[values.length >> 1]);
/** @param {boolean} isMet */
const mark = (isMet) => (isMet ? '' : ' **missed**');

/** What runs in a page of the extension: reads the same file both ways. @param {number} bytes @param {number} rounds */
async function read(bytes, rounds) {
  const { newCore, newOpening } = await import(/** @type {any} */ ('/shared/core.js'));
  const { bytesOf } = await import(/** @type {any} */ ('/shared/bytes.js'));
  const { entryOf } = await import(/** @type {any} */ ('/devtools/entry.js'));
  let noise = 401;
  const letters = (/** @type {number} */ count) => {
    let text = '';
    while (text.length < count) text += ((noise = (noise * 1_103_515_245 + 12_345) % 2_147_483_648)).toString(36);
    return text;
  };
  const field = (/** @type {[string, string]} */ [name, value]) => ({ name, value });
  const entry = (/** @type {number} */ nth) => {
    const isCall = nth % 3 === 0;
    const refused = isCall && nth % 60 === 0;
    return {
      _initiator: { type: 'script', stack: { callFrames: Array.from({ length: 6 }, (_, line) => ({ functionName: 'dispatch', scriptId: '17', url: `https://app.example.test/chunk-${line}.js`, lineNumber: 0, columnNumber: line * 977 })) } },
      _priority: 'High', _resourceType: isCall ? 'fetch' : 'script', cache: {}, connection: '443', pageref: 'page_1',
      request: {
        method: 'GET', url: `https://app.example.test/${isCall ? 'api/orders' : 'static'}?page=${nth}`, httpVersion: 'h2',
        headers: [
          [':authority', 'app.example.test'], [':method', 'GET'], [':scheme', 'https'], ['accept', '*/*'], ['accept-encoding', 'gzip, deflate, br, zstd'],
          ['accept-language', 'en-GB,en;q=0.9'], ['cookie', 'session=9b2f61c04be1; theme=dark; consent=1'], ['referer', 'https://app.example.test/orders'],
          ['sec-fetch-mode', 'cors'], ['sec-fetch-site', 'same-origin'],
          ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'],
        ].map((pair) => field(/** @type {[string, string]} */ (pair))),
        queryString: [], cookies: [], headersSize: -1, bodySize: 0,
      },
      response: {
        status: refused ? 401 : 200, statusText: '', httpVersion: 'h2',
        headers: [['cache-control', 'private, max-age=0'], ['content-type', isCall ? 'application/json' : 'text/javascript'], ['etag', `"${nth}"`], ['server', 'nginx'], ['vary', 'accept-encoding']].map((pair) => field(/** @type {[string, string]} */ (pair))),
        cookies: [],
        content: { size: 1, mimeType: isCall ? 'application/json' : 'text/javascript', text: isCall ? JSON.stringify({ rows: letters(900).match(/.{1,30}/g) }) : letters(12_000) },
        redirectURL: '', headersSize: -1, bodySize: -1, _transferSize: 900, _error: null,
      },
      serverIPAddress: '192.0.2.10', startedDateTime: new Date(1_795_161_600_000 + nth * 200).toISOString(), time: 31.25,
      timings: { blocked: 1.5, dns: -1, ssl: -1, connect: -1, send: 0.25, wait: 25.5, receive: 4 },
    };
  };
  const pieces = [];
  for (let [nth, length] = [0, 0]; length < bytes; nth++) {
    const piece = JSON.stringify(entry(nth));
    length += piece.length + 2;
    pieces.push(piece);
  }
  const text = `{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[${pieces.join(',\n')}]}}`;
  const whole = new TextEncoder().encode(text);
  const timed = async (/** @type {() => unknown} */ job) => {
    const began = performance.now();
    await job();
    return performance.now() - began;
  };
  /** @type {{ parsed: number[], opened: number[], pushed: number[] }} */
  const rows = { parsed: [], opened: [], pushed: [] };
  for (let round = 0; round < rounds; round++) {
    let har = /** @type {any} */ (undefined);
    rows.parsed.push(await timed(() => { har = JSON.parse(text); }));
    await newCore('chrome');
    rows.opened.push(await timed(async () => {
      const opening = await newOpening();
      for (let at = 0; at < whole.length; at += 1 << 20) opening.feed(whole.subarray(at, at + (1 << 20)), 0);
      opening.finish().everything();
    }));
    const core = await newCore('chrome');
    rows.pushed.push(await timed(() => {
      for (const request of har.log.entries) {
        const entry = entryOf(request);
        core.push(...bytesOf(entry, core.wants_body(bytesOf(entry)[0]) ? request.response.content.text : undefined), false);
      }
      core.everything();
    }));
  }
  return { entries: pieces.length, bytes: whole.length, ...rows };
}

const browser = await open('chrome', { headless: true });
try {
  const page = await browser.extensionPage('pages/privacy.html');
  const told = await page.evaluate(read, BYTES, ROUNDS);
  const parsed = median(told.parsed);
  console.log(`\n${(told.bytes / 1e6).toFixed(1)} MB, ${told.entries} entries, ${ROUNDS} rounds in turn, medians:\n\n| | time | of JSON.parse |\n|---|---:|---:|`);
  for (const [name, times] of /** @type {[string, number[]][]} */ ([['JSON.parse of its text', told.parsed], ['the file, read and diagnosed', told.opened], ['its entries as objects, handed over as the hidden page does, and diagnosed', told.pushed]])) {
    const share = median(times) / parsed;
    console.log(`| ${name} | ${median(times).toFixed(0)} ms | ${share.toFixed(2)}${mark(share <= SHARE || times === told.parsed)} |`);
  }
} finally {
  await browser.close();
}
