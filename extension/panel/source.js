// Where a panel's news comes from: the hidden page of its tab, or a worker of its own that reads a file. All are asked
// the same questions.

import { startCore } from '../core/start.js';
import { nameOfConnection } from '../shared/connection.js';
import { api, browserName } from '../shared/platform.js';

/** @typedef {import('../shared/protocol.d.ts').Question} Question */
/** @typedef {import('../shared/protocol.d.ts').Questions} Questions */
/** @typedef {import('../shared/protocol.d.ts').News} News */

/**
 * @typedef {(read: number) => void} Progress hears how many bytes of a file were read
 *
 * @typedef {object} Source
 * @property {<K extends keyof Questions>(question: Extract<Question, { type: K }>, progress?: Progress) => Promise<Questions[K]['answer']>} ask
 * @property {() => void} cancel ends the reading of a second capture
 * @property {() => void} clear
 * @property {() => void} reload
 * @property {() => void} restore shows what was captured before DevTools was closed
 * @property {() => void} forget
 * @property {(hosts: string) => void} ignore
 * @property {() => void} end
 */

/** Questions under way, each answered by its number. */
class Asked {
  #count = 0;
  /** @type {Map<number, { send: (ask: number) => void, progress: Progress | undefined, resolve: (answer: any) => void }>} */
  #waiting = new Map();

  /** @param {(ask: number) => void} send @param {Progress} [progress] @returns {Promise<any>} */
  ask(send, progress) {
    this.#count += 1;
    const ask = this.#count;
    return new Promise((resolve) => {
      this.#waiting.set(ask, { send, progress, resolve });
      send(ask);
    });
  }

  /** @param {number} ask @param {unknown} answer */
  answer(ask, answer) {
    this.#waiting.get(ask)?.resolve(answer);
    this.#waiting.delete(ask);
  }

  /** @param {number} ask @param {number} read */
  progress(ask, read) {
    this.#waiting.get(ask)?.progress?.(read);
  }

  /** Asks once more what nobody answered. */
  again() {
    this.#waiting.forEach(({ send }, ask) => send(ask));
  }
}

/** What only a page that is captured has. */
const IDLE = { cancel: () => {}, clear: () => {}, reload: () => {}, restore: () => {}, forget: () => {}, ignore: () => {}, end: () => {} };

/** A hidden page that is gone is tried again this often before the panel says so. */
const TRIES = 20;

/**
 * @param {(news: News) => void} hear
 * @param {(isThere: boolean) => void} there told when the hidden page goes and comes
 * @returns {Source}
 */
export function live(hear, there) {
  const asked = new Asked();
  /** @type {chrome.runtime.Port | undefined} */
  let port;
  /** What was wished while nobody was there to hear it; questions wait for their answers anyway. @type {import('../shared/protocol.d.ts').Wish[]} */
  let kept = [];
  let failed = 0;
  let isEnded = false;
  const send = (/** @type {import('../shared/protocol.d.ts').Wish} */ wish) => {
    if (port) port.postMessage(wish);
    else if (wish.type !== 'ask') kept.push(wish);
  };
  /** A port carries no files. @type {BroadcastChannel | undefined} */
  let files;
  const sendFile = (/** @type {import('../shared/protocol.d.ts').FileWish} */ wish) => {
    if (!files) {
      files = new BroadcastChannel(nameOfConnection);
      files.onmessage = ({ data }) => (data.type === 'progress' ? asked.progress(data.ask, data.read) : asked.answer(data.ask, data.answer));
    }
    files.postMessage(wish);
  };
  /** The number of the question that brought the second capture. */
  let reading = 0;
  let awaitsEverything = false;
  const everything = async () => {
    if (awaitsEverything) return;
    awaitsEverything = true;
    /** @type {News | undefined} */
    const news = await asked.ask((ask) => send({ type: 'ask', ask, question: { type: 'everything' } }));
    awaitsEverything = false;
    if (news) hear(news);
  };
  const open = () => {
    const opened = api.runtime.connect({ name: nameOfConnection });
    port = opened;
    opened.onMessage.addListener((/** @type {import('../shared/protocol.d.ts').Heard} */ heard) => {
      failed = 0;
      there(true);
      if (heard.type === 'news') hear(heard);
      else if (heard.type === 'answer') asked.answer(heard.ask, heard.answer);
    });
    opened.onDisconnect.addListener(() => {
      if (isEnded) return;
      port = undefined;
      failed += 1;
      if (failed > TRIES) there(false);
      setTimeout(() => { if (!isEnded) open(); }, failed > TRIES ? 1000 : 100);
    });
    asked.again();
    void everything();
    kept.splice(0).forEach(send);
  };
  open();
  return {
    ask: (question, progress) => asked.ask((ask) => {
      if (question.type !== 'second') return send({ type: 'ask', ask, question });
      reading = ask;
      sendFile({ type: 'ask', ask, question });
    }, progress),
    cancel: () => {
      // By the way of the file that it ends the reading of: by the other it might come first, or much later.
      files?.postMessage({ type: 'cancel' });
      // Nor is it asked for again when the hidden page comes back.
      asked.answer(reading, undefined);
    },
    clear: () => send({ type: 'clear' }),
    reload: () => send({ type: 'reload' }),
    restore: () => send({ type: 'restore' }),
    forget: () => send({ type: 'forget' }),
    // The hidden page hears of it itself.
    ignore: () => {},
    end: () => {
      isEnded = true;
      port?.disconnect();
      files?.close();
    },
  };
}

/**
 * @param {Blob} file
 * @param {string} hosts that are left out
 * @param {(news: News) => void} hear
 * @param {(state: { read: number } | import('../shared/protocol.d.ts').Refused) => void} progress
 * @returns {Source}
 */
export function opened(file, hosts, hear, progress) {
  const asked = new Asked();
  const core = startCore(browserName, (said) => {
    if (said.type === 'news') hear(said);
    else if (said.type === 'answer') asked.answer(said.ask, said.answer);
    else if (said.type === 'refused') progress(said);
    else if (said.ask === undefined) progress({ read: said.read });
    else asked.progress(said.ask, said.read);
  });
  core.tell({ type: 'ignore', hosts });
  core.tell({ type: 'open', file, now: Date.now() });
  return {
    ask: (question, progress) => asked.ask((ask) => core.tell({ type: 'ask', ask, question }), progress),
    ...IDLE,
    cancel: () => core.tell({ type: 'cancel' }),
    ignore: (hosts) => core.tell({ type: 'ignore', hosts }),
    end: core.end,
  };
}

/** Nothing to ask, until a file is opened. @returns {Source} */
export const none = () => ({ ...IDLE, ask: async () => /** @type {any} */ (undefined) });
