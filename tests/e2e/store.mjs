// Writes what the stores ask for into dist/store: the listing's texts, screenshots of 1280×800 and the tile of 440×280, all made
// of the extension as it is. `./build.sh store`.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { start } from '../../demo/site.mjs';
import { sleep } from '../lab/process.mjs';
import { EXTENSION, binary, open } from './lib/browser.mjs';
import { grantedExtension } from './lib/granted.mjs';
import { PAGE, appears, startRecording } from './lib/recorder.mjs';

const folder = fileURLToPath(new URL('../../dist/store', import.meta.url));
mkdirSync(folder, { recursive: true });
const messages = JSON.parse(readFileSync(join(EXTENSION, '_locales/en/messages.json'), 'utf8'));
const privacy = readFileSync(fileURLToPath(new URL('../../docs/privacy.md', import.meta.url)), 'utf8');
const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** A part of README, as plain text. @param {string} heading */
const part = (heading) => readme.split(`## ${heading}\n`)[1].split('\n## ')[0].trim();
const intro = readme.split('\n## ')[0].split('\n').slice(2).join('\n').replace(/```\n?/g, '').trim();
writeFileSync(join(folder, 'listing.txt'), [
  `Name: ${messages.name.message}`, `Summary: ${messages.description.message}`, 'Description:', intro, part('Record without DevTools'), privacy.slice(privacy.indexOf('Why401 sends')),
].join('\n\n'));

const extension = grantedExtension();
const demo = await start();
const browser = await open('chrome', { extension: extension.path });
try {
  const page = await browser.extensionPage(PAGE);
  await startRecording(page);
  await page.screenshot(join(folder, 'recording.png'), { width: 1280, height: 800 });
  await browser.goto(demo.url);
  for (const scenario of ['token-expired', 'cookie-rejected-secure']) {
    await browser.click(`[data-scenario=${scenario}]`);
    await sleep(1500);
  }
  await page.click('[data-act=stop]');
  await appears(page, '[data-verdict=failing]');
  await page.screenshot(join(folder, 'recordings.png'), { width: 1280, height: 800 });
  await browser.openDevTools();
  await browser.showPanel();
  await browser.goto(demo.url);
  await browser.click('[data-scenario=token-expired]');
  await sleep(1500);
  await browser.dock('window');
  await browser.panel.screenshot(join(folder, 'panel.png'));
} finally {
  await browser.close();
  await demo.stop();
  extension.remove();
}
await tile();
console.log(`Listing, screenshots and tile: ${folder}`);

/** The icon and the summary, on the store's small tile. */
async function tile() {
  const drawer = await puppeteer.launch({ executablePath: binary('chrome'), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [], defaultViewport: { width: 440, height: 280 } });
  try {
    const page = await drawer.newPage();
    const icon = readFileSync(join(EXTENSION, 'icons/icon.svg')).toString('base64');
    await page.setContent(`<body style="margin:0;display:grid;place-content:center;justify-items:center;height:280px;background:#fff;color:#1b1b1f;font:600 22px system-ui">
      <img width="112" height="112" src="data:image/svg+xml;base64,${icon}"><p style="margin:16px 0 0">Why did the login fail?</p></body>`);
    await page.screenshot({ path: join(folder, 'tile.png') });
  } finally {
    await drawer.close();
  }
}
