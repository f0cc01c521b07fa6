// In Chromium: what a recording costs the pages that it sees, and what a long one costs to finish and to open. What a busy
// machine stretches is printed; too much memory fails, and so does a recorder that costs much more than listening does.

import http from 'node:http';
import { open } from '../e2e/lib/browser.mjs';
import { grantedExtension } from '../e2e/lib/granted.mjs';
import { memory } from '../e2e/lib/memory.mjs';
import { PAGE, appears, startRecording } from '../e2e/lib/recorder.mjs';

/** Requests of the page that is loaded. */
const REQUESTS = 300;
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
const MOST = 700;

/** @param {number[]} values */
const median = (values) => /** @type {number} */ (values.toSorted((one, other) => one - other)[values.length >> 1]);
/** @param {boolean} isMet */
const mark = (isMet) => (isMet ? '' : ' **missed**');

/** Loads everything that a page asks for, and says how long that took. Runs in the page. @param {number} count */
const loads = async (count) => {
  const began = performance.now();
  await Promise.all(Array.from({ length: count }, (_, at) => fetch(`/part?${at}`).then((answer) => answer.arrayBuffer())));
  return performance.now() - began;
};

/** @typedef {'paused' | 'heard' | 'on'} State */
/** @type {readonly State[]} */
const STATES = ['paused', 'heard', 'on'];

/** Has the browser tell what it tells the recorder, to nobody; or no longer. Runs in a page of the extension. @param {boolean} is */
const listens = async (is) => {
  const [module, kept] = ['/shared/requests.js', /** @type {{ bare?: () => void }} */ (globalThis)];
  kept.bare?.();
  kept.bare = undefined;
  if (is) kept.bare = (await import(module)).watchRequests(() => {});
};

async function page300() {
  const server = http.createServer((_, response) => setTimeout(() => response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' }).end('x'.repeat(2000)), AWAY));
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const extension = grantedExtension();
  const browser = await open('chrome', { extension: extension.path });
  try {
    const page = await browser.extensionPage(PAGE);
    await startRecording(page);
    await browser.goto(`http://www.app.test:${port}/`);
    /** @type {Record<State, number[]>} */
    const took = { paused: [], heard: [], on: [] };
    for (let round = 0; round < ROUNDS; round++) {
      // Whichever comes first is not always the same.
      for (const state of [...STATES.slice(round % STATES.length), ...STATES.slice(0, round % STATES.length)]) {
        await page.evaluate(listens, state === 'heard');
        const wanted = state === 'on' ? 'on' : 'paused';
        if (!await page.evaluate((/** @type {string} */ is) => document.querySelector(`.running[data-state=${is}]`), wanted)) {
          await page.click(`[data-act=${state === 'on' ? 'resume' : 'pause'}]`);
          await appears(page, `.running[data-state=${wanted}]`);
        }
        took[state].push(await browser.evaluate(loads, REQUESTS));
      }
    }
    const more = (/** @type {State} */ state, /** @type {State} */ than) => median(took[state].map((time, round) => time / /** @type {number} */ (took[than][round]) - 1));
    const [share, own] = [more('on', 'paused'), more('on', 'heard')];
    console.log(`A page with ${REQUESTS} requests takes ${(100 * share).toFixed(1)} % longer while it is recorded, at the median of ${ROUNDS} rounds; below ${100 * SHARE} %${mark(share < SHARE)}. `
      + `While something listens that keeps nothing it takes ${(100 * more('heard', 'paused')).toFixed(1)} % longer: the recorder itself adds ${(100 * own).toFixed(1)} %${mark(own < SHARE)}.`);
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

await page300();
await long();
