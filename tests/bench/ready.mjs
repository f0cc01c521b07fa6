// In Chromium: how long it takes from opening DevTools until the core is ready.

import { open } from '../e2e/lib/browser.mjs';

const ROUNDS = 5;
/** Milliseconds from the beginning of the hidden page to the core's first word. */
const READY = 120;

/** In a browser that was just started, where nothing is compiled or cached yet. @returns {Promise<{ page: number, whole: number }>} */
async function untilReady() {
  const browser = await open('chrome', { headless: true });
  try {
    await browser.openDevTools();
    return await browser.inDevToolsPage(async () => {
      const [page] = performance.getEntriesByType('navigation');
      /** @type {PerformanceEntry | undefined} */
      let ready;
      while (!(ready = performance.getEntriesByName('why401-core')[0])) {
        if (performance.now() > 30_000) throw new Error('the core never said a word');
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
      return { page: /** @type {PerformanceNavigationTiming} */ (page).domContentLoadedEventEnd, whole: ready.startTime };
    });
  } finally {
    await browser.close();
  }
}

/** @param {number[]} values */
const median = (values) => /** @type {number} */ (values.toSorted((one, other) => one - other)[values.length >> 1]);

const rounds = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await untilReady());
const whole = median(rounds.map((one) => one.whole));
const page = median(rounds.map((one) => one.page));
console.log(`From opening DevTools to the core's first word: ${whole.toFixed(0)} ms (${page.toFixed(0)} ms until the hidden page stands); below ${READY} ms${whole < READY ? '' : ' **missed**'}.`);
