import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../crate/src', import.meta.url));

/** Rooms and files of the core from the ground up; those of one line stand on one floor. */
const floors = [
  ['blocked', 'data', 'exchange', 'fields', 'limits', 'parallel', 'place', 'profile', 'site', 'time', 'told'],
  ['syntax'],
  ['facts'],
  ['capture', 'products', 'redact'],
  ['session'],
  ['advice', 'cause', 'declare_cause', 'finding'],
  ['causes'],
  ['diagnosis', 'reading'],
  ['compare'],
  ['report', 'view'],
  ['cli', 'main', 'wasm'],
];

/** @type {Map<string, number>} */
const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));

/** @param {string} folder @returns {string[]} */
const files = (folder) =>
  readdirSync(join(source, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? files(path) : path.endsWith('.rs') ? [path] : [];
  });

/** What a file is without its comments and its tests, which may ask anybody. @param {string} text */
const code = (text) =>
  (text.split(/#\[cfg\(test\)\]\s*(?:pub(?:\(crate\))? )?mod \w+ \{/)[0] ?? '').replaceAll(/\/\/.*/g, '');

/** The rooms that a file names. @param {string} text */
const named = (text) =>
  [...code(text).matchAll(/\bcrate::(?:\{([^}]*)\}|(\w+))/g)].flatMap(([, group, one]) =>
    group === undefined ? [one ?? ''] : group.split(',').map((name) => name.trim().split('::')[0] ?? ''),
  );

const isTest = (/** @type {string} */ path) => /(?:^|\/)(?:tests|testing)\.rs$/.test(path);

test('no file of the core asks a floor above its own', () => {
  const steps = files('')
    .filter((path) => path !== 'lib.rs' && !isTest(path))
    .flatMap((path) => {
      const room = (path.split('/')[0] ?? '').replace('.rs', '');
      const own = floorOf.get(room);
      return [...new Set(named(readFileSync(join(source, path), 'utf8')))]
        .filter((other) => other !== '' && other !== room)
        .filter((other) => own === undefined || (floorOf.get(other) ?? Infinity) > own)
        .map((other) => `${path} asks ${other}`);
    });
  assert.deepEqual(steps, []);
});
