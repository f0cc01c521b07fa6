// Answers panels, which come and go whenever DevTools is docked elsewhere. Every tab's pages hear every connection, so
// its name says which tab it is for. Files come by a channel of the same name: ports carry none.

import { api } from '../shared/platform.js';
import { nameOfConnection } from '../shared/connection.js';

/** @typedef {import('../shared/protocol.d.ts').FromWorker} FromWorker */
/** @typedef {import('../shared/protocol.d.ts').Heard} Heard */
/** @typedef {import('../shared/protocol.d.ts').Wish} Wish */

/**
 * @param {ReturnType<typeof import('./keep.js').keeping>} core
 * @returns {(said: FromWorker) => void} passes on what the core's worker says
 */
export function serve(core) {
  /** @type {Set<chrome.runtime.Port>} */
  const panels = new Set();
  /** Who asked what, by the number that the worker knows it by. @type {Map<number, { answer: (heard: Heard) => void, ask: number }>} */
  const asked = new Map();
  let asks = 0;
  /** @param {Extract<Wish, { type: 'ask' }>} wish @param {(heard: Heard) => void} answer */
  const ask = (wish, answer) => {
    asks += 1;
    asked.set(asks, { answer, ask: wish.ask });
    core.tell({ type: 'ask', ask: asks, question: wish.question });
  };
  const say = (/** @type {chrome.runtime.Port} */ port, /** @type {Heard} */ what) => {
    if (panels.has(port)) port.postMessage(what);
  };
  const files = new BroadcastChannel(nameOfConnection);
  files.onmessage = ({ data }) => {
    const wish = /** @type {import('../shared/protocol.d.ts').FileWish} */ (data);
    if (wish.type === 'cancel') core.tell(wish);
    else ask(wish, (heard) => files.postMessage(heard));
  };
  api.runtime.onConnect.addListener((port) => {
    if (port.name !== nameOfConnection) return;
    panels.add(port);
    port.onDisconnect.addListener(() => panels.delete(port));
    port.onMessage.addListener((/** @type {Wish} */ wish) => {
      if (wish.type === 'ask') ask(wish, (heard) => say(port, heard));
      else if (wish.type === 'clear') core.tell({ type: 'clear' });
      else if (wish.type === 'restore') void core.restore();
      else if (wish.type === 'forget') core.forget();
      else navigateAnew();
    });
  });
  return (said) => {
    if (said.type === 'news') panels.forEach((port) => say(port, said));
    if (said.type === 'progress' && said.ask !== undefined) {
      const reader = asked.get(said.ask);
      reader?.answer({ ...said, ask: reader.ask });
    }
    if (said.type !== 'answer') return;
    const who = asked.get(said.ask);
    asked.delete(said.ask);
    who?.answer({ type: 'answer', ask: who.ask, answer: said.answer });
  };
}

/** Reloading the answer to a form would send the form again; going to its address does not. */
function navigateAnew() {
  api.devtools.inspectedWindow.eval('location.replace(location.href.split("#", 1)[0])');
}
