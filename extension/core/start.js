// Starts the core's worker. The address of a worker is where Trusted Types look; the one policy here knows one address.

const WORKER = new URL('worker.js', import.meta.url).href;
const { trustedTypes } = /** @type {{ trustedTypes?: { createPolicy: Function } }} */ (/** @type {unknown} */ (globalThis));
/** @type {{ createScriptURL: (url: string) => any }} */
const policy = trustedTypes?.createPolicy('why401-core', { createScriptURL: () => WORKER }) ?? { createScriptURL: () => WORKER };

/**
 * @param {'chrome' | 'firefox'} browser whose rules a live session follows
 * @param {(said: import('../shared/protocol.d.ts').FromWorker) => void} hear
 * @returns {{ tell: (what: import('../shared/protocol.d.ts').ToWorker) => void, end: () => void }}
 */
export function startCore(browser, hear) {
  const worker = new Worker(policy.createScriptURL(WORKER), { type: 'module' });
  worker.onmessage = ({ data }) => hear(data);
  const tell = (/** @type {import('../shared/protocol.d.ts').ToWorker} */ what) => worker.postMessage(what);
  tell({ type: 'begin', browser });
  return { tell, end: () => worker.terminate() };
}
