// Every text of the shell stands in `_locales`, in every language.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const extension = fileURLToPath(new URL('../../extension/', import.meta.url));
const languages = readdirSync(`${extension}_locales`);
/** @param {string} language @returns {Record<string, { message: string }>} */
const texts = (language) => JSON.parse(readFileSync(`${extension}_locales/${language}/messages.json`, 'utf8'));
const english = texts('en');

const scripts = readdirSync(extension, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && !/extension\/(wasm|vendor)/.test(entry.parentPath))
  .map((entry) => `${entry.parentPath}/${entry.name}`);

test('every language says everything, with the same values in it', () => {
  assert.ok(languages.length >= 4, languages.join());
  const values = (/** @type {string} */ text) => [...text.matchAll(/\$\d/g)].map(([value]) => value).sort();
  for (const language of languages) {
    const said = texts(language);
    assert.deepEqual(Object.keys(said).sort(), Object.keys(english).sort(), language);
    for (const [name, { message }] of Object.entries(said)) {
      assert.ok(message.trim(), `${language} ${name}`);
      assert.deepEqual(values(message), values(english[name]?.message ?? ''), `${language} ${name}`);
    }
  }
});

test('no script asks for a text that is not there', () => {
  for (const script of scripts) {
    for (const [, name] of readFileSync(script, 'utf8').matchAll(/\bmessage\('([\w]+)'/g)) {
      assert.ok(name && name in english, `${script} asks for ${name}`);
    }
  }
});

test('no text for people is written into a view', () => {
  for (const script of scripts.filter((path) => path.includes('/views/'))) {
    const lines = readFileSync(script, 'utf8').split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*\*|import)/.test(line));
    for (const line of lines) {
      // A child of an element, or the value of an attribute that is read out, made of two words or one that begins large.
      const written = /(?:(?:title|'aria-label'|placeholder): |\}, )'([A-Z][a-z]+[^']*|[a-z]+ [a-z ]+)'/.exec(line);
      const isKey = written && /^(Enter|Esc|ArrowRight|ArrowLeft)$/.test(written[1] ?? '');
      assert.ok(!written || isKey, `${script}: ${line.trim()}`);
    }
  }
});
