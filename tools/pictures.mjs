// Makes the pictures of README anew, of the extension as it is: `./build.sh pictures`.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from '../tests/e2e/lib/browser.mjs';
import { appears } from '../tests/e2e/lib/recorder.mjs';
import { VIEWS, openSession } from '../tests/e2e/lib/views.mjs';
import { apng } from './apng.mjs';

const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url));
/** Views that have a picture of their own, and its name. @type {Record<string, string>} */
const STILL = { tokens: 'token', timeline: 'timeline', compare: 'compare' };
/** Views of the moving picture, and for how many seconds each is seen. @type {Record<string, number>} */
const MOVING = { login: 3, detail: 2.5, tokens: 3, timeline: 2.5, cookies: 2.5, compare: 3, share: 2.5 };

mkdirSync(folder, { recursive: true });
const browser = await open('chrome');
try {
  const page = await browser.extensionPage('panel/panel.html');
  await appears(page, '#open-first');
  await page.wear({ width: 1080, height: 640, theme: 'light' });
  await openSession(page);
  const frame = join(folder, 'frame.png');
  const frames = [];
  for (const [view, come] of VIEWS) {
    await come(page);
    await page.screenshot(frame);
    const png = readFileSync(frame);
    if (view in STILL) writeFileSync(join(folder, `${STILL[view]}.png`), png);
    if (view in MOVING) frames.push({ png, seconds: MOVING[view] ?? 0 });
  }
  writeFileSync(join(folder, 'why401.png'), apng(frames));
  rmSync(frame);
} finally {
  await browser.close();
}
