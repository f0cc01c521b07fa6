import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} folder @returns {string[]} */
const sources = (folder) =>
  readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'target'].includes(entry.name) ? [] : sources(path);
    return path.endsWith('.rs') ? [path] : [];
  });

test('the formatter reaches every file, also those behind macros', () => {
  const { stdout, stderr } = spawnSync('cargo', ['fmt', '--all', '--check', '--', '--verbose'], { cwd: top, encoding: 'utf8' });
  const reached = new Set([...stdout.matchAll(/^Formatting (.+\.rs)$/gm)].map(([, path = '']) => path.replace(top, '')));
  assert.ok(reached.size > 0, stderr);
  const beyond = [...sources('crate'), ...sources('tests')].filter((path) => !path.startsWith('tests/fuzz/') && !reached.has(path));
  assert.deepEqual(beyond, []);
});
