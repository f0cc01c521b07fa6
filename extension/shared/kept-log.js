// What was captured of one tab, in the memory that the browser keeps for the extension as long as it runs.

import { api } from './platform.js';

/** So many bytes are kept of one tab, and of all of them: the browsers give 10 MB to everything, and a recording of a
 * private window needs some of it. */
const MOST = 4_000_000;
const MOST_OF_ALL = 6_000_000;

/** @typedef {{ first: number, sizes: number[], requests: number[] }} Index of the pieces, of which the first has that number */

/** @type {Index} */
const NONE = { first: 0, sizes: [], requests: [] };
const nameOfIndex = (/** @type {number} */ tab) => `kept ${tab}`;
const nameOf = (/** @type {number} */ tab, /** @type {number} */ piece) => `kept ${tab} ${piece}`;
const sum = (/** @type {number[]} */ numbers) => numbers.reduce((all, one) => all + one, 0);

/** Forgets what is kept of every tab. */
export async function forgetKept() {
  const names = Object.keys(await api.storage.session.get(null));
  await api.storage.session.remove(names.filter((name) => name.startsWith('kept ')));
}

export class KeptLog {
  #tab;
  /** One thing at a time. @type {Promise<unknown>} */
  #work = Promise.resolve();

  /** @param {number} tab */
  constructor(tab) {
    this.#tab = tab;
  }

  /**
   * Adds messages; of too many the oldest are forgotten.
   * @param {string[]} texts @param {number} requests how many of them are requests
   */
  add(texts, requests) {
    return this.#then(async () => {
      const piece = JSON.stringify(texts);
      const size = new Blob([piece]).size;
      if (size > MOST) return;
      let index = await this.#index();
      while (sum(index.sizes) + size > MOST) index = await this.#dropOldest(index);
      const isFull = async () => (await api.storage.session.getBytesInUse(null)) + size > MOST_OF_ALL;
      while (index.sizes.length > 0 && await isFull()) index = await this.#dropOldest(index);
      if (await isFull()) return;
      for (;;) {
        const next = { first: index.first, sizes: [...index.sizes, size], requests: [...index.requests, requests] };
        try {
          await api.storage.session.set({ [nameOf(this.#tab, index.first + index.sizes.length)]: piece, [nameOfIndex(this.#tab)]: next });
          return;
        } catch (error) {
          // Other tabs have taken the room: what is older makes way, and without any of it this cannot be kept.
          if (index.sizes.length === 0) return console.error(error);
          index = await this.#dropOldest(index);
        }
      }
    });
  }

  /** @returns {Promise<{ requests: number, texts: string[] }>} the messages in the order in which they came */
  read() {
    return this.#then(async () => {
      const { first, sizes, requests } = await this.#index();
      const names = sizes.map((_, at) => nameOf(this.#tab, first + at));
      const pieces = await api.storage.session.get(names);
      return { requests: sum(requests), texts: names.flatMap((name) => JSON.parse(/** @type {string} */ (pieces[name] ?? '[]'))) };
    });
  }

  clear() {
    return this.#then(async () => {
      const { first, sizes } = await this.#index();
      await api.storage.session.remove([nameOfIndex(this.#tab), ...sizes.map((_, at) => nameOf(this.#tab, first + at))]);
    });
  }

  /** @returns {Promise<Index>} */
  async #index() {
    const name = nameOfIndex(this.#tab);
    return /** @type {any} */ ((await api.storage.session.get(name))[name] ?? NONE);
  }

  /** @param {Index} index @returns {Promise<Index>} what is left */
  async #dropOldest({ first, sizes, requests }) {
    const left = { first: first + 1, sizes: sizes.slice(1), requests: requests.slice(1) };
    await api.storage.session.remove(nameOf(this.#tab, first));
    // At once: what comes next may not be kept.
    await api.storage.session.set({ [nameOfIndex(this.#tab)]: left });
    return left;
  }

  /** @template T @param {() => Promise<T>} task @returns {Promise<T>} */
  #then(task) {
    const done = this.#work.then(task);
    this.#work = done.catch((error) => console.error(error));
    return done;
  }
}
