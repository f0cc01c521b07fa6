// Writes a HAR of one scenario of the demo site, made of what devtools.network delivers to the extension in a real browser:
// `node tests/e2e/record.mjs token-expired --browser firefox > token-expired.har`.

import { parseArgs } from 'node:util';
import { start } from '../lab/demo.mjs';
import { open } from './lib/browser.mjs';
import { press, settle } from './lib/scenario.mjs';

const { values: { browser: name }, positionals: [scenario] } = parseArgs({
  options: { browser: { type: 'string', default: 'chrome' } }, allowPositionals: true,
});
const demo = await start();
if ((name !== 'chrome' && name !== 'firefox') || !demo.scenarios.some((known) => known.name === scenario)) {
  console.error(`usage: record.mjs SCENARIO [--browser chrome|firefox]\nSCENARIO is one of ${demo.scenarios.map((known) => known.name).join(', ')}`);
  process.exit(2);
}
const browser = await open(name);
try {
  await browser.goto(demo.url);
  await browser.openDevTools();
  await browser.showPanel();
  await browser.inDevToolsPage(listen);
  await press(browser, demo.url, scenario);
  await settle(browser);
  const [creator, version] = browser.version.split('/');
  const entries = await browser.inDevToolsPage(() => /** @type {any} */ (window).recorded);
  console.log(JSON.stringify({ log: { version: '1.2', creator: { name: creator, version }, pages: [], entries } }, null, 2));
} finally {
  await browser.close();
  await demo.stop();
}

/** Runs in the devtools page: keeps every entry, with its body where the browser gives it. */
function listen() {
  const { devtools } = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;
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
