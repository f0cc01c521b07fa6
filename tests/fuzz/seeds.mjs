// Writes seeds for one fuzz target: node tests/fuzz/seeds.mjs TARGET FOLDER
//
// They come from the project's vectors and, where it lies beside the clone, from ../shared/data:
// of a JSON file every text in it, of any other file its content.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [target, folder] = process.argv.slice(2);
const shared = process.env.WHY401_SHARED ?? '../shared';

/** @type {Record<string, string[]>} where the seeds of each target lie */
const SOURCES = {
  challenge: ['greenbytes-httpauth', 'chromium-derived', 'aws-signing-suite'],
  tokens: ['wycheproof-jose', 'jose-cookbook-rfc7520'],
  cookies: ['abarth-http-state', 'jshttp-cookie-top', 'wpt-derived'],
  cookie_store: ['abarth-http-state', 'wpt-derived'],
  fetch: ['wpt-derived'],
  fields: ['abarth-http-state'],
  schemes: ['greenbytes-httpauth'],
  bodies: ['okta-errors'],
  oauth: ['okta-errors', 'jose-cookbook-rfc7520', 'webconcepts'],
  windows: ['pyspnego-tokens', 'chromium-derived'],
  saml: ['python3-saml', 'node-saml', 'samlify'],
  har: ['har-validator-fixtures', 'har-reader', 'firefox-153/har'],
  notation: [],
  session: [],
  redact: ['greenbytes-httpauth'],
};
const LARGEST = 32 * 1024;

/** @param {string} path @returns {Generator<string>} */
function* files(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) yield path;
  else for (const name of readdirSync(path)) yield* files(join(path, name));
}

/** @param {unknown} value @returns {Generator<string>} */
function* texts(value) {
  if (typeof value === 'string') yield value;
  else if (value && typeof value === 'object') for (const member of Object.values(value)) yield* texts(member);
}

/** @param {string} source the sessions in the documentation of causes @returns {Generator<string>} */
function* examples(source) {
  for (const file of files(source)) {
    if (!file.endsWith('.rs')) continue;
    for (const [, block] of readFileSync(file, 'utf8').matchAll(/```http-notation\n([^`]*?)\s*\/\/\/ ```/g)) {
      yield block.replaceAll(/^\s*\/\/\/ ?/gm, '');
    }
  }
}

/** @param {string | Buffer} seed */
function keep(seed) {
  const bytes = Buffer.from(seed);
  if (bytes.length === 0 || bytes.length > LARGEST) return;
  writeFileSync(join(folder, createHash('sha1').update(bytes).digest('hex')), bytes);
}

if (!folder || !SOURCES[target]) {
  console.error(`usage: node tests/fuzz/seeds.mjs ${Object.keys(SOURCES).join('|')} FOLDER`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const source of SOURCES[target]) {
  for (const file of files(join(shared, 'data', source))) {
    const content = readFileSync(file);
    if (target === 'har' || !file.endsWith('.json')) {
      keep(content);
      continue;
    }
    try {
      for (const text of texts(JSON.parse(content.toString('utf8')))) {
        keep(text);
        if (target === 'windows') keep(Buffer.from(text, /^[0-9a-f]+$/i.test(text) ? 'hex' : 'base64'));
      }
    } catch {
      keep(content);
    }
  }
}
if (target.startsWith('cookie')) {
  for (const text of texts(JSON.parse(readFileSync('tests/vectors/cookies/chrome.json', 'utf8')))) keep(text);
}
if (target === 'schemes') {
  for (const text of texts(JSON.parse(readFileSync('tests/vectors/fields/seeds.json', 'utf8')))) keep(text);
}
if (target === 'session' || target === 'notation') {
  for (const block of examples('crate/src/causes')) keep(block);
}
console.log(`${readdirSync(folder).length} seeds for ${target}`);
