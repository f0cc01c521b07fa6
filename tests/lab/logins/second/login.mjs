// What the logins of the second laboratory share: servers that the first does not have, seen for the first time.

import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { sleep } from '../../process.mjs';
import { quiet } from '../steps.mjs';

/** @typedef {import('../recorder.mjs').Browser} Browser */
/** @typedef {import('../recorder.mjs').Label} Label */
/** @typedef {Label & { browser?: import('../recorder.mjs').BrowserName }} More `browser`: Chrome where none is named */

/**
 * A login below `second/`, recorded in one browser.
 * @param {string} name @param {string} source @param {string[]} failures
 * @param {(browser: Browser) => Promise<unknown>} run
 * @param {More} [more]
 * @returns {import('../recorder.mjs').Login}
 */
export const login = (name, source, failures, run, { browser = 'chrome', ...label } = {}) => ({
  name: `second/${name}`, source, failures, label, chrome: browser === 'chrome', firefox: browser === 'firefox',
  run: async (opened) => { await run(opened); },
});

/** Opaque text that is made anew for every run. @param {number} [bytes] */
export const secret = (bytes = 18) => randomBytes(bytes).toString('base64url');

/** @param {string} lang @param {string} title @param {string} body */
export const page = (lang, title, body) => `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>${body}</html>`;

/** @param {import('node:http').RequestListener} handler @param {number} [port] any free one unless named */
export async function listening(handler, port = 0) {
  const server = http.createServer(handler).listen(port, '127.0.0.1');
  await new Promise((resolve, reject) => { server.once('listening', () => resolve(undefined)); server.once('error', reject); });
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    stop: async () => { server.closeAllConnections(); await new Promise((resolve) => { server.close(resolve); }); },
  };
}

/** Runs a line of script among the page's own. @param {Browser} browser @param {string} script */
export async function inPage(browser, script) {
  await browser.evaluate((/** @type {string} */ text) => { document.head.append(Object.assign(document.createElement('script'), { text })); }, script);
  await sleep(300);
  await quiet(browser);
}
