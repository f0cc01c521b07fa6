// Two logins side by side, one that works and one that fails: the first difference that matters on top.

import { message } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';
import { captured, place } from './parts.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').Compared} Compared */
/** @typedef {import('../../shared/shapes.d.ts').Parting} Parting */
/** @typedef {import('../../shared/shapes.d.ts').Taken} Taken */
/** @typedef {'working' | 'failing'} Which */

/** @param {State} state @param {Acts} acts */
export function compare({ comparing, count }, acts) {
  const { answer, second, refused, read } = comparing;
  return h('div.compare-view', {},
    h('div.compare-with', { role: 'group', 'aria-label': message('compareWhat') },
      h('button#compare-own.act', { type: 'button', 'aria-pressed': String(second === ''), on: { click: acts.compareOwn } }, message('compareOwn')),
      h('label.act', { class: second ? 'act pressed' : 'act' },
        h('input#second.offscreen', { type: 'file', on: { change: (event) => void acts.compareWith(taken(event.target)) } }),
        second ? h('span', {}, message('compareWith'), ' ', captured(second)) : message('compareFile')),
      second && answer ? h('button#turn.act', { type: 'button', on: { click: acts.turnComparison } }, message('compareTurn')) : null),
    refused ? h('p.refused', { role: 'alert' }, captured(refused)) : null,
    ...(read !== undefined ? [h('p.empty', {}, message('compareReading'), ' ', h('progress', { max: 1, props: { value: read }, 'aria-label': message('compareReading') }), ' ',
      h('button.act', { type: 'button', 'data-act': 'cancel', on: { click: acts.cancelComparison } }, message('cancel')))] : answer ? result(answer, acts)
      : [h('p.empty', {}, message(count && !second ? 'compareNone' : 'compareWhat'))]));
}

/** The file that was chosen; the same one can be chosen again. @param {HTMLInputElement} input */
function taken(input) {
  const [file] = input.files ?? [];
  input.value = '';
  return file;
}

/** @param {Compared} answer @param {Acts} acts */
function result({ own, comparison }, acts) {
  const { first, further, causes, disproved, pairs, aligned } = comparison;
  /** An exchange of the capture that is looked at can be opened. @param {Which} which @param {number} number */
  const where = (which, number) => (own === 'both' || own === which ? place(number, acts) : h('span.elsewhere', {}, `#${number}`));
  return [
    h('section.parting-first', { 'data-parts': String(first !== null) },
      h('h1.verdict-text', {}, ...(first ? [message('compareParts'), ' ', captured(first.what)] : [message('compareSame')])),
      first ? sides(first, where) : null,
      h('p.quiet', {}, message('compareAligned', aligned))),
    causes.length === 0 ? null : h('section.parting-causes', {}, h('h2', {}, message('chain')),
      h('ul', {}, ...causes.map(({ id, summary }) => h('li', { key: id, 'data-cause': id }, captured(summary), ' ',
        h('button.explain', { type: 'button', 'data-explain': id, on: { click: () => acts.explain(id) } }, message('explain')))))),
    disproved.length === 0 ? null : h('section', {}, h('h2', {}, message('compareDisproved')),
      h('ul', {}, ...disproved.map(({ id, title }) => h('li', { key: id, 'data-disproved': id }, title)))),
    further.length === 0 ? null : h('section', {}, h('h2', {}, message('compareFurther')),
      ...further.map((parting, at) => h('div.parting', {}, parting.what === further[at - 1]?.what ? null : h('h3', {}, captured(parting.what)), sides(parting, where)))),
    pairs.length === 0 ? null : h('section', {}, h('h2', {}, message('compareSteps')), h('table.pairs', {},
      h('thead', {}, h('tr', {}, ...['compareStep', 'compareWorks', 'compareFails'].map((name) => h('th', { scope: 'col' }, message(name))))),
      h('tbody', {}, ...pairs.map(({ what, working, failing, parts }) => h('tr', { 'data-state': parts ? 'notable' : 'plain' },
        h('th', { scope: 'row' }, captured(what), parts ? h('span.offscreen', {}, ` (${message('compareDiffers')})`) : null),
        h('td', {}, ...half('working', working, where)), h('td', {}, ...half('failing', failing, where))))))),
  ];
}

/** @typedef {(which: Which, number: number) => import('../../shared/dom.js').VNode} Where */

/** How each of the two goes. @param {Parting} parting @param {Where} where */
const sides = ({ working, failing, works, fails }, where) => h('dl.sides', {}, ...(/** @type {const} */ ([
  ['working', 'compareWorks', working, works], ['failing', 'compareFails', failing, fails],
])).map(([which, label, number, says]) => h('div', { 'data-side': which }, h('dt', {}, message(label)),
  h('dd', {}, number === null ? null : where(which, number), ' ', captured(says)))));

/** @param {Which} which @param {Taken | null} one @param {Where} where */
const half = (which, one, where) => (one ? [where(which, one.number), ` ${one.status || '–'}`] : ['–']);
