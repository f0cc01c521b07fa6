// Reads a file, of whatever format, into a core.

import { readInto } from '../shared/core.js';

/**
 * @param {Blob} file
 * @param {number} now stands in for the time of requests that have none
 * @param {(read: number) => void} progress hears how many bytes of it were read
 * @returns {Promise<import('../wasm/why401.js').Core>} of the instance of the latest core
 */
export async function readFile(file, now, progress) {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  let read = 0;
  const counted = file.stream().pipeThrough(new TransformStream({
    transform(chunk, controller) {
      read += chunk.byteLength;
      progress(read);
      controller.enqueue(chunk);
    },
  }));
  const bytes = isPacked ? counted.pipeThrough(/** @type {any} */ (new DecompressionStream('gzip'))) : counted;
  const reader = bytes.getReader();
  return readInto(async (opening) => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || !opening.feed(value, now)) break;
    }
  });
}
