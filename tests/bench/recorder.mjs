// In Chromium: what a recording costs the pages that it sees, and what a long one costs to finish and to open. What a busy
// machine stretches is printed; too much memory fails, and so does a recorder that costs much more than listening does.

import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { open } from '../e2e/lib/browser.mjs';
import { grantedExtension } from '../e2e/lib/granted.mjs';
import { memory } from '../e2e/lib/memory.mjs';
import { PAGE, appears, startRecording } from '../e2e/lib/recorder.mjs';

const ROUNDS = 20;
/** So many milliseconds a server needs that stands near. */
const AWAY = 20;
/** The share of its time that the recorder may add, at the median of rounds. */
const SHARE = 0.03;
/** Of the time that a page needs while something listens that keeps nothing: what a browser's own telling costs no extension can
 * spare its users, and a recorder that adds so much more is broken however busy the machine is. */
const BROKEN = 0.15;
/** Exchanges of the long recording, the megabytes that the extension may need for it, and the milliseconds to open it. */
const [EXCHANGES, MEMORY, OPENS] = [50_000, 300, 3000];
/** Megabytes that no recording may take, as many as it takes today and some. */
const MOST = 400;

/** @param {number[]} values */
const median = (values) => /** @type {number} */ (values.toSorted((one, other) => one - other)[values.length >> 1]);
/** @param {boolean} isMet */
const mark = (isMet) => (isMet ? '' : ' **missed**');

/** What a page of 300 requests asks for beside itself, and how many bytes each has: as many scripts and images, and as large ones, as
 * a page of the web has in the middle (HTTP Archive, Web Almanac 2024, Page Weight, desktop: 24 and 18 of 71), and calls as all the rest
 * that is no style sheet and no font. */
const PARTS = { script: [101, 25_000], image: [76, 58_000], style: [34, 10_000], font: [17, 33_000], call: [71, 2000] };
/** The same number of calls alone: of each of them the recorder has to know everything. */
const CALLS = { call: [299, 2000] };

/** @typedef {Record<string, number[]>} Parts */
/** @typedef {'paused' | 'paused again' | 'heard' | 'on'} State */
/** @type {readonly State[]} */
const STATES = ['paused', 'paused again', 'heard', 'on'];

