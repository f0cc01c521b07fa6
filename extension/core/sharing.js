// What leaves: made once, looked at, and then handed out exactly as it was looked at.

import { refusable } from './panic.js';

/** @typedef {import('../wasm/why401.js').Core} Core */
/** @typedef {import('../wasm/why401.js').Shared} Shared */
/** @typedef {import('../shared/protocol.d.ts').Questions} Questions */

export class Sharing {
  /** @type {Shared | undefined} */
  #shared;

  /** Forgets what was made: it belongs to a core that is no more. */
  forget() {
    this.#shared = undefined;
  }

  /** @param {Core} core @param {Questions['share']['ask']} question @returns {Promise<Questions['share']['answer']>} */
  share(core, { hidesHosts, without, withoutHosts, note, key }) {
    return refusable(() => {
      this.#shared?.free();
      this.#shared = undefined;
      const shared = core.share(hidesHosts, Uint32Array.from(without), withoutHosts, note, Uint8Array.from(key));
      this.#shared = shared;
      return { preview: shared.preview(core) };
    });
  }

  /** @param {string} format @returns {Promise<Questions['report']['answer']>} */
  report(format) {
    return refusable(() => ({ text: this.#shared?.report(format) ?? '' }));
  }
}

/** @param {Core} core @param {Questions['curl']['ask']} question @returns {Promise<Questions['curl']['answer']>} */
export const curl = (core, { number, key }) => refusable(() => ({ text: core.curl(number, Uint8Array.from(key)) ?? '' }));
