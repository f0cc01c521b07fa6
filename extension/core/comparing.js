// The capture that is held beside the one that is looked at.

import { isPanic, refusable, refusal } from './panic.js';

/** @typedef {import('../wasm/why401.js').Core} Core */
/** @typedef {import('../shared/protocol.d.ts').Questions} Questions */

export class Comparing {
  #read;
  /** @type {import('./investigation.js').Opened | undefined} */
  #file;
  /** Why it cannot be compared any more. @type {import('../shared/protocol.d.ts').Refused | undefined} */
  #lost;
  /** @type {Core | undefined} */
  #core;

  /** @param {import('./investigation.js').Read} read */
  constructor(read) {
    this.#read = read;
  }

  /** Forgets the core of an instance that is no more; its file is read again when it is needed. */
  forget() {
    this.#core = undefined;
  }

  /**
   * @param {Questions['second']['ask']} question
   * @param {(read: number) => void} progress
   * @param {AbortSignal} signal
   * @returns {Promise<Questions['second']['answer']>}
   */
  open({ file, now }, progress, signal) {
    return refusable(async () => {
      this.#core?.free();
      this.#core = undefined;
      this.#file = undefined;
      this.#lost = undefined;
      this.#core = await this.#read(file, now, (read) => {
        signal.throwIfAborted();
        progress(read);
      });
      this.#file = { file, now };
      return { read: true };
    });
  }

  /** @param {Core} core @param {Questions['compare']['ask']} question @returns {Promise<Questions['compare']['answer']>} */
  async compare(core, { withSecond, turned }) {
    if (!withSecond) return core.compare_own();
    if (!this.#file) return this.#lost;
    try {
      this.#core ??= await this.#read(this.#file.file, this.#file.now, () => {});
      return core.compare(this.#core, turned);
    } catch (error) {
      // It would end the core as often as it is asked, and what cannot be read now will not be later.
      this.#file = undefined;
      this.#lost = refusal(error);
      if (isPanic(error)) throw error;
      return this.#lost;
    }
  }
}
