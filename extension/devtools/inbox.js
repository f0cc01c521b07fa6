// Hands what is captured to the core. The content of a response must be asked for in the very turn in which its request
// finished, so whether it matters is asked of a core in this page; the judging is done in the worker.

import { bytesOf } from '../shared/bytes.js';
import { newCore } from '../shared/core.js';
import { browserName, contentOf } from '../shared/platform.js';
import { entryOf } from './entry.js';

/** @typedef {import('../shared/protocol.d.ts').FinishedRequest} FinishedRequest */

export class Inbox {
  #core;
  /** @type {import('../wasm/why401.js').Core | undefined} */
  #judge;
  #taken = 0;

  /** @param {{ tell: (what: import('../shared/protocol.d.ts').ToWorker) => void }} core */
  constructor(core) {
    this.#core = core;
    void newCore(browserName).then((judge) => (this.#judge = judge));
  }

  /** @param {FinishedRequest} request */
  async take(request) {
    this.#taken += 1;
    const entry = entryOf(request);
    const content = this.#wants(entry) ? contentOf(request) : Promise.resolve({ text: undefined, base64: false });
    this.#core.tell({ type: 'push', captured: { entry, ...await content } });
  }

  /** Tells whether the browser still had requests from before. @param {boolean} hadSome */
  beginAfter(hadSome) {
    if (!hadSome && this.#taken === 0) this.#core.tell({ type: 'notice', notice: { kind: 'reload', about: '' } });
  }

  /** A page that loads while DevTools is open is captured from its first request on. */
  pageLoads() {
    this.#core.tell({ type: 'withdraw', kind: 'reload' });
  }

  /** Until the core is there, or when it broke, nobody can say whether the content matters. @param {string} entry */
  #wants(entry) {
    try {
      return this.#judge?.wants_body(bytesOf(entry)[0]) ?? true;
    } catch {
      return true;
    }
  }
}
