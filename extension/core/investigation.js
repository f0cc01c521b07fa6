// What was captured, and the core that judges it. Keeps enough to tell a new core everything again: a panic leaves a core
// dead, and costs at most the exchange that brought it about.

import { bytesOf } from '../shared/bytes.js';
import { Comparing } from './comparing.js';
import { isPanic, refusal } from './panic.js';
import { Sharing, curl } from './sharing.js';

/** @typedef {import('../wasm/why401.js').Core} Core */
/** @typedef {import('../shared/protocol.d.ts').Captured} Captured */
/** @typedef {import('../shared/protocol.d.ts').Told} Told */
/** @typedef {import('../shared/protocol.d.ts').Notice} Notice */
/** @typedef {import('../shared/protocol.d.ts').News} News */
/** @typedef {import('../shared/protocol.d.ts').Question} Question */
/** @typedef {{ file: Blob, now: number }} Opened `now` stands in for the time of requests that have none */
/** @typedef {(file: Blob, now: number, progress: (read: number) => void) => Promise<Core>} Read reads a file into a core of the latest instance */

/** News is told at most this often, in milliseconds; the first at once. */
const PACE = 50;
/** While exchanges wait for what another source tells of them, those that have waited enough are taken in so often. */
const SETTLING = 250;
/** Nothing waits longer than this for another source. */
const PATIENT = 3000;
/** Exchanges in a row that may break a diagnosis before it is given up. */
const PATIENCE = 3;

export class Investigation {
  #make;
  #read;
  #tell;
  /** @type {Core | undefined} */
  #core;
  /** What is read instead of what is captured. @type {Opened | undefined} */
  #file;
  /** Hosts that are left out, as the user names them. */
  #ignored = '';
  /** @type {(Captured | Told)[]} */
  #log = [];
  /** When the last event came, while something may still wait. */
  #heard = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #settling;
  /** @type {Notice[]} */
  #notices = [];
  /** How many exchanges the last diagnosis that went well had seen. */
  #sound = 0;
  #generation = 0;
  /** A chain of tasks, so that the core does one thing at a time. @type {Promise<void>} */
  #work = Promise.resolve();
  #sharing = new Sharing();
  #comparing;
  /** Ends the reading of a second capture. */
  #reading = new AbortController();
  #timer = false;
  #pause = 0;

