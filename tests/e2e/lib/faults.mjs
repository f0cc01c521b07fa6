// Ends the background, or the whole browser, at random moments of a recording.

import { sleep, temporaryDirectory } from '../../lab/process.mjs';
import { open } from './browser.mjs';
import { countingServer } from './counting-server.mjs';
import { grantedExtension } from './granted.mjs';
import { PAGE, appears, compare, startRecording, stored } from './recorder.mjs';

/** @typedef {import('./recorder.mjs').Kill} Kill */

/** Milliseconds between two requests. */
const PAUSE = 30;

/** What a page of the server runs: asks for one number after another, as long as it stands. */
const askOn = (/** @type {number} */ first, /** @type {number} */ last, /** @type {number} */ pause) => {
  void (async () => {
    for (let n = first; n < last; n++) {
      void fetch(`/request?n=${n}`).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    document.title = 'Done';
  })();
};

/** Ends something. What is answered while it goes may be lost, and sockets live a little longer. @param {() => Promise<void>} end @returns {Promise<Kill>} */
async function ending(end) {
  const asked = Date.now();
  await end();
  await sleep(100);
  return { asked, gone: Date.now() };
}

/**
 * @param {import('./browser.mjs').BrowserName} name
 * @param {{ requests: number, kills: number }} dose
 */
export async function killBackground(name, { requests, kills }) {
  const extension = grantedExtension();
  const server = await countingServer();
  const browser = await open(name, { extension: extension.path });
  try {
    const page = await browser.extensionPage(PAGE);
    await startRecording(page);
    // The page asks for the state every second, which would wake the background: it is closed meanwhile.
    await page.close();
    await browser.goto(server.url);
    await browser.evaluate(askOn, 0, requests, PAUSE);
    /** @type {Kill[]} */
    const moments = [];
    while (await browser.evaluate(() => document.title) !== 'Done') {
      if (moments.length === kills) { await sleep(100); continue; }
      // A browser that idles ends a background after half a minute; here it must at least have begun again.
      await sleep(500 + Math.random() * 2 * (requests * PAUSE / kills - 500));
      moments.push(await ending(() => browser.stopBackground()));
    }
    await sleep(1500);
    const again = await browser.extensionPage(PAGE);
    return { kills: moments.length, ...compare(await stored(again), server, [...moments, await ending(async () => {})]) };
  } finally {
    await browser.close();
    await server.stop();
    extension.remove();
  }
}

/**
 * @param {import('./browser.mjs').BrowserName} name
 * @param {{ kills: number }} dose
 */
export async function killBrowser(name, { kills }) {
  const extension = grantedExtension();
  const server = await countingServer();
  const profile = temporaryDirectory();
  /** @type {Kill[]} */
  const moments = [];
  try {
    for (let round = 0; round <= kills; round++) {
      const browser = await open(name, { extension: extension.path, profile });
      const page = await browser.extensionPage(PAGE);
      if (round === 0) await startRecording(page);
      else {
        await appears(page, '.running[data-state=interrupted]');
        await page.click('[data-act=resume]');
        await appears(page, '.running[data-state=on]');
      }
      if (round === kills) {
        const figures = { kills: moments.length, ...compare(await stored(page), server, moments) };
        await browser.close();
        return figures;
      }
      await browser.goto(server.url);
      await browser.evaluate(askOn, round * 1000, round * 1000 + 1000, PAUSE);
      await sleep(1500 + Math.random() * 1500);
      moments.push(await ending(() => browser.kill()));
    }
    throw new Error('a browser that is never killed proves nothing');
  } finally {
    await server.stop();
    extension.remove();
    profile.remove();
  }
}
