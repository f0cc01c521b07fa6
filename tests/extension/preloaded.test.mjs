// The hidden page names beforehand every script that it imports, so that none waits for the one that asks for it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const extension = fileURLToPath(new URL('../../extension', import.meta.url));
const read = (/** @type {string} */ path) => readFileSync(extension + path, 'utf8');

/** What a script imports, and what that imports. @param {string} path @param {Set<string>} known */
function imported(path, known = new Set()) {
  for (const [, from] of read(path).matchAll(/^import\s[^;]*?from '([^']+)'/gm)) {
    const other = new URL(/** @type {string} */ (from), `file://${path}`).pathname;
    if (known.has(other)) continue;
    known.add(other);
    imported(other, known);
  }
  return known;
}

test('the hidden page names all that its scripts import', () => {
  const named = [...read('/devtools/devtools.html').matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, path]) => path);
  assert.deepEqual(named.toSorted(), [...imported('/devtools/first.js'), ...imported('/devtools/devtools.js')].filter((path, at, all) => all.indexOf(path) === at).toSorted());
});
