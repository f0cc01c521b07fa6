// A page that learns of each script only from the script that needs it waits once for each of them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const EXTENSION = new URL('../../extension/', import.meta.url);
const SCRIPT = /<script type="module" src="([^"]+)">/gu;
const PRELOAD = /<link rel="modulepreload" href="([^"]+)">/gu;
const IMPORT = /^(?:import|export)\s[^;]*?from ["'](\.[^"']+)["']|^import ["'](\.[^"']+)["']/gmu;

/** @param {URL} url */
const text = (url) => readFileSync(url, 'utf8');
/** @param {RegExp} pattern @param {URL} page */
const named = (pattern, page) => [...text(page).matchAll(pattern)].map(([, name = '']) => new URL(name.startsWith('/') ? `.${name}` : name, name.startsWith('/') ? EXTENSION : page));

/** Every script that these import, and those that they import. @param {URL[]} scripts @param {Set<string>} [known] */
function imported(scripts, known = new Set()) {
  for (const script of scripts) {
    for (const [, from, bare] of text(script).matchAll(IMPORT)) {
      const url = new URL(/** @type {string} */ (from ?? bare), script);
      if (known.has(url.href)) continue;
      known.add(url.href);
      imported([url], known);
    }
  }
  return known;
}

for (const name of ['devtools/devtools.html', 'panel/panel.html', 'pages/recordings.html', 'pages/popup.html']) {
  test(`${name} asks at once for every script that it will need`, () => {
    const page = new URL(name, EXTENSION);
    const scripts = named(SCRIPT, page);
    assert.ok(scripts.length > 0);
    const wanted = imported(scripts);
    for (const script of scripts) wanted.delete(script.href);
    const short = (/** @type {Iterable<string>} */ urls) => [...urls].map((url) => url.slice(EXTENSION.href.length)).sort();
    assert.deepEqual(short(named(PRELOAD, page).map((url) => url.href)), short(wanted));
  });
}
