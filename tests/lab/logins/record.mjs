// `./build.sh lab list` and `./build.sh lab record CASE…`: logins of the laboratory, recorded by real browsers
// into tests/cases.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { logins } from './all.mjs';
import { record } from './recorder.mjs';

const CASES = fileURLToPath(new URL('../../cases', import.meta.url));

/** @typedef {{ folder: string, browser: import('./recorder.mjs').BrowserName, login: import('./recorder.mjs').Login }} Case */

/** @type {Case[]} */
const cases = logins.flatMap((login) => [
  ...(login.chrome === false ? [] : [{ folder: login.name, browser: /** @type {const} */ ('chrome'), login }]),
  ...(login.firefox ? [{ folder: `${login.name}-firefox`, browser: /** @type {const} */ ('firefox'), login }] : []),
]);

const [command, ...names] = process.argv.slice(2);
if (command === 'list') {
  for (const { folder, login } of cases) console.log(`${folder}\n    ${login.source}`);
} else if (command === 'record' && names.length > 0) {
  const unknown = names.filter((name) => name !== 'all' && !cases.some(({ folder }) => folder.startsWith(name)));
  if (unknown.length > 0) fail(`the laboratory has no case ${unknown.join(', ')}; \`./build.sh lab list\` lists them`);
  const wanted = cases.filter(({ folder }) => names.some((name) => name === 'all' || folder.startsWith(name)));
  for (const one of wanted) await write(one).catch((error) => { console.error(`${one.folder}: ${error.stack}`); process.exitCode = 1; });
  process.exit();
} else {
  fail('usage: lab list | lab record CASE…, where the beginning of names and `all` stand for several');
}

/** @param {Case} one */
async function write({ folder, browser, login }) {
  const har = /** @type {any} */ (await record(login, browser));
  const path = join(CASES, folder);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'session.har'), `${JSON.stringify(har, null, 1)}\n`);
  const source = `${login.source} Recorded by ${browser === 'chrome' ? 'Chromium' : 'Firefox'} with ./build.sh lab record ${folder}.`;
  const file = join(path, 'expected.json');
  // Whether it is diagnosed right is nothing that a new recording decides.
  const { known_to_fail } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  writeFileSync(file, `${JSON.stringify({ source, failures: login.failures, ...login.label, known_to_fail }, null, 2)}\n`);
  console.log(`${folder}: ${har.log.entries.map((/** @type {any} */ entry) => entry.response.status).join(' ')}`);
}

/** @param {string} why @returns {never} */
function fail(why) {
  console.error(why);
  process.exit(2);
}
