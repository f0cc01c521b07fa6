// Drives the recorder by its own pages, and reads what lies on the disk.

import { sleep } from '../../lab/process.mjs';

/** @typedef {import('./browser.mjs').ExtensionPage} ExtensionPage */

export const PAGE = 'pages/recordings.html';

/** @param {ExtensionPage} page @param {string} selector @param {number} [patience] milliseconds */
export async function appears(page, selector, patience = 15_000) {
  // A page that is just being replaced has nothing that could be asked.
  const isThere = () => page.evaluate((/** @type {string} */ css) => Boolean(document.querySelector(css)), selector).catch(() => false);
  for (const end = Date.now() + patience; !await isThere(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`The page does not come to show ${selector}. It shows:\n${await page.evaluate(() => document.body.innerText)}`);
  }
}

/** Starts a recording of app.test as a user does. @param {ExtensionPage} page */
export async function startRecording(page) {
  await appears(page, 'form.start');
  await page.evaluate(() => {
    /** @type {HTMLInputElement} */ (document.querySelector('#some')).checked = true;
    /** @type {HTMLInputElement} */ (document.querySelector('[name=hosts]')).value = 'app.test';
  });
  await page.click('[data-act=start]');
  await appears(page, '.running[data-state=on]');
}

/**
 * @typedef {object} Stored what lies on the disk
 * @property {any[]} controls
 * @property {any[]} records of the last recording, in the order in which they were written
 * @property {any[]} captures
 */

/** @param {ExtensionPage} page @returns {Promise<Stored>} */
export async function stored(page) {
  const { controls, text, captures } = await page.evaluate(async () => {
    const module = '/shared/event-log.js';
    const log = new (await import(module)).DiskLog();
    const controls = await log.controls();
    const last = controls.findLast((/** @type {any} */ { type }) => type === 'start')?.recording;
    let text = '';
    if (last) for await (const part of log.texts(last)) text += `${part}\n`;
    return { controls, text, captures: await log.captures() };
  });
  return { controls, captures, records: text.split('\n').filter(Boolean).map((/** @type {string} */ line) => JSON.parse(line)) };
}

/**
 * @typedef {object} Kill an end, in milliseconds since 1970
 * @property {number} asked when it was asked for
 * @property {number} gone when nothing of it was left
 */

/**
 * Holds a recording against what a server counted.
 * @param {Stored} recorded
 * @param {import('./counting-server.mjs').CountingServer} server
 * @param {Kill[]} kills in order
 */
export function compare({ records }, { served }, kills) {
  /** A browser counts its requests anew when it starts, so a number stands for the latest. @type {Map<string, number>} */
  const numberOf = new Map();
  /** @type {number[]} */
  const ended = [];
  for (const { type, request, url } of records) {
    if (url?.includes('/request?n=')) numberOf.set(request, Number(new URL(url).searchParams.get('n')));
    else if (url) numberOf.delete(request);
    const number = numberOf.get(request);
    if (type === 'onCompleted' && number !== undefined) ended.push(number);
  }
  const seen = new Set(ended);
  const missing = [...served].filter(([number]) => !seen.has(number));
  /** How long before the kill that may have cost it a missing one was complete. */
  const ages = missing.map(([, at]) => {
    const kill = kills.find(({ gone }) => gone >= at);
    return kill ? Math.max(0, kill.asked - at) : Infinity;
  });
  return {
    served: served.size,
    recorded: seen.size,
    twice: ended.length - seen.size,
    missing: missing.length,
    oldestMissing: Math.max(0, ...ages),
    inOrder: records.every(({ at }, index) => index === 0 || at >= records[index - 1].at - 1000),
  };
}