  /**
   * @param {() => Promise<Core>} make makes a new core, in an instance of its own
   * @param {Read} read
   * @param {(said: News | ({ type: 'refused' } & import('../shared/protocol.d.ts').Refused)) => void} tell
   */
  constructor(make, read, tell) {
    this.#make = make;
    this.#read = read;
    this.#tell = tell;
    this.#comparing = new Comparing((file, now, progress) => this.#reread({ file, now }, progress));
    this.#then(async () => {
      try {
        this.#core = await make();
      } catch (error) {
        this.#tell({ type: 'refused', ...refusal(error) });
      }
    });
  }

  /** Reads a file instead of what is captured. @param {Opened} file @param {(read: number) => void} progress @returns {Promise<void>} */
  open(file, progress) {
    return new Promise((resolve, reject) => {
      this.#then(async () => {
        try {
          this.#core = await this.#reread(file, progress);
          this.#file = file;
          this.#generation += 1;
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** @param {Captured} captured */
  push(captured) {
    this.#then(() => this.#push(captured));
    if (this.#heard) this.#settleSoon();
  }

  /** @param {string} lines what the second source told */
  events(lines) {
    this.#then(() => this.#push({ lines }));
    this.#settleSoon();
  }

  #settleSoon() {
    this.#heard = Date.now();
    this.#settling ??= setInterval(() => {
      if (Date.now() - this.#heard > PATIENT) {
        clearInterval(this.#settling);
        this.#settling = undefined;
      }
      this.#then(async () => this.#core?.settle(Date.now()));
    }, SETTLING);
  }

  /** @param {Notice} notice */
  notice(notice) {
    this.#then(async () => void (this.#notices = [...this.#notices, notice]));
  }

  /** @param {Notice['kind']} kind */
  withdraw(kind) {
    this.#then(async () => void (this.#notices = this.#notices.filter((notice) => notice.kind !== kind)));
  }

  /** Forgets everything captured so far. */
  clear() {
    this.#then(async () => {
      this.#log = [];
      this.#notices = this.#notices.filter(({ kind }) => kind === 'grant');
      await this.#renew();
    });
  }

  /** Leaves out hosts, and takes back in those that are no longer. @param {string} hosts named one a word */
  ignore(hosts) {
    this.#then(async () => {
      if (hosts === this.#ignored) return;
      this.#ignored = hosts;
      await this.#renew();
    });
  }

  /** @param {Question} question @param {(read: number) => void} [progress] of a file that it brings @returns {Promise<unknown>} */
  ask(question, progress = () => {}) {
    if (question.type === 'second') this.cancel();
    const { signal } = this.#reading;
    return new Promise((resolve) => {
      this.#work = this.#work.then(async () => resolve(await this.#answer(question, progress, signal)));
    });
  }

  /** Ends the reading of a second capture. */
  cancel() {
    this.#reading.abort();
    this.#reading = new AbortController();
  }

  /** Waits until everything asked of it so far is done. */
  async settled() {
    await this.#work;
  }

  /** @param {() => Promise<void>} task */
  #then(task) {
    this.#work = this.#work.then(task).catch((error) => console.error(error)).finally(() => this.#soon());
  }

  /** @param {Captured | Told} captured */
  async #push(captured) {
    try {
      if (this.#core) feed(this.#core, captured);
      this.#log.push(captured);
    } catch (error) {
      if (isPanic(error)) {
        this.#name('panic', captured);
        await this.#renew();
      } else {
        this.#notices = [...this.#notices, { kind: 'unreadable', about: `${nameOf(captured)}: ${error instanceof Error ? error.message : error}` }];
      }
    }
  }

  /** @param {Notice['kind']} kind @param {Captured | Told} captured */
  #name(kind, captured) {
    this.#notices = [...this.#notices, { kind, about: nameOf(captured) }];
  }

  /** A new core that is told everything again. */
  async #renew() {
    this.#generation += 1;
    this.#sound = 0;
    this.#sharing.forget();
    this.#comparing.forget();
    this.#core = await this.#made();
    if (this.#file) await this.#again(this.#file);
    const log = this.#log;
    this.#log = [];
    for (const captured of log) await this.#push(captured);
    if (this.#heard) this.#settleSoon();
  }

  /** Reads the opened file once more. @param {Opened} file */
  async #again(file) {
    try {
      this.#core = await this.#reread(file, () => {});
    } catch (error) {
      console.error(error);
      this.#core = undefined;
      this.#file = undefined;
      this.#tell({ type: 'refused', ...refusal(error) });
    }
  }

  async #made() {
    const core = await this.#make();
    if (this.#ignored) core.ignore(this.#ignored);
    return core;
  }

  /** @param {Opened} file @param {(read: number) => void} progress */
  async #reread({ file, now }, progress) {
    const core = await this.#read(file, now, progress);
    if (this.#ignored) core.ignore(this.#ignored);
    return core;
  }

  #soon() {
    if (this.#timer) return;
    this.#timer = true;
    setTimeout(() => {
      this.#timer = false;
      this.#work = this.#work.then(() => this.#news()).catch((error) => console.error(error));
    }, this.#pause);
  }

  async #news() {
    for (let patience = PATIENCE; patience > 0; patience--) {
      const began = performance.now();
      try {
        if (!this.#core) return;
        this.#tell(this.#letter(this.#core.news()));
        this.#sound = this.#log.length;
        // A diagnosis that takes long is asked for less often, so that pushing keeps up.
        this.#pause = Math.max(PACE, 2 * (performance.now() - began));
        return;
      } catch (error) {
        if (!isPanic(error)) throw error;
        await this.#dropWhatBreaksIt();
      }
    }
  }

  /** Finds the exchange since the last sound diagnosis that breaks it, and goes on without. */
  async #dropWhatBreaksIt() {
    const log = this.#log;
    let [sound, broken] = [this.#sound, log.length];
    while (broken - sound > 1) {
      const middle = Math.floor((sound + broken) / 2);
      if (await this.#isSound(log.slice(0, middle))) sound = middle;
      else broken = middle;
    }
    const culprit = log[broken - 1];
    if (culprit) this.#name('panic', culprit);
    this.#log = log.filter((captured) => captured !== culprit);
    await this.#renew();
  }

  /** @param {(Captured | Told)[]} log */
  async #isSound(log) {
    const core = await this.#made();
    try {
      for (const captured of log) feed(core, captured);
      if (this.#heard) core.settle(Date.now());
      core.everything();
      return true;
    } catch (error) {
      if (!isPanic(error)) throw error;
      return false;
    }
  }

  /** @param {import('../shared/shapes.d.ts').News} news @returns {News} */
  #letter(news) {
    return { type: 'news', generation: this.#generation, count: this.#core?.count() ?? 0, notices: this.#notices, news };
  }

  /** @param {Question} question @param {(read: number) => void} progress @param {AbortSignal} signal @returns {Promise<unknown>} */
  async #answer(question, progress, signal) {
    const core = this.#core;
    if (!core) return undefined;
    try {
      switch (question.type) {
        case 'everything': return this.#letter(core.everything());
        case 'exchange': return core.exchange(question.number);
        case 'reveal': return core.reveal(question.secret);
        case 'timeline': return core.timeline();
        case 'cookies': return core.cookies(question.until);
        case 'explain': return core.explain(question.id);
        case 'share': return await this.#sharing.share(core, question);
        case 'report': return await this.#sharing.report(question.format);
        case 'curl': return await curl(core, question);
        case 'second': return await this.#comparing.open(question, progress, signal);
        case 'compare': return await this.#comparing.compare(core, question);
        case 'suggestions': return core.suggestions(question.text);
        case 'filtered': return {
          positions: [...core.filtered(question.text, question.signInOnly, question.from)],
          turnsOnFailures: core.turns_on_failures(question.text),
        };
      }
    } catch (error) {
      console.error(error);
      if (isPanic(error)) {
        const about = question.type === 'exchange' ? this.#log[question.number] : undefined;
        if (about && !this.#notices.some((notice) => notice.about === nameOf(about))) this.#name('panic', about);
        await this.#renew();
        this.#soon();
      }
      return undefined;
    }
  }
}

/** @param {Core} core @param {Captured | Told} captured */
function feed(core, captured) {
  if ('lines' in captured) core.push_events(captured.lines);
  else core.push(...bytesOf(captured.entry, captured.text), captured.base64);
}

/** @param {Captured | Told} captured */
function nameOf(captured) {
  if (!('lines' in captured)) return nameOfRequest(JSON.parse(captured.entry).request);
  const began = captured.lines.split('\n').map((line) => JSON.parse(line)).find(({ url }) => url);
  return began ? nameOfRequest(began) : 'webRequest';
}

/** @param {{ method: string, url: string }} request */
const nameOfRequest = (request) => `${request.method} ${request.url.split(/[?#]/, 1)[0]}`;
