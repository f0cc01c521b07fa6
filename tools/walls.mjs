// The walls between the rooms, where a plain search can see a breach. Each has its reason.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Wall
 * @property {string} why
 * @property {RegExp} files which files it runs through
 * @property {RegExp} [except] the room that may
 * @property {RegExp} forbidden
 */

/** @type {Wall[]} */
const walls = [
  {
    why: 'only wasm.rs knows JavaScript',
    files: /^crate\/src\/.*\.rs$/,
    except: /^crate\/src\/wasm\.rs$/,
    forbidden: /\b(wasm_bindgen|serde_wasm_bindgen|js_sys|web_sys)\b/,
  },
  {
    why: 'only capture knows HAR, into whose shape other formats are put',
    files: /^crate\/src\/.*\.rs$/,
    except: /^crate\/src\/capture\//,
    forbidden: /startedDateTime|bodySize|headersSize|_resourceType|_fromCache|(?<!\w)_initiator/,
  },
  {
    why: 'the core reads no clock, no files, no environment and no randomness',
    files: /^crate\/src\/.*\.rs$/,
    except: /^crate\/src\/(main\.rs|cli\/.*|.*testing\.rs|view\/shapes\.rs)$/,
    forbidden: /\b(SystemTime|Instant|std::(fs|env|net|process))\b/,
  },
  {
    why: 'only parallel.rs knows threads',
    files: /^crate\/src\/.*\.rs$/,
    except: /^crate\/src\/(main\.rs|cli\/.*|parallel\.rs)$/,
    forbidden: /\bstd::thread\b|\bthread::(spawn|scope)\b/,
  },
  {
    why: 'the core diagnoses, the shell only shows',
    files: /^extension\/(?!wasm\/|vendor\/).*\.js$/,
    forbidden: /(?<!why)401/i,
  },
  {
    why: 'captured text is hostile and reaches the page as text only',
    files: /^extension\/(?!wasm\/|vendor\/).*\.(js|html)$/,
    forbidden: /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|(?<!inspectedWindow\.)eval|DOMParser)\b/,
  },
  {
    why: 'nothing leaves the machine',
    files: /^extension\/(?!wasm\/|vendor\/).*\.(js|html)$/,
    forbidden: /\b(XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeerConnection)\b/,
  },
];

/** @param {string} folder @returns {string[]} */
const filesBelow = (folder) =>
  readdirSync(top + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(top.length))
    .sort();

/**
 * What of a file ships: tests may read files and write HAR.
 * @param {string} text
 */
const shipped = (text) => text.split(/^#\[cfg\(test\)\]\n(?:pub )?mod \w+ \{/m, 1)[0] ?? '';

const breaches = [...filesBelow('crate/src'), ...filesBelow('extension')].flatMap((path) => {
  const through = walls.filter((wall) => wall.files.test(path) && !wall.except?.test(path));
  if (through.length === 0) return [];
  const lines = shipped(readFileSync(top + path, 'utf8')).split('\n');
  return through.flatMap((wall) =>
    lines.flatMap((line, index) =>
      wall.forbidden.test(line) ? [`${path}:${index + 1}: ${wall.why}: ${line.trim()}`] : [],
    ),
  );
});

for (const breach of breaches) console.error(breach);
process.exitCode = breaches.length === 0 ? 0 : 1;
