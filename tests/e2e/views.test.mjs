// Every view of the panel's page and of the extension's own pages, in every look that people may have: nothing is cut off,
// everybody can use it, and the screenshots can be looked at in tests/e2e/output/views.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { open, OUTPUT } from './lib/browser.mjs';
import { appears } from './lib/recorder.mjs';
import { VIEWS, closeSession, openSession } from './lib/views.mjs';

const FOLDER = join(OUTPUT, 'views');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where the system forces its colors, it has chosen them. @param {boolean} forced */
const violations = (forced) => new Function(`${AXE}; return axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: ${!forced} } } }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')));`);

/** @type {(import('./lib/browser.mjs').Look & { name: string })[]} */
const LOOKS = [
  { name: 'wide-light', width: 1280, height: 800, theme: 'light' },
  { name: 'wide-dark', width: 1280, height: 800, theme: 'dark' },
  { name: '400-light', width: 400, height: 300, theme: 'light' },
  { name: '320-dark', width: 320, height: 560, theme: 'dark' },
  { name: '4k-light', width: 3840, height: 2160, theme: 'light' },
  { name: 'forced', width: 1280, height: 800, theme: 'dark', forced: true },
];

/** What reaches beyond the window, without a place of its own that scrolls. */
const cutOff = () => {
  const scrolls = (/** @type {Element | null} */ element) => {
    for (let above = element?.parentElement; above; above = above.parentElement) {
      if (/auto|scroll|hidden/.test(getComputedStyle(above).overflowX) && above !== document.body) return true;
    }
    return false;
  };
  return [...document.querySelectorAll('body *')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (right > innerWidth + 1 || left < -1) && !scrolls(element);
  }).map((element) => element.outerHTML.slice(0, 120));
};

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: every view in every look`, async () => {
    mkdirSync(FOLDER, { recursive: true });
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      await appears(page, '#open-first');
      for (const { name: look, ...wears } of LOOKS) {
        await page.wear(wears);
        const shoot = async (/** @type {string} */ view) => {
          await page.screenshot(join(FOLDER, `${name}-${view}-${look}.png`));
          assert.deepEqual(await page.evaluate(cutOff), [], `${view} ${look}`);
          if (!look.startsWith('4k')) assert.deepEqual(await page.evaluate(violations(wears.forced === true)), [], `${view} ${look}`);
        };
        await shoot('invitation');
        await openSession(page);
        for (const [view, come] of VIEWS) {
          await come(page);
          await shoot(view);
        }
        await closeSession(page);
      }
    } finally {
      await browser.close();
    }
  });
}
