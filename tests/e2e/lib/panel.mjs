// Reading and using the Why401 panel, the same in every browser.

import { sleep } from '../../lab/process.mjs';

/**
 * @typedef {object} PanelDriver what a browser's driver must be able to do with the panel
 * @property {(fn: Function, ...args: unknown[]) => Promise<any>} evaluate runs `fn` in the panel's document; JSON goes in and out
 * @property {(selector: string) => Promise<void>} click a real press of the mouse, in the middle of the first match
 * @property {(file: string) => Promise<void>} screenshot DevTools as a PNG, with the panel in it
 */

export class Panel {
  /** @param {PanelDriver} driver */
  constructor(driver) {
    this.evaluate = driver.evaluate;
    this.click = driver.click;
    this.screenshot = driver.screenshot;
  }

  /**
   * @param {string} selector
   * @returns {Promise<string>} the text on screen of the first match, with its white space made single; empty without a match
   */
  text(selector) {
    return this.evaluate((/** @type {string} */ css) => {
      const element = /** @type {HTMLElement | null} */ (document.querySelector(css));
      return (element?.innerText ?? '').replace(/\s+/g, ' ').trim();
    }, selector);
  }

  /**
   * @param {string} selector
   * @param {string} name
   * @returns {Promise<string | null>}
   */
  attr(selector, name) {
    return this.evaluate((/** @type {string} */ css, /** @type {string} */ attribute) =>
      document.querySelector(css)?.getAttribute(attribute) ?? null, selector, name);
  }

  /** @param {string} selector */
  count(selector) {
    return this.evaluate((/** @type {string} */ css) => document.querySelectorAll(css).length, selector);
  }

  /**
   * Asks again and again until `fn` answers with something true.
   * @param {Function} fn runs in the panel's document
   * @param {unknown[]} [args]
   * @param {{ timeout?: number, what?: string }} [options] milliseconds; what is waited for, in words
   * @returns {Promise<any>} the answer
   */
  async waitFor(fn, args = [], { timeout = 10_000, what = String(fn) } = {}) {
    const end = Date.now() + timeout;
    for (;;) {
      const answer = await this.evaluate(fn, ...args);
      if (answer) return answer;
      if (Date.now() > end) throw new Error(`The panel did not come to: ${what}\nIt shows:\n${await this.text('body')}`);
      await sleep(50);
    }
  }

  /** Empties the panel, and waits until it is calm. */
  async clear() {
    await this.click('#clear');
    await this.waitFor(() => !document.querySelector('.failure'), [], { what: 'a panel without failures' });
  }

  /**
   * What the panel says: its verdict, and of each failure the first cause with its sentence.
   * @returns {Promise<{ verdict: string, sentence: string, causes: { id: string, summary: string }[] }>}
   */
  read() {
    return this.evaluate(() => {
      /** @param {Element | null | undefined} element */
      const text = (element) => (/** @type {HTMLElement | null | undefined} */ (element)?.innerText ?? '').replace(/\s+/g, ' ').trim();
      const verdict = document.querySelector('#verdict');
      return {
        verdict: verdict?.getAttribute('data-verdict') ?? '',
        sentence: text(verdict?.querySelector('.verdict-text')),
        causes: [...document.querySelectorAll('.failure')].map((failure) => {
          const cause = failure.querySelector('.cause');
          return { id: cause?.getAttribute('data-cause') ?? '', summary: text(failure.querySelector('.cause-summary')) };
        }),
      };
    });
  }
}
