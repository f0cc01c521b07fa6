// Starts the core's worker. The address of a worker is where Trusted Types look; the one policy here knows one address.

import { loaded } from '../shared/loading.js';

const WORKER = new URL('worker.js', import.meta.url).href;
const { trustedTypes } = /** @type {{ trustedTypes?: { createPolicy: Function } }} */ (/** @type {unknown} */ (globalThis));
/** @type {{ createScriptURL: (url: string) => any }} */
const policy = trustedTypes?.createPolicy('why401-core', { createScriptURL: () => WORKER }) ?? { createScriptURL: () => WORKER };

const newWorker = () => new Worker(policy.createScriptURL(WORKER), { type: 'module' });
/** A worker that nobody uses yet. @type {Worker | undefined} */
let waiting;

/** Begins what takes longest, before it is known what for: the core is fetched and compiled, and a worker fetches its scripts. */
export function prepareCore() {
  waiting = newWorker();
  // Whoever starts the core hears of it.
  loaded().catch(() => undefined);
}

/**
 * @param {'chrome' | 'firefox'} browser whose rules a live session follows
 * @param {(said: import('../shared/protocol.d.ts').FromWorker) => void} hear
 * @returns {{ tell: (what: import('../shared/protocol.d.ts').ToWorker) => void, end: () => void }}
 */
export function startCore(browser, hear) {
  const worker = waiting ?? newWorker();
  waiting = undefined;
  worker.onmessage = ({ data }) => hear(data);
  // By this mark profiles and the benchmarks tell when the core is ready.
  worker.addEventListener('message', () => performance.mark('why401-core'), { once: true });
  const send = (/** @type {import('../shared/protocol.d.ts').ToWorker} */ what) => worker.postMessage(what);
  const begun = loaded().then((given) => send({ type: 'begin', browser, loaded: given }));
  const tell = (/** @type {import('../shared/protocol.d.ts').ToWorker} */ what) => void begun.then(() => send(what));
  return { tell, end: () => worker.terminate() };
}
