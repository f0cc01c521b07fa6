// The capture that is held beside the one that is looked at.

import { refusable } from './panic.js';

/** @typedef {import('../wasm/why401.js').Core} Core */
/** @typedef {import('../shared/protocol.d.ts').Questions} Questions */

export class Comparing {
  #read;
  /** @type {import('./investigation.js').Opened | undefined} */
  #file;
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

  /** @param {Questions['second']['ask']} question @returns {Promise<Questions['second']['answer']>} */
  open({ file, now }) {
    return refusable(async () => {
      this.#core?.free();
      this.#core = undefined;
      this.#file = undefined;
      this.#core = await this.#read(file, now, () => {});
      this.#file = { file, now };
      return { read: true };
    });
  }

  /** @param {Core} core @param {Questions['compare']['ask']} question @returns {Promise<Questions['compare']['answer']>} */
  async compare(core, { withSecond, turned }) {
    if (!withSecond) return core.compare_own();
    if (!this.#file) return undefined;
    this.#core ??= await this.#read(this.#file.file, this.#file.now, () => {});
    try {
      return core.compare(this.#core, turned);
    } catch (error) {
      // It would end the core as often as it is asked.
      this.#file = undefined;
      throw error;
    }
  }
}
