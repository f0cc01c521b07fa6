// Presses a button of the demo site and waits until what it does is over.

import { sleep } from '../../lab/process.mjs';

/**
 * Opens the demo site anew, empties the panel and presses the button of a scenario.
 * @param {import('./browser.mjs').Browser} browser
 * @param {string} url of the demo site
 * @param {string} name of the scenario
 */
export async function press(browser, url, name) {
  await browser.goto(url);
  await browser.panel.clear();
  await browser.click(`button[data-scenario="${name}"]`);
  // A button that leaves the page ends with the page it comes to; the browser's own error pages never become complete.
  const over = (/** @type {string} */ home, /** @type {string} */ scenario) =>
    document.readyState !== 'loading' && (location.href !== home || document.documentElement.dataset.done === scenario);
  for (const end = Date.now() + 15_000; !await browser.evaluate(over, url, name).catch(() => false); await sleep(50)) {
    if (Date.now() > end) throw new Error(`The scenario ${name} does not come to an end`);
  }
}

/**
 * Waits until the panel has said the same for a while.
 * @param {import('./browser.mjs').Browser} browser
 * @param {number} [quiet] milliseconds
 * @returns {Promise<Awaited<ReturnType<import('./panel.mjs').Panel['read']>>>} what it says
 */
export async function settle({ panel }, quiet = 700) {
  let said = await panel.read();
  for (let since = Date.now(); Date.now() - since < quiet; await sleep(50)) {
    const now = await panel.read();
    if (JSON.stringify(now) !== JSON.stringify(said)) since = Date.now();
    said = now;
  }
  return said;
}
