// Opens a browser with the extension, the demo site, and DevTools on the Why401 panel: what `./build.sh run` does.
// With --headless it presses every button of the site instead, prints what the panel says, and ends.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { start } from '../../demo/site.mjs';
import { open, OUTPUT } from './lib/browser.mjs';
import { press, settle } from './lib/scenario.mjs';

const { values } = parseArgs({ options: { browser: { type: 'string', default: 'chrome' }, headless: { type: 'boolean', default: false } } });
if (values.browser !== 'chrome' && values.browser !== 'firefox') {
  console.error(`--browser ${values.browser}: it can be chrome or firefox`);
  process.exit(2);
}
const demo = await start();
try {
  await (values.headless ? tour(values.browser) : show(values.browser));
} finally {
  await demo.stop();
}

/** @param {import('./lib/browser.mjs').BrowserName} name */
async function show(name) {
  const browser = await open(name, { headless: false });
  process.once('SIGINT', () => browser.close());
  await browser.goto(demo.url);
  await browser.openDevTools();
  await browser.showPanel();
  console.log(`${browser.version} shows the demo site, ${demo.url}, with DevTools open on Why401. Close the browser, or press Ctrl+C, to end.`);
  await browser.closed;
}

/** @param {import('./lib/browser.mjs').BrowserName} name */
async function tour(name) {
  mkdirSync(OUTPUT, { recursive: true });
  const browser = await open(name);
  try {
    await browser.goto(demo.url);
    await browser.openDevTools();
    await browser.showPanel();
    console.log(`What the Why401 panel says in ${browser.version}:\n`);
    for (const scenario of demo.scenarios) {
      await press(browser, demo.url, scenario.name);
      const { sentence, causes } = await settle(browser);
      const answers = new Map(causes.map(({ id, summary }) => [id, `${id} — ${summary}`]));
      console.log(`${scenario.name}: ${[...answers.values()].join('\n  then ') || sentence}`);
      await browser.panel.screenshot(join(OUTPUT, `run-${name}-${scenario.name}.png`));
    }
    console.log(`\nScreenshots: ${OUTPUT}/run-${name}-*.png`);
  } finally {
    await browser.close();
  }
}
