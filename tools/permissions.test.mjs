// Every permission is used, and none that warns is asked for when the extension is installed.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const extension = fileURLToPath(new URL('../extension/', import.meta.url));
const read = (/** @type {string} */ path) => readFileSync(extension + path, 'utf8');
const manifest = JSON.parse(read('manifest.json'));
const code = readdirSync(extension, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.js') && !path.startsWith('wasm/')).map(read).join('\n');

/** What of the code uses a permission. */
const USES = new Map([
  ['activeTab', /tabs\.query\(\{ active: true/],
  ['alarms', /api\.alarms\./],
  ['storage', /api\.storage\./],
  ['unlimitedStorage', /indexedDB\.open/],
  ['cookies', /api\.cookies\?\.onChanged/],
  ['scripting', /api\.scripting\./],
  ['webRequest', /api\.webRequest/],
  ['webRequestBlocking', /\['blocking'\]/],
  ['webRequestFilterResponse', /filterResponseData/],
]);
/** Neither browser shows a warning for these when the extension is installed. Chrome's permissions list, Firefox's permissions.properties; 2026-11-29. */
const SILENT = ['activeTab', 'alarms', 'storage', 'unlimitedStorage'];

test('every permission is used, and the privacy page names it', () => {
  for (const name of [...manifest.permissions, ...manifest.optional_permissions]) {
    assert.match(code, USES.get(name) ?? /^the test does not know how this is used/, name);
    assert.match(read('pages/privacy.html'), new RegExp(`\\b${name}\\b`), name);
  }
});

test('nothing that warns is asked for at the installation', () => {
  assert.deepEqual(manifest.permissions.filter((/** @type {string} */ name) => !SILENT.includes(name)), []);
  assert.equal(manifest.host_permissions, undefined);
  assert.equal(manifest.content_scripts, undefined);
});
