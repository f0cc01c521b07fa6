// Writes what the browser tells into the log. Holds nothing that is not written within a quarter of
// a second, and knows after every start from the log alone what it was doing.

import { DiskLog, NOTHING } from '../shared/event-log.js';
import { api } from '../shared/platform.js';
import { PrivateLog } from '../shared/private-log.js';
import { LIMITS, PRIVATE_SIZE, fold, unfinished } from '../shared/recording.js';
import { isOfSites } from '../shared/sites.js';

/** @typedef {import('../shared/recording.js').Recording} Recording */
/** @typedef {import('../shared/recording.js').Reason} Reason */
/** @typedef {import('../shared/event-log.js').Tally} Tally */
/** @typedef {import('../shared/requests.js').EventRecord} EventRecord */

/** Records wait at most this many milliseconds for others that are written with them. */
const PACE = 250;
/** A worker of its own browser session: what the browser forgets when it ends. */
const SESSION = 'running';

/**
 * @typedef {object} Wish to record
 * @property {string} name
 * @property {string[]} sites match patterns
 * @property {Partial<import('../shared/recording.js').Limits>} limits
 * @property {boolean} private
 * @property {boolean} bodies
 * @property {boolean} original
 */

export class Recorder {
  disk = new DiskLog();
  memory = new PrivateLog();
  /** @type {{ record: EventRecord, ends: boolean, url: string | undefined }[]} */
  #pending = [];
  #strict = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** One thing at a time. @type {Promise<unknown>} */
  #work;
  /** @type {Recording | undefined} */
  #current;
  /** @type {Tally} */
  #tally = NOTHING;
  #privateTabs = new Map();
  #keep;
  #changed;
  /** Of this worker: the one before it has counted changes too. */
  #began = crypto.randomUUID();

  /**
   * @param {(recording: string, lines: string) => Promise<string>} keep takes out of records what must never be stored
   * @param {(recording: Recording | undefined, tally: Tally) => void} changed hears of every change of what is recorded
   */
  constructor(keep, changed) {
    this.#keep = keep;
    this.#changed = changed;
    this.#work = this.#wake().catch((error) => console.error(error));
  }

  /** Reads from the log what is being recorded. */
  async #wake() {
    const recordings = fold([...await this.disk.controls(), ...await this.memory.controls()]);
    this.#current = unfinished(recordings);
    const stored = await api.storage.session.get(SESSION);
    if (this.#current && stored[SESSION] !== this.#current.id && this.#current.state !== 'interrupted') {
      // The browser was closed over it, or the extension was loaded anew.
      await this.#control({ type: 'interrupt', recording: this.#current.id, at: Date.now() });
    }
    if (this.#current) this.#tally = await this.#log(this.#current).tally(this.#current.id);
    this.#tell();
  }

