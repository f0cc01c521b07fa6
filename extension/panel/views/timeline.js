// The login as a picture, as the core draws it; every arrow opens its exchange.

import { message } from '../../shared/locale.js';
import { h, memo } from '../../shared/dom.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').Node} Node */

const NAMES = ['g', 'line', 'path', 'rect', 'text'];

export const timeline = memo((/** @type {State['picture']} */ picture, /** @type {number | undefined} */ selected, /** @type {number} */ zoom, /** @type {Acts} */ acts) => {
  if (!picture) return h('p.empty', {}, message('starting'));
  const { drawing, timeline: { steps, left_out: leftOut } } = picture;
  if (steps.length === 0) return h('p.empty', {}, message('noSteps'));
  const says = new Map(steps.map((step) => [step.exchange, step.says]));
  return h('div.timeline-view', {},
    h('div.zoom', { role: 'group', 'aria-label': message('zoom') },
      h('button', { type: 'button', 'aria-label': message('zoomOut'), on: { click: () => acts.zoom(zoom / 1.25) } }, '−'),
      h('button', { type: 'button', 'aria-label': message('zoomIn'), on: { click: () => acts.zoom(zoom * 1.25) } }, '+'),
      leftOut ? h('span.left-out', {}, message('leftOut', leftOut)) : null),
    h('div.scroll', {}, h('svg', { class: 'timeline', role: 'group', 'aria-label': message('tab_timeline'), viewBox: `0 0 ${drawing.width} ${drawing.height}`,
      width: drawing.width * zoom, height: drawing.height * zoom }, ...drawing.nodes.map((node) => drawn(node, selected, says, acts)))));
});

/** @param {Node} node @param {number | undefined} selected @param {Map<number, string>} says @param {Acts} acts @returns {import('../../shared/dom.js').VNode} */
function drawn({ name, attributes, text, children, exchange }, selected, says, acts) {
  const own = Object.fromEntries(attributes);
  if (exchange === null) return h(NAMES.includes(name) ? name : 'g', own, text || null, ...children.map((child) => drawn(child, selected, says, acts)));
  const [hit, ...rest] = children;
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    acts.open(exchange);
  };
  return h('g', { ...own, key: `step ${exchange}`, class: `${own.class}${exchange === selected ? ' selected' : ''}`, on: { click: () => acts.open(exchange) } },
    h('rect', { ...Object.fromEntries(hit?.attributes ?? []), role: 'button', tabindex: '0', 'aria-label': says.get(exchange) ?? '', on: { keydown: key } }),
    ...rest.map((child) => drawn(child, selected, says, acts)));
}
