// Every view of the panel's page and of the extension's own pages, in every look that people may have: nothing is cut off,
// everybody can use it, and the screenshots can be looked at in tests/e2e/output/views.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { open, OUTPUT } from './lib/browser.mjs';
import { appears } from './lib/recorder.mjs';
import { VIEWS, closeSession, cutOff, openSession } from './lib/views.mjs';

const FOLDER = join(OUTPUT, 'views');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where the system forces its colors, it has chosen them. @param {boolean} forced */
const violations = (forced) => new Function(`${AXE}; return axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: ${!forced} } } }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')));`);

/** The pages of the extension beside the panel's. */
const PAGES = ['recordings', 'grant', 'privacy', 'popup'];

/** @type {(import('./lib/browser.mjs').Look & { name: string })[]} */
const LOOKS = [
  { name: 'wide-light', width: 1280, height: 800, theme: 'light' },
  { name: 'wide-dark', width: 1280, height: 800, theme: 'dark' },
  { name: '400-light', width: 400, height: 300, theme: 'light' },
  { name: '320-dark', width: 320, height: 560, theme: 'dark' },
  { name: '4k-light', width: 3840, height: 2160, theme: 'light' },
  { name: 'forced', width: 1280, height: 800, theme: 'dark', forced: true },
];

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
  test(`${name}: every page in every look`, async () => {
    mkdirSync(FOLDER, { recursive: true });
    const browser = await open(name);
    try {
      for (const called of PAGES) {
        const page = await browser.extensionPage(`pages/${called}.html`);
        await appears(page, 'body h1');
        // A popup is as wide as it asks for.
        for (const { name: look, ...wears } of called === 'popup' ? LOOKS.filter(({ width }) => width >= 400) : LOOKS) {
          await page.wear(wears);
          await page.screenshot(join(FOLDER, `${name}-${called}-${look}.png`));
          assert.deepEqual(await page.evaluate(cutOff), [], `${called} ${look}`);
          assert.deepEqual(await page.evaluate(violations(wears.forced === true)), [], `${called} ${look}`);
        }
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
}
