// The core, off every page's own thread.

import { newCore, newOpening } from '../shared/core.js';
import { Investigation } from './investigation.js';

/** @typedef {import('../shared/protocol.d.ts').ToWorker} ToWorker */
/** @typedef {import('../shared/protocol.d.ts').FromWorker} FromWorker */

const say = (/** @type {FromWorker} */ what) => postMessage(what);
/** @type {Investigation} */
let investigation;

onmessage = ({ data }) => {
  const told = /** @type {ToWorker} */ (data);
  switch (told.type) {
    case 'begin':
      investigation = new Investigation(() => newCore(told.browser), say);
      break;
    case 'push': investigation.push(told.captured); break;
    case 'events': investigation.events(told.lines); break;
    case 'notice': investigation.notice(told.notice); break;
    case 'withdraw': investigation.withdraw(told.kind); break;
    case 'clear': investigation.clear(); break;
    case 'ask':
      void investigation.ask(told.question).then((answer) => say({ type: 'answer', ask: told.ask, answer }));
      break;
    case 'open':
      open(told.file, told.now).catch((error) => say({ type: 'refused', why: error instanceof Error ? error.message : String(error) }));
  }
};

/** @param {Blob} file @param {number} now */
async function open(file, now) {
  await investigation.settled();
  const opening = await newOpening();
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  let read = 0;
  const counted = file.stream().pipeThrough(new TransformStream({
    transform(chunk, controller) {
      read += chunk.byteLength;
      say({ type: 'progress', read, of: file.size });
      controller.enqueue(chunk);
    },
  }));
  const bytes = isPacked ? counted.pipeThrough(/** @type {any} */ (new DecompressionStream('gzip'))) : counted;
  const reader = bytes.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !opening.feed(value, now)) break;
  }
  investigation.take(opening.finish());
}
