// Joins the hidden page and its panel. Every tab's pages hear every connection, so its name says
// which tab it is for.

import { api } from './platform.js';

/** @typedef {import('./types').News} News */
/** @typedef {import('./types').Wish} Wish */

const name = `why401:${api.devtools.inspectedWindow.tabId}`;

/** Answers panels. @param {import('../devtools/investigation.js').Investigation} investigation */
export function serve(investigation) {
  api.runtime.onConnect.addListener((port) => {
    if (port.name !== name) return;
    const tell = (/** @type {News} */ news) => port.postMessage(news);
    const end = investigation.subscribe(tell);
    port.onDisconnect.addListener(end);
    port.onMessage.addListener((/** @type {Wish} */ wish) => {
      if (wish.type === 'open') investigation.open(wish.index, tell);
      else if (wish.type === 'reveal') investigation.reveal(wish, tell);
      else if (wish.type === 'clear') investigation.clear();
      else if (wish.type === 'reload') api.devtools.inspectedWindow.reload({});
    });
  });
}

/**
 * Connects a panel to its hidden page, again whenever the connection breaks.
 * @param {(news: News) => void} hear
 * @returns {(wish: Wish) => void}
 */
export function connect(hear) {
  /** @type {chrome.runtime.Port} */
  let port;
  const open = () => {
    port = api.runtime.connect({ name });
    port.onMessage.addListener(hear);
    port.onDisconnect.addListener(() => setTimeout(open, 100));
  };
  open();
  return (wish) => port.postMessage(wish);
}
