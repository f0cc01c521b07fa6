// The wasm half: the entries of a HAR file, one a line, are pushed as the extension does it, and news is asked for
// after each of those that are timed. `wasm.mjs FILE`

import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Core, Opening, __wbg_reset_state as newInstance, hand_over as handOver, initSync } from '../../../extension/wasm/why401.js';
import { bytesOf } from '../../../extension/shared/bytes.js';

const SIZES = [1_000, 10_000, 100_000];
/** The last exchanges before each size, each of which is timed. */
const TIMED = 500;
/** News is asked for once in so many exchanges before that: the panel's worker rests between two. */
const BETWEEN = 20;
/** Milliseconds that one more exchange may take, in the middle and of a hundred the second slowest. */
const DEMANDS = { median: 2, slow: 30 };

const [file] = process.argv.slice(2);
const folder = new URL('../../../extension/wasm/', import.meta.url);
const module = new WebAssembly.Module(readFileSync(new URL('why401_bg.wasm', folder)));
const texts = readFileSync(new URL('texts.txt', folder));
let begun = false;

/** An instance of its own, so that its memory tells what one session takes. */
function instance() {
  if (begun) newInstance();
  begun = true;
  const { memory } = initSync({ module });
  handOver(texts);
  return memory;
}

/** Every entry of the file as text. */
async function* entries() {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.startsWith('{') && !line.startsWith('{"log"')) yield line.replace(/,$/, '');
  }
}

/** @param {number[]} times @param {number} share */
const share = (times, share) => times.toSorted((one, other) => one - other)[Math.floor((times.length - 1) * share)];

async function watched() {
  const memory = instance();
  const core = new Core('chrome');
  const rows = [];
  let times = /** @type {number[]} */ ([]);
  let count = 0;
  const empty = memory.buffer.byteLength;
  for await (const line of entries()) {
    const next = /** @type {number} */ (SIZES[rows.length]);
    const isTimed = count >= next - TIMED;
    const began = performance.now();
    core.push(...bytesOf(line), false);
    count += 1;
    if (isTimed || count % BETWEEN === 0) core.news();
    if (isTimed) times.push(performance.now() - began);
    if (count === next) {
      rows.push({ median: share(times, 0.5), slow: share(times, 0.99), memory: (memory.buffer.byteLength - empty) / count });
      times = [];
      if (rows.length === SIZES.length) break;
    }
  }
  return rows;
}

/** Milliseconds for each exchange of a file that is opened. @param {number} count */
async function opened(count) {
  instance();
  const lines = [];
  for await (const line of entries()) {
    lines.push(line);
    if (lines.length === count) break;
  }
  const encoder = new TextEncoder();
  const pieces = lines.map((line, nth) => encoder.encode(nth === 0 ? line : `,\n${line}`));
  const began = performance.now();
  const opening = new Opening();
  opening.feed(encoder.encode('{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"entries":['), 0);
  for (const piece of pieces) opening.feed(piece, 0);
  opening.feed(encoder.encode(']}}'), 0);
  opening.finish().everything();
  return (performance.now() - began) / count;
}

const rows = await watched();
console.log('| exchanges | one more, median | 99 % | whole, each | memory, each |\n|---:|---:|---:|---:|---:|');
for (const [nth, size] of SIZES.entries()) {
  const { median, slow, memory } = /** @type {typeof rows[number]} */ (rows[nth]);
  const whole = await opened(size);
  console.log(`| ${size} | ${(median * 1000).toFixed(0)} µs | ${(slow * 1000).toFixed(0)} µs | ${(whole * 1000).toFixed(0)} µs | ${(memory / 1000).toFixed(1)} kB |`);
}
const last = /** @type {typeof rows[number]} */ (rows.at(-1));
const isMet = last.median < DEMANDS.median && last.slow < DEMANDS.slow;
console.log(`\nOne more of ${SIZES.at(-1)}: below ${DEMANDS.median} ms, and of a hundred the second slowest below ${DEMANDS.slow} ms${isMet ? '' : ' **missed**'}.`);