  #tell() {
    this.#changed(this.#current, this.#tally);
  }

  /** @param {{ private: boolean }} recording */
  #log(recording) {
    return recording.private ? this.memory : this.disk;
  }

  /** @param {import('../shared/recording.js').Control} control */
  async #control(control) {
    const recording = control.type === 'start' ? control : this.#current;
    if (!recording) return;
    await this.#log(recording).control(control);
    const controls = await this.#log(recording).controls();
    this.#current = unfinished(fold(controls));
    this.#tell();
  }

  /** @template T @param {() => Promise<T>} task @returns {Promise<T>} */
  #then(task) {
    const done = this.#work.then(task);
    this.#work = done.catch((error) => console.error(error));
    return done;
  }

  /** What goes on, and the version of what is listed. @returns {Promise<{ recording: Recording | undefined, tally: Tally, version: string }>} */
  state() {
    return this.#then(async () => ({ recording: this.#current, tally: this.#tally, version: `${this.#began} ${this.disk.changes} ${this.memory.changes}` }));
  }

  /** @type {import('../shared/requests.js').Take} */
  take(record, { ends, strict, url }) {
    this.#pending.push({ record, ends, url });
    this.#strict ||= strict;
    if (strict) this.#flushSoon(0);
    else this.#flushSoon(PACE);
  }

  /** @param {number} wait milliseconds */
  #flushSoon(wait) {
    if (wait === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      void this.#then(() => this.#flush());
    } else this.#timer ??= setTimeout(() => this.#flushSoon(0), wait);
  }

  async #flush() {
    const taken = this.#pending.splice(0);
    const strict = this.#strict;
    this.#strict = false;
    const current = this.#current;
    if (taken.length === 0 || current?.state !== 'on') return;
    /** @type {typeof taken} */
    const wanted = [];
    for (const one of taken) if (isOfSites(current.sites, one.url) && await this.#isOf(current, one.record)) wanted.push(one);
    if (wanted.length === 0) return;
    const lines = wanted.map(({ record }) => JSON.stringify(record)).join('\n');
    let text;
    try {
      text = await this.#keep(current.id, lines);
    } catch (error) {
      console.error(error);
      await this.#stop('core');
      return;
    }
    const tally = {
      exchanges: this.#tally.exchanges + wanted.filter(({ ends }) => ends).length,
      bytes: this.#tally.bytes + text.length,
      at: Date.now(),
    };
    try {
      await this.#log(current).append(current.id, { text, ...tally }, strict);
    } catch (error) {
      console.error(error);
      await this.#stop('full');
      return;
    }
    this.#tally = tally;
    this.#tell();
    await this.#limit();
  }

  /** Whether a record belongs to a recording: to its kind of window. @param {Recording} recording @param {EventRecord} record */
  async #isOf(recording, record) {
    if (typeof record.private === 'boolean') return record.private === recording.private;
    const { tab } = record;
    if (tab === undefined || tab < 0) return !recording.private;
    if (!this.#privateTabs.has(tab)) {
      // A tab that is gone already cannot be asked any more: of it nothing may reach the disk.
      const incognito = await api.tabs.get(tab).then((found) => found.incognito, () => true);
      this.#privateTabs.set(tab, incognito);
    }
    return this.#privateTabs.get(tab) === recording.private;
  }

  async #limit() {
    const { limits, started } = this.#current ?? {};
    if (!limits || !started) return;
    if (this.#tally.bytes > limits.size * 1e6) await this.#stop('size');
    else if (Date.now() - started > limits.time * 60_000) await this.#stop('time');
  }

  /** Stops what has been quiet, or gone on, for too long. */
  checkLimits() {
    return this.#then(async () => {
      const current = this.#current;
      if (current?.state !== 'on') return;
      const quiet = Date.now() - Math.max(this.#tally.at, current.started);
      if (quiet > current.limits.idle * 60_000) await this.#stop('idle');
      else await this.#limit();
    });
  }

  /** @param {Wish} wish */
  start(wish) {
    return this.#then(async () => {
      if (this.#current) return;
      const id = crypto.randomUUID();
      const limits = { ...LIMITS, ...wish.limits };
      if (wish.private) limits.size = Math.min(limits.size, PRIVATE_SIZE);
      this.#tally = NOTHING;
      this.#pending = [];
      await api.storage.session.set({ [SESSION]: id });
      try {
        await this.#control({ type: 'start', recording: id, at: Date.now(), name: wish.name, sites: wish.sites, limits, private: wish.private, bodies: wish.bodies, original: wish.original });
      } catch (error) {
        // The browser's memory or the disk is full: nothing has begun.
        await api.storage.session.remove(SESSION);
        throw error;
      }
    });
  }

  pause() {
    return this.#then(async () => {
      await this.#flush();
      if (this.#current?.state === 'on') await this.#control({ type: 'pause', recording: this.#current.id, at: Date.now() });
    });
  }

  /** Goes on, after a pause or after the browser was closed. */
  resume() {
    return this.#then(async () => {
      if (!this.#current || this.#current.state === 'on') return;
      this.#pending = [];
      await api.storage.session.set({ [SESSION]: this.#current.id });
      await this.#control({ type: 'resume', recording: this.#current.id, at: Date.now() });
    });
  }

  /** @param {string} note */
  step(note) {
    return this.#then(async () => {
      await this.#flush();
      if (this.#current) await this.#control({ type: 'step', recording: this.#current.id, at: Date.now(), note });
    });
  }

  /** @param {string[]} sites match patterns that may no longer be read */
  withdrawn(sites) {
    return this.#then(async () => {
      const current = this.#current;
      if (!current || !sites.some((site) => current.sites.includes(site))) return;
      await this.#flush();
      await this.#control({ type: 'withdrawn', recording: current.id, at: Date.now(), sites });
      if (this.#current?.sites.length === 0) await this.#stop('permission');
    });
  }

  /** @param {Reason} reason @returns {Promise<string | undefined>} the recording that was stopped */
  stop(reason) {
    return this.#then(async () => {
      await this.#flush();
      return this.#stop(reason);
    });
  }

  /** @param {Reason} reason */
  async #stop(reason) {
    const current = this.#current;
    if (!current) return undefined;
    await this.#control({ type: 'stop', recording: current.id, at: Date.now(), reason });
    await api.storage.session.remove(SESSION);
    return current.id;
  }
}
