import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newCause } from './new-cause.mjs';

const top = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'why401-new-cause-'));
after(() => rmSync(copy, { recursive: true, force: true }));

const parts = ['Cargo.toml', 'Cargo.lock', 'clippy.toml', 'rustfmt.toml', 'crate', 'tests/Cargo.toml', 'tests/accuracy', 'tests/bench', 'tests/differential', 'tests/report', 'tests/words'];
for (const part of parts) cpSync(join(top, part), join(copy, part), { recursive: true });

/** @param {string[]} args */
function cargo(...args) {
  const env = { ...process.env, CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? join(top, 'target') };
  const { status, stderr } = spawnSync('cargo', args, { cwd: copy, env, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

test('a new cause compiles, in a family that exists and in a new one', () => {
  newCause(copy, 'tokens', 'token-of-another-tenant');
  newCause(copy, 'weather', 'raining-inside');
  cargo('fmt', '--all', '--check');
  cargo('check', '--quiet', '--offline', '-p', 'why401', '--tests');
});

test('names that cannot be modules, and causes that exist, are refused', () => {
  assert.throws(() => newCause(copy, 'tokens', '../escape'), /kebab case/);
  assert.throws(() => newCause(copy, 'two-words', 'a-cause'), /one word/);
  assert.throws(() => newCause(copy, 'tokens', 'token-expired'), /exists already/);
});