/** @type {Record<string, (bytes: number) => [type: string, content: string]>} */
const CONTENTS = {
  script: (bytes) => ['text/javascript', Array.from({ length: Math.ceil(bytes / 100) }, (_, at) => `function part${at}(event) { return event.target?.closest("[data-part]")?.dataset.part === "${at}"; }\n`).join('')],
  // What stands behind the end of a picture no browser draws.
  image: (bytes) => ['image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><path d="M0 0h10v10z"/></svg><!--${'x'.repeat(bytes)}-->`],
  style: (bytes) => ['text/css', Array.from({ length: Math.ceil(bytes / 40) }, (_, at) => `.part-${at} { margin: ${at}px; color: teal }\n`).join('')],
  font: (bytes) => ['font/woff2', 'x'.repeat(bytes)],
  call: (bytes) => ['application/json', JSON.stringify({ rows: 'x'.repeat(bytes) })],
};

/** @param {Parts} parts */
function pageOf(parts) {
  const all = (/** @type {string} */ kind, /** @type {(url: string) => string} */ tag) => Array.from({ length: parts[kind]?.[0] ?? 0 }, (_, at) => tag(`/${kind}?${at}`)).join('');
  return `<!doctype html><title>A page</title><link rel="icon" href="data:,">${all('style', (url) => `<link rel="stylesheet" href="${url}">`)}
    ${all('font', (url) => `<link rel="preload" as="font" crossorigin href="${url}">`)}${all('script', (url) => `<script defer src="${url}"></script>`)}
    <script>
      const calls = Promise.all(Array.from({ length: ${parts.call?.[0] ?? 0} }, (_, at) => fetch('/call?' + at).then((answer) => answer.arrayBuffer())));
      globalThis.loaded = Promise.all([calls, new Promise((resolve) => addEventListener('load', resolve))]).then(() => performance.now());
    </script>${all('image', (url) => `<img src="${url}">`)}`;
}

/** Puts into the background something that listens as the recorder does, and keeps nothing. @param {string} extension */
function addListener(extension) {
  const main = join(extension, 'background/main.js');
  writeFileSync(main, `
    let end = () => {};
    api.runtime.onMessage.addListener(({ type, is }) => {
      if (type !== 'bare') return;
      end();
      end = is ? watchRequests(() => {}, true) : () => {};
    });`, { flag: 'a' });
}

/** @param {string} what @param {Parts} parts */
async function page300(what, parts) {
  const server = http.createServer((request, response) => {
    const kind = request.url?.slice(1).split('?')[0] ?? '';
    const [type, content] = CONTENTS[kind]?.(parts[kind]?.[1] ?? 0) ?? ['text/html', pageOf(parts)];
    setTimeout(() => response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(content), AWAY);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const extension = grantedExtension();
  addListener(extension.path);
  const browser = await open('chrome', { extension: extension.path });
  try {
    const page = await browser.extensionPage(PAGE);
    await startRecording(page);
    /** Loads the page, and says how long that took. @param {State} state */
    const load = async (state) => {
      await page.evaluate((/** @type {boolean} */ is) => { void /** @type {any} */ (globalThis).chrome.runtime.sendMessage({ type: 'bare', is }).catch(() => {}); }, state === 'heard');
      const wanted = state === 'on' ? 'on' : 'paused';
      if (!await page.evaluate((/** @type {string} */ is) => document.querySelector(`.running[data-state=${is}]`), wanted)) {
        await page.click(`[data-act=${state === 'on' ? 'resume' : 'pause'}]`);
        await appears(page, `.running[data-state=${wanted}]`);
      }
      await browser.goto(`http://www.app.test:${port}/`);
      return browser.evaluate(() => /** @type {any} */ (globalThis).loaded);
    };
    // The first of each finds everything cold.
    for (const state of STATES) await load(state);
    /** @type {Record<State, number[]>} */
    const took = { paused: [], 'paused again': [], heard: [], on: [] };
    for (let round = 0; round < ROUNDS; round++) {
      // Whichever comes first is not always the same, and what a machine does meanwhile meets all alike: there and back again.
      const order = [...STATES.slice(round % STATES.length), ...STATES.slice(0, round % STATES.length)];
      for (const state of STATES) took[state][round] = 0;
      for (const state of [...order, ...order.toReversed()]) took[state][round] += await load(state) / 2;
    }
    const more = (/** @type {State} */ state, /** @type {State} */ than) => median(took[state].map((time, round) => time / /** @type {number} */ (took[than][round]) - 1));
    /** Half of the rounds lie between these. */
    const noise = took.paused.map((time, round) => /** @type {number} */ (took['paused again'][round]) / time - 1).toSorted((one, other) => one - other);
    const quarter = (/** @type {number} */ nth) => /** @type {number} */ (noise[Math.floor(noise.length * nth / 4)]);
    const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;
    const [share, own] = [more('on', 'paused'), more('on', 'heard')];
    console.log(`${what} takes ${percent(share)} longer than ${median(took.paused).toFixed(0)} ms while it is recorded, at the median of ${ROUNDS} rounds; below ${percent(SHARE)}${mark(share < SHARE)}. `
      + `While something listens that keeps nothing it takes ${percent(more('heard', 'paused'))} longer, which no extension can spare it: the recorder itself adds ${percent(own)}${mark(own < SHARE)}. `
      + `Without either it differs from itself by ${percent(more('paused again', 'paused'))}, in half of the rounds by ${percent(quarter(1))} to ${percent(quarter(3))}.`);
    if (own > BROKEN) process.exitCode = 1;
  } finally {
    await browser.close();
    await new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
    extension.remove();
  }
}

/** Writes a long recording as the background does. Runs in a page of the extension. @param {number} count */
const records = async (count) => {
  const module = '/shared/event-log.js';
  const log = new (await import(module)).DiskLog();
  const [recording, began] = ['long', Date.now() - count * 20];
  await log.control({ type: 'start', recording, at: began, name: 'long', sites: ['*://*.app.test/*'], limits: { idle: 1, time: 1, size: 1 }, private: false, bodies: false, original: false });
  let bytes = 0;
  for (let first = 0; first < count; first += 250) {
    const text = Array.from({ length: 250 }, (_, nth) => {
      const [request, at, isRefused] = [String(first + nth), began + (first + nth) * 20, nth % 10 === 0];
      return [
        { type: 'onBeforeRequest', method: 'GET', url: `https://www.app.test/api/${nth % 97}/orders?page=${request}`, kind: 'xmlhttprequest', frame: 0 },
        { type: 'onSendHeaders', fields: [['Authorization', isRefused ? 'Bearer undefined' : 'Bearer of-a-session-that-works'], ['Accept', '*/*']] },
        { type: 'onHeadersReceived', status: isRefused ? 401 : 200, line: '', fields: [['Content-Type', 'application/json'], ...(isRefused ? [['WWW-Authenticate', 'Bearer']] : [])] },
        { type: 'onCompleted', status: isRefused ? 401 : 200 },
      ].map((record) => JSON.stringify({ at, request, tab: 1, ...record })).join('\n');
    }).join('\n');
    bytes += text.length;
    await log.append(recording, { text, exchanges: first + 250, bytes, at: began }, false);
  }
  await log.control({ type: 'stop', recording, at: Date.now(), reason: 'user' });
};

async function long() {
  const browser = await open('chrome');
  try {
    const page = await browser.extensionPage(PAGE);
    await page.evaluate(records, EXCHANGES);
    // A background that wakes finishes what was stopped.
    await browser.stopBackground();
    const stopped = Date.now();
    let most = 0;
    const watch = setInterval(() => { most = Math.max(most, memory()); }, 100);
    await appears(page, '[data-recording=long][data-verdict=failing]', 60_000);
    clearInterval(watch);
    const finished = Date.now() - stopped;
    await page.click('[data-act=open]');
    const pressed = Date.now();
    await appears(page, '#verdict[data-verdict=failing]', 60_000);
    const opened = Date.now() - pressed;
    console.log(`A recording of ${EXCHANGES} exchanges is finished in ${(finished / 1000).toFixed(1)} s, for which the extension needs ${most.toFixed(0)} MB at most; below ${MEMORY} MB${mark(most < MEMORY)}. It opens in ${(opened / 1000).toFixed(1)} s; below ${OPENS / 1000} s${mark(opened < OPENS)}.`);
    if (most > MOST) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

await page300('A page of 300 requests as pages make them', PARTS);
await page300('A page of 300 requests that are all calls', CALLS);
await long();
