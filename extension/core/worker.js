// The core, off every page's own thread.

import { newCore } from '../shared/core.js';
import { take } from '../shared/loading.js';
import { Investigation } from './investigation.js';
import { refusal } from './panic.js';
import { readFile } from './reading.js';

/** @typedef {import('../shared/protocol.d.ts').ToWorker} ToWorker */
/** @typedef {import('../shared/protocol.d.ts').FromWorker} FromWorker */

const say = (/** @type {FromWorker} */ what) => postMessage(what);
/** @type {Investigation} */
let investigation;

onmessage = ({ data }) => {
  const told = /** @type {ToWorker} */ (data);
  switch (told.type) {
    case 'begin':
      take(told.loaded);
      investigation = new Investigation(() => newCore(told.browser), readFile, say);
      break;
    case 'push': investigation.push(told.captured); break;
    case 'events': investigation.events(told.lines); break;
    case 'notice': investigation.notice(told.notice); break;
    case 'withdraw': investigation.withdraw(told.kind); break;
    case 'clear': investigation.clear(); break;
    case 'ignore': investigation.ignore(told.hosts); break;
    case 'ask':
      void investigation.ask(told.question, (read) => say({ type: 'progress', ask: told.ask, read })).then((answer) => say({ type: 'answer', ask: told.ask, answer }));
      break;
    case 'cancel': investigation.cancel(); break;
    case 'open': {
      const progress = (/** @type {number} */ read) => say({ type: 'progress', ask: undefined, read });
      // What the core needs of a file may end before the file does.
      investigation.open(told, progress).then(() => progress(told.file.size), (error) => say({ type: 'refused', ...refusal(error) }));
    }
  }
};
