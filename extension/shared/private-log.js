// Recordings of private windows: the browser keeps them in memory, and the extension's worker may die meanwhile.

import { NOTHING } from './event-log.js';
import { api } from './platform.js';

/** @typedef {import('./recording.js').Control} Control */
/** @typedef {import('./event-log.js').Row} Row */
/** @typedef {import('./event-log.js').Tally} Tally */
/** @typedef {import('./event-log.js').Capture} Capture */

/** Whether the browser's memory had no room for it, as either browser says that. @param {unknown} error */
const isFull = (error) => error instanceof Error && /quota/i.test(`${error.name} ${error.message}`);

export class PrivateLog {
  /** How often what is listed of recordings has changed. */
  changes = 0;
  static #prefix = 'private ';
  /** One thing at a time: what is written gets its number from what was written before it. @type {Promise<unknown>} */
  #work = Promise.resolve();
  /** The number of what is written next, once it is known. @type {number | undefined} */
  #next;

  /** @template T @param {() => Promise<T>} task @returns {Promise<T>} */
  #then(task) {
    const done = this.#work.then(task);
    // Whoever asked hears of it.
    this.#work = done.catch(() => {});
    return done;
  }

  /** All that is kept, in order: controls have a type, rows a text, captures a verdict. @returns {Promise<[key: string, value: any][]>} */
  async #all() {
    const stored = await api.storage.session.get(null);
    return Object.entries(stored).filter(([key]) => key.startsWith(PrivateLog.#prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** @param {string} recording @returns {Promise<[key: string, row: any][]>} */
  async #rows(recording) {
    return (await this.#all()).filter(([, value]) => value.text !== undefined && value.recording === recording);
  }

  /** To be called in its turn. @param {object} value */
  async #add(value) {
    this.#next ??= Number((await this.#all()).at(-1)?.[0].slice(PrivateLog.#prefix.length) ?? -1) + 1;
    await api.storage.session.set({ [PrivateLog.#prefix + String(this.#next).padStart(9, '0')]: value });
    this.#next += 1;
  }

  /** @returns {Promise<Control[]>} */
  async controls() {
    return (await this.#all()).flatMap(([, value]) => (value.type ? [value] : []));
  }

  /**
   * Writes how a recording ended. Where the memory is full it takes the place of what the recording saw last. To be called in its turn.
   * @param {Control | Capture} ended
   */
  async #addEnd(ended) {
    for (;;) {
      try {
        return await this.#add(ended);
      } catch (error) {
        const last = isFull(error) && (await this.#rows(ended.recording)).at(-1);
        if (!last) throw error;
        await api.storage.session.remove(last[0]);
      }
    }
  }

  /** @param {Control} control */
  control(control) {
    return this.#then(async () => {
      await (control.type === 'stop' ? this.#addEnd(control) : this.#add(control));
      this.changes += 1;
    });
  }

  /** @param {string} recording @param {Row} row */
  append(recording, row) {
    return this.#then(() => this.#add({ ...row, recording }));
  }

  /** @param {string} recording @returns {Promise<Tally>} */
  async tally(recording) {
    return (await this.#rows(recording)).at(-1)?.[1] ?? NOTHING;
  }

  /** @param {string} recording @returns {AsyncGenerator<string>} */
  async *texts(recording) {
    for (const [, { text }] of await this.#rows(recording)) yield text;
  }

  /** Nothing but what was recorded: it never reaches a disk. @returns {Promise<undefined>} */
  async file() {
    return undefined;
  }

  /** @returns {Promise<Capture[]>} */
  async captures() {
    return (await this.#all()).flatMap(([, value]) => (value.verdict ? [value] : []));
  }

  /** Of a recording that was forgotten meanwhile nothing is written. @param {Capture} capture */
  finish(capture) {
    return this.#then(async () => {
      if (!(await this.controls()).some(({ type, recording }) => type === 'start' && recording === capture.recording)) return;
      await this.#addEnd(capture);
      this.changes += 1;
    });
  }

  /** Forgets a recording; without one, everything. @param {string} [recording] */
  remove(recording) {
    return this.#then(async () => {
      const all = await this.#all();
      await api.storage.session.remove(all.filter(([, value]) => !recording || value.recording === recording).map(([key]) => key));
      this.changes += 1;
    });
  }
}
