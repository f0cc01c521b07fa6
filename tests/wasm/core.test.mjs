import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import core from './core.mjs';

/** @param {string} path relative to the top of the project */
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the core, the workspace and the manifest carry one version', () => {
  const workspace = /^version = "(.+)"$/m.exec(read('Cargo.toml'))?.[1];
  assert.equal(core.version(), workspace);
  assert.equal(JSON.parse(read('extension/manifest.json')).version, workspace);
});
