// Records a login in a real browser as a HAR, of what devtools.network delivers to the extension.

import { open } from '../../e2e/lib/browser.mjs';
import { settle } from '../../e2e/lib/scenario.mjs';

/**
 * @typedef {import('../../e2e/lib/browser.mjs').Browser} Browser
 * @typedef {import('../../e2e/lib/browser.mjs').BrowserName} BrowserName
 *
 * @typedef {object} Label as in tests/accuracy/cases.rs
 * @property {string[]} [equally] causes that are as right
 * @property {string[]} [also] causes that a helpful person could name as well
 * @property {string[]} [never] causes that would lead people astray
 * @property {boolean} [recovers] whether every failed login was followed by one that worked
 *
 * @typedef {object} Login one way in which a login ends, and what must be said of it
 * @property {string} name the folder below tests/cases: family, cause and case; `healthy/…` where nothing is wrong
 * @property {string} source what runs, and what was broken in it
 * @property {string[]} failures the root cause of each failed login, in order of time
 * @property {Label} [label] what else its expected.json says
 * @property {boolean} [firefox] whether the case is recorded in Firefox too
 * @property {boolean} [chrome] false where Chrome shows nothing of it: the fields by which it answers its own dialog
 * @property {string} [pac] the proxy auto-configuration that the browser starts with
 * @property {() => Promise<void>} [before] runs before the browser starts
 * @property {(browser: Browser) => Promise<void>} run starts the servers, logs in, and stops them
 */

/**
 * @param {Login} login
 * @param {BrowserName} name
 * @returns {Promise<object>} the HAR
 */
export async function record(login, name) {
  await login.before?.();
  const browser = await open(name, { pac: login.pac });
  try {
    await browser.openDevTools();
    await browser.showPanel();
    await browser.inDevToolsPage(name === 'chrome' ? listenByCapture : listen);
    await login.run(browser);
    await settle(browser, 1000);
    const [creator, version] = browser.version.split('/');
    const entries = await browser.inDevToolsPage(() => /** @type {any} */ (window).recorded);
    return { log: { version: '1.2', creator: { name: creator, version }, pages: [], entries: entries.filter(isRequest).map(trimmed) } };
  } finally {
    await browser.close();
  }
}

/** A page's own data is asked of nobody. @param {any} entry */
const isRequest = (entry) => !entry.request.url.startsWith('data:');

/** Comments by which others claim their texts, in pages and in the styles within them. */
const CLAIMS = /<!--(?:(?!-->)[^])*?(?:copyright|licen[cs]e)[^]*?-->|\/\*(?:(?!\*\/)[^])*?(?:copyright|licen[cs]e)[^]*?\*\//gi;

/** Longer than any page that says how a login went, in characters. */
const LONG = 20_000;

/**
 * Leaves out what no diagnosis reads: of the script stack of each request all but the first frame, what scripts and
 * styles and whole applications consist of, the page that the browser itself shows where no answer came, and others' licence headers.
 * @param {any} entry
 */
export function trimmed(entry) {
  const stack = entry._initiator?.stack;
  if (stack) entry._initiator.stack = { callFrames: (stack.callFrames ?? []).slice(0, 1) };
  const { content } = entry.response;
  const isBrowsersOwn = Boolean(entry.response._error) && content?.mimeType === 'x-unknown';
  const isApplication = content?.text?.length > LONG && entry.response.status < 300;
  if (isBrowsersOwn || isApplication || /css|javascript|^(image|font)\//.test(content?.mimeType ?? '')) delete content.text;
  else if (content?.text && content.encoding !== 'base64') content.text = content.text.replace(CLAIMS, '');
  return entry;
}

/** Runs in the devtools page: takes every entry as the extension's own capture does, with the fields of redirect hops. */
async function listenByCapture() {
  /** @type {any[]} */
  const recorded = /** @type {any} */ (window).recorded = [];
  const { capture } = await import(/** @type {any} */ ('/devtools/capture.js'));
  const { contentOf } = await import(/** @type {any} */ ('/shared/platform.js'));
  await new Promise((resolve) => {
    capture({
      async take(/** @type {any} */ request) {
        const entry = JSON.parse(JSON.stringify(request));
        recorded.push(entry);
        const content = await contentOf(request);
        if (content?.text === undefined) return;
        entry.response.content.text = content.text;
        if (content.base64) entry.response.content.encoding = 'base64';
      },
      pageLoads() {},
      beginAfter() {},
    }, resolve);
  });
}

/** Runs in the devtools page: takes every entry, with its body where the browser gives it. */
function listen() {
  const { devtools } = /** @type {any} */ (globalThis).browser;
  /** @type {any[]} */
  const recorded = /** @type {any} */ (window).recorded = [];
  devtools.network.onRequestFinished.addListener((/** @type {any} */ request) => {
    const entry = JSON.parse(JSON.stringify(request));
    recorded.push(entry);
    request.getContent((/** @type {string | null} */ text, /** @type {string} */ encoding) => {
      if (typeof text !== 'string') return;
      entry.response.content.text = text;
      if (encoding === 'base64') entry.response.content.encoding = encoding;
    });
  });
}
