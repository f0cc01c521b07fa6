// Code scanning takes what is SARIF 2.1.0 by its schema, and shows what names a file of the repository.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, top } from './command.mjs';

const require = createRequire(import.meta.url);
const { default: Ajv } = require('ajv-draft-04');
// The schema's patterns are older than the rules that `u` makes stricter; its formats are URIs, of which ours are few.
/** @type {import('ajv').ValidateFunction<any>} */
const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false }).compile(require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));

const FILE = 'tests/login.spec.ts';
const cases = join(top, 'tests/cases');

/** One session of each family. @type {[family: string, file: string][]} */
const SESSIONS = readdirSync(cases).flatMap((family) => {
  const all = readdirSync(join(cases, family), { recursive: true, encoding: 'utf8' }).filter((path) => /session\.(har|http)$/.test(path)).sort();
  return all.slice(0, 1).map((path) => /** @type {[string, string]} */ ([family, join(cases, family, path)]));
});

/** @param {string[]} options @param {string} session */
const sarif = (options, session) => spawnSync(command, ['diagnose', '--format', 'sarif', ...options, session], { encoding: 'utf8' });

for (const [family, session] of SESSIONS) {
  test(`${family}: what code scanning is given is valid, and each finding stands in the file that was named`, () => {
    assert.ok(existsSync(session));
    const { stdout, status } = sarif(['--file', FILE], session);
    /** @type {any} */
    const log = JSON.parse(stdout);
    assert.ok(validate(log), JSON.stringify(validate.errors));
    const [{ results, tool }] = log.runs;
    assert.equal(results.length > 0, status === 1);
    for (const { ruleId, locations, message } of results) {
      assert.equal(locations[0].physicalLocation.artifactLocation.uri, FILE);
      assert.ok(message.text.length > 10);
      assert.ok(tool.driver.rules.some((/** @type {{ id: string }} */ { id }) => id === ruleId), ruleId);
    }
  });
}

test('without a file of the repository there is none, and the reason is said', () => {
  const { stdout, stderr, status } = sarif([], /** @type {[string, string]} */ (SESSIONS[0])[1]);
  assert.deepEqual([stdout, status], ['', 2]);
  assert.match(stderr, /--file/);
});
