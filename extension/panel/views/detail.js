// One exchange, opened.

import { message, timeOf } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';
import { captured, masked } from './parts.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').Section} Section */
/** @typedef {import('../../shared/shapes.d.ts').Leaf} Leaf */

/** @type {Leaf[]} */
const LEAVES = ['login', 'request', 'response', 'cookies', 'tokens', 'timing', 'raw'];

/** @param {State} state @param {Acts} acts */
export function detail(state, acts) {
  const { detail: shown, selected } = state;
  if (selected === undefined || !shown) return null;
  const { number, method, url, status, status_text, error, started, duration, kind, sections } = shown;
  const leaves = LEAVES.filter((leaf) => sections.some((section) => section.leaf === leaf));
  const leaf = leaves.includes(state.leaf) ? state.leaf : leaves[0];
  return h('aside#detail', { key: 'detail', 'aria-label': message('detail') },
    h('header.detail-head', {},
      h('span.status', { class: `status status-${Math.floor(status / 100)}` }, status ? captured(`${status} ${status_text}`.trim()) : message('noResponse')),
      h('span.method', {}, method),
      h('span.url', {}, ...masked(url, state, acts)),
      h('button.close', { type: 'button', 'aria-label': message('close'), title: message('close'), on: { click: acts.close } }, '×')),
    h('p.facts', {}, captured([`#${number}`, kind, started === null ? '' : timeOf(started), `${duration} ms`, error].filter(Boolean).join(' · '))),
    ...shown.not_observable.map((says) => h('p.unseen', {}, says)),
    h('div.tabs.leaves', { role: 'tablist', 'aria-label': message('leaves'), on: { keydown: acts.nextLeaf } }, ...leaves.map((one) => h('button.tab', { key: one, type: 'button', role: 'tab', id: `leaf-${one}`, 'data-leaf': one,
      'aria-selected': String(one === leaf), tabindex: one === leaf ? '0' : '-1', 'aria-controls': 'leaf', on: { click: () => acts.leaf(one) } }, message(`leaf_${one}`)))),
    h('div.leaf', { key: `${number} ${leaf}`, id: 'leaf', role: 'tabpanel', tabindex: '0', 'aria-labelledby': `leaf-${leaf}` },
      ...sections.filter((section) => section.leaf === leaf).map((section) => h('section', {},
        h('h2', {}, section.title), validity(section),
        h('dl', {}, ...section.lines.map(({ name, value, level, note }) => h('div.line', { 'data-level': level },
          h('dt', {}, name ? captured(name) : h('span.offscreen', {}, message('content'))),
          h('dd', {}, ...masked(value, state, acts), note ? h('span.note', {}, captured(note)) : null))))))));
}

/** When a token was valid, and when it was asked for. @param {Section} section */
function validity({ validity: times }) {
  if (!times) return null;
  const { from, until, now_least: least, now_most: most } = times;
  const known = [from, until, least, most].flatMap((time) => time ?? []);
  const [begin, end] = [Math.min(...known), Math.max(...known)];
  const margin = Math.max(1000, (end - begin) * 0.08);
  const share = (/** @type {number} */ time) => `${(100 * (time - begin + margin)) / (end - begin + 2 * margin)}%`;
  const [left, right] = [from === null ? '0%' : share(from), until === null ? '100%' : share(until)];
  const isValid = (from === null || most >= from) && (until === null || least < until);
  const says = message(isValid ? 'validWhenAsked' : 'notValidWhenAsked', from === null ? '–' : timeOf(from), until === null ? '–' : timeOf(until), timeOf(least));
  return h('div.validity', { role: 'img', 'aria-label': says, title: says, 'data-valid': String(isValid) },
    h('span.valid', { style: { left, width: `calc(${right} - ${left})` } }),
    h('span.now', { style: { left: share(least), width: `max(2px, calc(${share(most)} - ${share(least)}))` } }),
    h('span.says', {}, says));
}
