// In Chromium: how the panel keeps up with a long session, and how soon it shows what has just failed. What a busy machine
// stretches is printed; too much memory fails.

import http from 'node:http';
import { open } from '../e2e/lib/browser.mjs';
import { memory } from '../e2e/lib/memory.mjs';
import { appears } from '../e2e/lib/recorder.mjs';

const EXCHANGES = 50_000;
/** Every tenth of them is refused. */
const REFUSED = 10;
/** A frame that is drawn within so many milliseconds looks smooth; of all, so many should be. */
const [FRAME, SMOOTH] = [20, 0.95];
/** Milliseconds from the arrival of a failing response until it is on screen, at the median and at the 95th percentile. */
const [MEDIAN, LATE] = [150, 300];
/** Milliseconds from opening the panel to the verdict on a failed login of so many exchanges. */
const [FIRST, LOGIN] = [300, 30];
/** Megabytes of the extension's processes. */
const MEMORY = 500;
/** As many as the list shows without being scrolled. */
const ROUNDS = 25;

/** @param {number[]} values @param {number} share */
const quantile = (values, share) => /** @type {number} */ (values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))]);
/** @param {boolean} isMet */
const mark = (isMet) => (isMet ? '' : ' **missed**');

/** Opens a session of so many exchanges. Runs in the page. @param {number} count @param {number} refused */
const opens = (count, refused) => {
  const entry = (/** @type {number} */ nth) => {
    const isRefused = nth % refused === 0;
    return JSON.stringify({ startedDateTime: new Date(1_795_161_600_000 + nth * 200).toISOString(), time: 30, _resourceType: 'fetch',
      request: { method: 'GET', url: `https://app.example.test/api/${nth % 97}/orders?page=${nth}`, httpVersion: 'h2', headers: [{ name: 'authorization', value: isRefused ? 'Bearer undefined' : 'Bearer of-a-session-that-works' }, { name: 'cookie', value: 'sid=4f9a2c' }] },
      response: { status: isRefused ? 401 : 200, statusText: '', httpVersion: 'h2', headers: isRefused ? [{ name: 'www-authenticate', value: 'Bearer' }] : [{ name: 'content-type', value: 'application/json' }], content: { size: 0, mimeType: 'application/json' } } });
  };
  const parts = Array.from({ length: count }, (_, nth) => (nth ? ',' : '') + entry(nth));
  const dropped = new DataTransfer();
  dropped.items.add(new File(['{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"1"},"entries":[', ...parts, ']}}'], 'long.har'));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }));
};

/** How long each frame takes while the list is scrolled and a filter is typed. Runs in the page. @returns {Promise<number[]>} */
const frames = async () => {
  /** @type {number[]} */
  const took = [];
  let before = performance.now();
  const next = () => new Promise((resolve) => requestAnimationFrame((now) => {
    took.push(now - before);
    before = now;
    resolve(undefined);
  }));
  const list = /** @type {HTMLElement} */ (document.querySelector('#exchanges'));
  for (let frame = 0; frame < 120; frame++) {
    list.scrollTop += frame % 30 === 29 ? 100_000 : 90;
    await next();
  }
  const field = /** @type {HTMLInputElement} */ (document.querySelector('#filter'));
  for (const letter of 'path:orders status:401') {
    field.value += letter;
    field.dispatchEvent(new Event('input'));
    // As fast as people type.
    for (let frame = 0; frame < 6; frame++) await next();
  }
  return took.slice(1);
};

async function long() {
  const browser = await open('chrome', { headless: true });
  try {
    const page = await browser.extensionPage('panel/panel.html');
    await appears(page, '#open-first');
    await page.wear({ width: 1280, height: 800, theme: 'light' });
    await page.evaluate(opens, EXCHANGES, REFUSED);
    await appears(page, '#verdict[data-verdict=failing]');
    await page.click('#auth-only');
    const took = await page.evaluate(frames);
    const share = took.filter((/** @type {number} */ one) => one < FRAME).length / took.length;
    const used = memory();
    console.log(`${EXCHANGES} exchanges, ${EXCHANGES / REFUSED} of them refused: ${(100 * share).toFixed(0)} % of ${took.length} frames below ${FRAME} ms while scrolling and typing, the slowest ${Math.max(...took).toFixed(0)} ms; ${100 * SMOOTH} % wanted${mark(share >= SMOOTH)}.`);
    console.log(`The extension's processes then have ${used.toFixed(0)} MB of their own; below ${MEMORY} MB${mark(used < MEMORY)}.`);
    if (used >= MEMORY) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

async function live() {
  const server = http.createServer((request, response) => {
    const isCall = request.url?.startsWith('/api');
    response.writeHead(isCall ? 401 : 200, { 'content-type': isCall ? 'application/json' : 'text/html', ...(isCall ? { 'www-authenticate': 'Bearer' } : {}) }).end(isCall ? '{}' : '<title>page</title>');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = await open('chrome', { headless: true });
  const { panel } = browser;
  try {
    await browser.goto(`http://www.app.test:${port}/`);
    await browser.openDevTools();
    await browser.evaluate(async (/** @type {number} */ count) => {
      for (let at = 1; at < count; at++) await fetch(`/page/${at}`).then((answer) => answer.text());
      await fetch('/api/first', { headers: { Authorization: 'Bearer undefined' } }).then((answer) => answer.text());
    }, LOGIN);
    await browser.showPanel();
    await panel.waitFor(() => document.querySelector('.failure.first'), [], { what: 'the verdict' });
    const first = await panel.evaluate(() => new Promise((resolve) => {
      // The largest that was painted is the verdict.
      new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
    }));
    console.log(`From opening the panel to the verdict on a failed login of ${LOGIN} exchanges: ${first.toFixed(0)} ms; below ${FIRST} ms${mark(first < FIRST)}.`);

    await panel.evaluate(() => {
      /** @type {Record<string, number>} */
      const seen = {};
      Object.assign(globalThis, { seen });
      new MutationObserver(() => {
        for (const cell of document.querySelectorAll('#exchanges .cell.path')) seen[cell.textContent ?? ''] ??= Date.now();
      }).observe(document.body, { childList: true, characterData: true, subtree: true });
    });
    /** @type {number[]} */
    const late = [];
    for (let round = 0; round < ROUNDS; round++) {
      const path = `/api/round/${round}`;
      const arrived = await browser.evaluate((/** @type {string} */ to) => fetch(to, { headers: { Authorization: 'Bearer undefined' } }).then((answer) => answer.text()).then(() => Date.now()), path);
      late.push(await panel.waitFor((/** @type {string} */ wanted) => /** @type {any} */ (globalThis).seen[wanted], [path], { what: path }) - arrived);
    }
    const [median, last] = [quantile(late, 0.5), quantile(late, 0.95)];
    console.log(`A failing response is on screen ${median.toFixed(0)} ms after its arrival at the median of ${ROUNDS}, ${last.toFixed(0)} ms at the 95th percentile; below ${MEDIAN} and ${LATE} ms${mark(median < MEDIAN && last < LATE)}.`);
  } finally {
    await browser.close();
    await new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  }
}

await long();
await live();
