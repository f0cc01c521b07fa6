// Small parts that several views have.

import { message } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').Part} Part */

/** Captured text, kept from turning around what stands beside it. @param {string} text */
export const captured = (text) => h('bdi', {}, text);

/** @param {string} text @param {string} copied @param {Acts} acts */
export const copyButton = (text, copied, acts) =>
  h('button.copy', { type: 'button', on: { click: () => acts.copy(text) } }, message(copied === text ? 'copied' : 'copy'));

/**
 * @param {string} key @param {string} label @param {string} name @param {State} state @param {Acts} acts
 * @param {() => import('../../shared/dom.js').VNode | import('../../shared/dom.js').VNode[]} content made only when it is open
 * @param {import('../../shared/dom.js').VNode} [head] stands in the summary instead of the label
 */
export function fold(key, label, name, { unfolded }, acts, content, head) {
  const isOpen = unfolded.has(key);
  return h(`details.${name}`, { key, props: { open: isOpen }, on: { toggle: (event) => acts.fold(key, event.target.open) } },
    h('summary', {}, head ?? label), ...(isOpen ? [content()].flat() : []));
}

/** Text with masks in it: a press shows one, a second press or ten seconds hide it; where the user wants no masks, all are shown. @param {Part[]} parts @param {State} state @param {Acts} acts */
export const masked = (parts, { revealed, settings: { presenter } }, acts) => parts.map(({ text, secret }) => {
  if (!secret) return captured(text);
  if (presenter) return h('span.secret', {}, text);
  const clear = revealed.get(secret);
  return h('button.secret', { type: 'button', class: clear === undefined ? 'secret' : 'secret revealed', 'aria-pressed': String(clear !== undefined), title: message(clear === undefined ? 'reveal' : 'hide'),
    on: { click: () => acts.reveal(secret) } }, captured(clear ?? text));
});

/** A place in the capture, which opens it. @param {number} number @param {Acts} acts */
export const place = (number, acts) => h('button.place', { type: 'button', 'aria-label': message('openExchange', number), title: message('openExchange', number), on: { click: () => acts.open(number) } }, `#${number}`);
