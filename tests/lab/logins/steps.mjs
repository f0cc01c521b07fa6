// What people do in a browser while they log in.

import { sleep } from '../process.mjs';

/** @typedef {import('../../e2e/lib/browser.mjs').Browser} Browser */

/** Waits until the inspected page stays the same for a while. @param {Browser} browser @param {number} [quiet] milliseconds */
export async function quiet(browser, quiet = 600) {
  const look = () => browser.evaluate(() => `${location.href} ${document.readyState} ${document.documentElement.dataset.busy ?? ''}`).catch(() => 'away');
  let seen = await look();
  const end = Date.now() + 15_000;
  for (let since = Date.now(); Date.now() - since < quiet || seen === 'away' || seen.includes(' loading'); await sleep(50)) {
    const now = await look();
    if (now !== seen) since = Date.now();
    seen = now;
    if (Date.now() > end) return;
  }
}

/** Goes to a page, also to one that redirects in circles or cannot be reached. @param {Browser} browser @param {string} url */
export async function visit(browser, url) {
  await browser.goto(url).catch(() => {});
  await quiet(browser);
}

/**
 * Fills in the fields of the page's form and sends it off.
 * @param {Browser} browser
 * @param {Record<string, string>} values by the fields' names
 * @param {string} [selector] of the form, where it is not the page's first
 */
export async function submit(browser, values, selector = 'form') {
  await browser.evaluate((/** @type {Record<string, string>} */ fields, /** @type {string} */ css) => {
    const form = /** @type {HTMLFormElement} */ (document.querySelector(css));
    for (const [name, value] of Object.entries(fields)) /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = value;
    setTimeout(() => /** @type {HTMLElement | null} */ (form.querySelector('[type=submit]') ?? form.querySelector('button'))?.click());
  }, values, selector);
  await sleep(1500);
  await quiet(browser);
}

/**
 * Calls fetch in the page and waits for its answer.
 * @param {Browser} browser
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<{ status: number, text: string } | { error: string }>}
 */
export async function call(browser, url, options = {}) {
  await browser.evaluate((/** @type {string} */ to, /** @type {RequestInit} */ how) => {
    const state = /** @type {any} */ (window);
    state.answer = undefined;
    fetch(to, how).then(async (response) => { state.answer = { status: response.status, text: await response.text() }; })
      .catch((error) => { state.answer = { error: String(error) }; });
  }, url, options);
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(50)) {
    const answer = await browser.evaluate(() => /** @type {any} */ (window).answer ?? null);
    if (answer) {
      await sleep(200);
      return answer;
    }
  }
  throw new Error(`${url} does not answer`);
}
