// Opens made-up captures in the panel's page, and looks at every place that it has.

import { gives } from './files.mjs';
import { appears } from './recorder.mjs';

/** @typedef {{ name: string, value: string }[]} Fields */
/** @typedef {{ method?: string, url: string, fields?: Fields, content?: { mimeType: string, text: string }, status?: number, statusText?: string, answered?: Fields, body?: { mimeType: string, text: string }, more?: object }} Told */

/** @param {Told} told */
export const entry = ({ method = 'GET', url, fields = [], content, status = 401, statusText = 'Unauthorized', answered = [], body, more = {} }) => ({
  startedDateTime: '2026-11-20T08:25:03.000Z', time: 5, ...more,
  request: { method, url, httpVersion: 'HTTP/1.1', headers: fields, headersSize: 1, ...(content ? { postData: content } : {}) },
  response: { status, statusText, httpVersion: 'HTTP/1.1', headers: answered, headersSize: 1, content: { size: body?.text.length ?? 0, ...(body ?? { mimeType: 'text/html' }) }, redirectURL: '' },
});

/** Opens a capture in the panel's page, with all of its exchanges listed. @param {import('./browser.mjs').ExtensionPage} page @param {ReturnType<typeof entry>[]} entries */
export async function opens(page, entries) {
  await appears(page, '#open-first');
  await page.wear({ width: 1280, height: 800, theme: 'light' });
  await page.evaluate(gives, '#open', 'capture.har', [[JSON.stringify({ log: { version: '1.2', creator: { name: 'WebInspector', version: '1' }, entries } }), 1]]);
  await appears(page, '#verdict');
  await page.click('#auth-only');
  await appears(page, `#exchanges[aria-rowcount="${entries.length + 1}"]`);
}

/**
 * Goes through each exchange with each of its leaves and through each view, and looks everywhere. Fails where there is nothing
 * to look at. Runs in the page.
 * @param {number} count @param {string} look the body of a function of where it looks, which answers with what it finds
 * @returns {Promise<any[]>}
 */
export const everywhere = async (count, look) => {
  const sees = new Function('where', look);
  const drawn = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  const until = async (/** @type {() => unknown} */ there, /** @type {string} */ what) => {
    for (const end = Date.now() + 15_000; !there(); await new Promise((resolve) => { setTimeout(resolve, 10); })) {
      if (Date.now() > end) throw new Error(`the page does not come to ${what}`);
    }
  };
  const press = (/** @type {string} */ selector) => {
    const element = document.querySelector(selector);
    if (!(element instanceof HTMLElement)) throw new Error(`there is no ${selector} to press`);
    element.click();
  };
  const found = [];
  const list = /** @type {HTMLElement} */ (document.querySelector('#exchanges'));
  for (let number = 0; number < count; number++) {
    list.scrollTop = number * 22;
    await until(() => document.querySelector(`#row-${number}`), `the row of #${number}`);
    press(`#row-${number}`);
    await until(() => document.querySelector('#detail .facts')?.textContent?.startsWith(`#${number} `), `#${number}`);
    const leaves = [...document.querySelectorAll('[data-leaf]')].map((tab) => tab.getAttribute('data-leaf'));
    if (leaves.length === 0) throw new Error(`#${number} has no leaves`);
    for (const leaf of leaves) {
      press(`[data-leaf="${leaf}"]`);
      await until(() => document.querySelector(`#leaf[aria-labelledby="leaf-${leaf}"]`), `${leaf} of #${number}`);
      found.push(...sees(`${leaf} of #${number}`));
    }
  }
  press('#detail .close');
  for (const tab of ['timeline', 'cookies', 'compare', 'login']) {
    press(`#tab-${tab}`);
    await until(() => document.querySelector(`[data-view=${tab}] > :not(.offscreen)`), tab);
    await drawn();
    for (const summary of document.querySelectorAll('#view details:not([open]) > summary')) /** @type {HTMLElement} */ (summary).click();
    await drawn();
    found.push(...sees(tab));
  }
  return found;
};
