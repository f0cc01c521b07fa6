// What leaves: made once, looked at, and then handed out exactly as it was looked at.

import { isPanic } from './panic.js';

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

  /** @param {Core} core @param {Questions['share']['ask']} question @returns {Questions['share']['answer']} */
  share(core, { hidesHosts, without, withoutHosts, note, key }) {
    return refusable(() => {
      this.#shared?.free();
      this.#shared = undefined;
      const shared = core.share(hidesHosts, Uint32Array.from(without), withoutHosts, note, Uint8Array.from(key));
      this.#shared = shared;
      return { preview: shared.preview(core) };
    });
  }

  /** @param {string} format @returns {Questions['report']['answer']} */
  report(format) {
    return refusable(() => ({ text: this.#shared?.report(format) ?? '' }));
  }
}

/** @param {Core} core @param {Questions['curl']['ask']} question @returns {Questions['curl']['answer']} */
export const curl = (core, { number, key }) => refusable(() => ({ text: core.curl(number, Uint8Array.from(key)) ?? '' }));

/**
 * The core's refusal in words is an answer; a panic is not.
 * @template T @param {() => T} make @returns {T | { refused: string }}
 */
function refusable(make) {
  try {
    return make();
  } catch (error) {
    if (isPanic(error)) throw error;
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}
