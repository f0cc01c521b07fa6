// What was captured, and the core that judges it. Keeps enough to tell a new core everything again.

import { isPanic, newCore } from '../shared/core.js';

/** @typedef {import('../shared/types').FinishedRequest} FinishedRequest */
/** @typedef {import('../shared/types').Captured} Captured */
/** @typedef {import('../shared/types').Notice} Notice */
/** @typedef {import('../shared/types').News} News */

/** The panel is told at most this often, in milliseconds. */
const PACE = 100;

export class Investigation {
  #browser;
  /** @type {import('../wasm/why401.js').Core | undefined} */
  #core;
  /** @type {Captured[]} */
  #log = [];
  /** @type {Notice[]} */
  #notices = [];
  /** A chain of tasks, so that the core does one thing at a time. @type {Promise<void>} */
  #work;
  #generation = 0;
  #told = 0;
  /** @type {Set<(news: News) => void>} */
  #listeners = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {'chrome' | 'firefox'} browser */
  constructor(browser) {
    this.#browser = browser;
    this.#work = newCore(browser).then((core) => void (this.#core = core));
  }

  /**
   * Takes a finished request. Its content must be asked for in this very turn, or it is gone.
   * @param {FinishedRequest} request
   * @param {(request: FinishedRequest) => Promise<{ text: string | undefined, base64: boolean }>} contentOf
   */
  async take(request, contentOf) {
    // Until the core is there nobody can say whether the content matters.
    const wanted = this.#core ? this.#ask((core) => core.wants_body(request), true) : true;
    const content = wanted ? contentOf(request) : Promise.resolve({ text: undefined, base64: false });
    const entry = withoutContent(request);
    const { text, base64 } = await content;
    this.#then(() => this.#push({ entry, text, base64 }));
  }

  /** Tells whether the browser still had requests from before. @param {boolean} hadSome */
  beginAfter(hadSome) {
    this.#then(async () => {
      if (!hadSome && this.#log.length === 0) this.#notices.push({ kind: 'reload', about: '' });
    });
  }

  /** A page that loads while DevTools is open is captured from its first request on. */
  pageLoads() {
    this.#then(async () => void (this.#notices = this.#notices.filter(({ kind }) => kind !== 'reload')));
  }

  /** @param {(news: News) => void} listener @returns {() => void} ends the subscription */
  subscribe(listener) {
    this.#listeners.add(listener);
    this.#then(async () => this.#tellEverything(listener));
    return () => this.#listeners.delete(listener);
  }

  /** Forgets everything captured so far. */
  clear() {
    this.#then(async () => {
      this.#log = [];
      this.#notices = [];
      await this.#renew();
    });
  }

  /** @param {number} index @param {(news: News) => void} reply */
  open(index, reply) {
    this.#then(async () => {
      const detail = this.#ask((core) => core.exchange(index), undefined);
      reply({ type: 'detail', generation: this.#generation, index, detail });
    });
  }

  /** @param {{ ask: number, secret: string }} wish @param {(news: News) => void} reply */
  reveal({ ask, secret }, reply) {
    this.#then(async () => reply({ type: 'revealed', ask, text: this.#ask((core) => core.reveal(secret), undefined) }));
  }

  /** @param {() => Promise<void>} task */
  #then(task) {
    this.#work = this.#work.then(task).catch((error) => console.error(error)).finally(() => this.#soon());
  }

  /** @param {Captured} captured */
  async #push(captured) {
    try {
      this.#core?.push(captured.entry, captured.text, captured.base64);
      this.#log.push(captured);
    } catch (error) {
      if (isPanic(error)) await this.#goOnWithout(captured);
      else this.#notices.push({ kind: 'unreadable', about: `${nameOf(captured)}: ${error instanceof Error ? error.message : error}` });
    }
  }

  /** The core broke on this exchange: a new one is told everything else. @param {Captured} captured */
  async #goOnWithout(captured) {
    this.#log = this.#log.filter((other) => other !== captured);
    this.#notices.push({ kind: 'panic', about: nameOf(captured) });
    await this.#renew();
  }

  async #renew() {
    this.#generation += 1;
    this.#told = 0;
    this.#core = await newCore(this.#browser);
    const log = this.#log;
    this.#log = [];
    for (const captured of log) await this.#push(captured);
  }

  /**
   * What the core answers; `otherwise` where it cannot.
   * @template T
   * @param {(core: import('../wasm/why401.js').Core) => T} question
   * @param {T} otherwise
   * @returns {T}
   */
  #ask(question, otherwise) {
    try {
      return this.#core ? question(this.#core) : otherwise;
    } catch (error) {
      console.error(error);
      return otherwise;
    }
  }

  #soon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work = this.#work.then(() => this.#tell()).catch((error) => console.error(error));
    }, PACE);
  }

  async #tell() {
    if (this.#listeners.size === 0) return;
    const news = await this.#news(this.#told);
    this.#told = this.#log.length;
    for (const listener of this.#listeners) news.forEach(listener);
  }

  /** @param {(news: News) => void} listener */
  async #tellEverything(listener) {
    (await this.#news(0)).forEach(listener);
  }

  /** @param {number} from @returns {Promise<News[]>} */
  async #news(from) {
    try {
      const core = this.#core;
      if (!core) return [];
      const generation = this.#generation;
      return [
        { type: 'rows', generation, from, rows: core.rows(from) },
        { type: 'state', generation, diagnosis: core.diagnosis(), notices: this.#notices, count: this.#log.length },
      ];
    } catch (error) {
      const latest = this.#log.at(-1);
      if (!isPanic(error) || !latest) throw error;
      await this.#goOnWithout(latest);
      return this.#news(0);
    }
  }
}

/** @param {Captured} captured */
const nameOf = ({ entry }) => `${entry.request.method} ${entry.request.url.split(/[?#]/, 1)[0]}`;

/** A plain copy, without the content that is kept apart or not at all. @param {FinishedRequest} request @returns {FinishedRequest} */
function withoutContent(request) {
  const entry = JSON.parse(JSON.stringify(request));
  if (entry.response?.content) delete entry.response.content.text;
  if (entry._initiator) delete entry._initiator.stack;
  return entry;
}
