// What is known of a cause, whatever was captured.

import { message } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';
import { copyButton } from './parts.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').Explanation} Explanation */

/** @param {Explanation} page @param {State} state @param {Acts} acts */
export const explanation = ({ id, title, side, paragraphs, example, recognised, remedies, references }, { copied }, acts) => h('article.explanation', { key: id, 'data-explains': id },
  h('p', {}, h('button#back', { type: 'button', on: { click: acts.closeExplanation } }, message('backToLogin'))),
  h('h1', {}, title),
  h('p.marks', {}, h('span.mark.mark-side', { title: message('sideTip') }, message(`side_${side.replace('-', '_')}`)), ' ', h('code', {}, id)),
  ...paragraphs.map((paragraph) => h('p', {}, ...withCode(paragraph))),
  h('h2', {}, message('recognised')), h('p', {}, ...withCode(recognised)),
  h('h2', {}, message('remedies')),
  h('dl.advice', {}, ...remedies.flatMap((remedy) => [h('dt', {}, message(`audience_${remedy.for}`)),
    h('dd', {}, h('p', {}, remedy.step), h('p.confirm', {}, h('strong', {}, message('confirm')), ' ', remedy.confirm))])),
  h('h2', {}, message('example')), h('p', {}, message('exampleTip')),
  h('pre', { tabindex: '0' }, example), copyButton(example, copied, acts),
  h('h2', {}, message('rules')), h('ul', {}, ...references.map(({ title: name, url }) => h('li', {}, h('a', { href: url, target: '_blank', rel: 'noreferrer' }, name)))));

/** Text in which backquotes mark code. @param {string} text */
const withCode = (text) => text.split('`').map((part, at) => (at % 2 ? h('code', {}, part) : part));
