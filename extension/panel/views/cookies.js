// The cookies at any moment of the session.

import { message } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';
import { captured, place } from './parts.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').CookieLife} CookieLife */

const COLUMNS = ['cookieName', 'cookieSite', 'cookieState', 'cookieNotStored', 'cookieSent', 'cookieNotSent'];

/** @param {State} state @param {Acts} acts */
export function cookies({ cookies: shown, moment, rows }, acts) {
  if (!shown) return h('p.empty', {}, message('starting'));
  const last = rows.at(-1)?.number ?? 0;
  const at = moment ?? last;
  return h('div.cookies-view', {},
    h('label.moment', {}, message('moment'), ' ', h('input#moment', { type: 'range', min: 0, max: last, step: 1, props: { value: String(at) }, 'aria-valuetext': message('openExchange', at), on: { input: (event) => acts.cookiesAt(Number(event.target.value)) } }),
      h('output', {}, moment === undefined ? message('now') : `#${moment}`),
      moment === undefined ? null : h('button', { type: 'button', on: { click: () => acts.cookiesAt(undefined) } }, message('now'))),
    h('p.counts', {}, message('cookieCounts', shown.cookies.length, shown.refused, shown.held_back)),
    shown.cookies.length === 0 ? h('p.empty', {}, message('noCookies')) : h('table', {},
      h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, message(name))))),
      h('tbody', {}, ...shown.cookies.map((life) => line(life, acts)))));
}

/** @param {CookieLife} life @param {Acts} acts */
function line(life, acts) {
  const number = (/** @type {number} */ exchange) => place(exchange, acts);
  const reasons = (/** @type {number} */ count, /** @type {readonly string[]} */ because, /** @type {readonly number[]} */ where = []) =>
    count ? [`${count}× `, ...because.map((one) => h('span.because', {}, one)), ...where.map(number)] : ['–'];
  /** @type {(import('../../shared/dom.js').Child)[][]} */
  const cells = [
    [captured(life.site)],
    [message(`cookieState_${(life.state || 'unknown').replace(' ', '_')}`), ' ', ...life.set_by.map(number), ...life.disagreements.map((says) => h('span.because', {}, captured(says)))],
    reasons(life.refused, life.refused_because),
    [life.sent ? `${life.sent}× ` : '–', life.last_sent === null ? null : number(life.last_sent)],
    reasons(life.held_back, life.held_back_because, life.held_back_from),
  ];
  return h('tr', { key: `${life.site} ${life.name}`, 'data-cookie': life.name, 'data-state': life.refused || life.held_back || life.disagreements.length ? 'notable' : 'plain' },
    h('th', { scope: 'row' }, captured(life.name)), ...cells.map((cell, at) => h('td', { 'data-label': message(COLUMNS[at + 1] ?? '') }, ...cell)));
}
