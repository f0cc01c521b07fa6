// Writes a HAR of one scenario of the demo site, made of what devtools.network delivers to the extension in a real browser:
// `node tests/e2e/record.mjs token-expired --browser firefox > token-expired.har`.

import { parseArgs } from 'node:util';
import { start } from '../../demo/site.mjs';
import { record } from '../lab/logins/recorder.mjs';
import { press } from './lib/scenario.mjs';

const { values: { browser: name }, positionals: [scenario] } = parseArgs({
  options: { browser: { type: 'string', default: 'chrome' } }, allowPositionals: true,
});
const demo = await start();
if ((name !== 'chrome' && name !== 'firefox') || !demo.scenarios.some((known) => known.name === scenario)) {
  console.error(`usage: record.mjs SCENARIO [--browser chrome|firefox]\nSCENARIO is one of ${demo.scenarios.map((known) => known.name).join(', ')}`);
  process.exit(2);
}
try {
  const har = await record({ name: scenario, source: '', failures: [], run: (browser) => press(browser, demo.url, scenario) }, name);
  console.log(JSON.stringify(har, null, 2));
} finally {
  await demo.stop();
}
