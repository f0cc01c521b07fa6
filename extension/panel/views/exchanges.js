// The list of exchanges. Only the rows in sight are in the page, so that it stays smooth however many there are.

import { message } from '../../shared/locale.js';
import { showInNetwork } from '../../shared/platform.js';
import { h } from '../../shared/dom.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../store.js').Column} Column */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').Row} Row */

/** Height of a row in CSS pixels; `panel.css` has the same. */
export const HEIGHT = 22;
/** Rows drawn beyond both ends of what is in sight. */
const MARGIN = 10;
/** @type {Column[]} */
const COLUMNS = ['number', 'status', 'method', 'path', 'host', 'kind', 'duration'];

/** How wide a column is until somebody drags it. @type {Record<Column, string>} */
const WIDTHS = { number: '40px', status: '52px', method: '58px', path: 'minmax(90px, 3fr)', host: 'minmax(60px, 2fr)', kind: '72px', duration: '60px' };

/** @param {State} state @param {Acts} acts */
export function exchanges(state, acts) {
  const { passing, rows, window: { top, height }, sort, selected } = state;
  const first = Math.max(0, Math.min(Math.floor(top / HEIGHT) - MARGIN, passing.length));
  const visible = passing.slice(first, first + Math.ceil(height / HEIGHT) + 2 * MARGIN);
  const isSeen = visible.some((position) => rows[position]?.number === selected);
  return h('div#exchanges', { role: 'grid', tabindex: '0', 'aria-label': message('exchanges'), 'aria-rowcount': passing.length + 1, 'aria-colcount': COLUMNS.length,
    style: { '--columns': COLUMNS.map((column) => (state.widths.has(column) ? `${state.widths.get(column)}px` : WIDTHS[column])).join(' ') },
    ...(isSeen ? { 'aria-activedescendant': `row-${selected}` } : {}),
    on: { scroll: acts.scrolled, keydown: acts.listKey, contextmenu: acts.menu }, hook: { insert: ({ elm }) => acts.listThere(/** @type {HTMLElement} */ (elm)) } },
    h('div.row.header', { role: 'row', 'aria-rowindex': '1' }, ...COLUMNS.map((column) => h(`div.cell.${column}`, { role: 'columnheader', 'data-column': column,
      'aria-sort': sort.column === column ? (sort.descending ? 'descending' : 'ascending') : 'none' },
      h('button', { type: 'button', tabindex: sort.column === column ? '0' : '-1', on: { click: () => acts.sort(column) } }, message(`column_${column}`)),
      h('span.grip', { 'aria-hidden': 'true', on: { pointerdown: acts.beginResize } })))),
    h('div.rows', { role: 'rowgroup', style: { height: `${passing.length * HEIGHT}px` } },
      ...visible.flatMap((position, at) => {
        const row = rows[position];
        return row ? [line(row, first + at, state, acts)] : [];
      })),
    passing.length ? null : h('p.empty', {}, message(state.count ? 'nothingPasses' : 'nothingYet')));
}

/** @param {Row} row @param {number} at @param {State} state @param {Acts} acts */
function line(row, at, { failing, selected }, acts) {
  const look = failing.has(row.number) ? 'failing' : row.notable ? 'notable' : 'plain';
  const cell = (/** @type {Column} */ column, /** @type {string} */ text, className = '') => h(`div.cell.${column}`, { role: 'gridcell', ...(className ? { class: `cell ${column} ${className}` } : {}) }, h('bdi', {}, text));
  return h('div.row', { key: row.number, role: 'row', id: `row-${row.number}`, 'aria-rowindex': at + 2, 'data-index': row.number, 'data-state': look, 'aria-selected': String(row.number === selected), title: row.url,
    style: { top: `${at * HEIGHT}px` }, on: { click: () => acts.open(row.number) } },
    cell('number', String(row.number)),
    cell('status', row.status ? String(row.status) : '–', `status-${Math.floor(row.status / 100)}`),
    cell('method', row.method),
    cell('path', row.path),
    cell('host', row.error ? `${row.host} · ${row.error}` : row.host),
    cell('kind', row.kind),
    cell('duration', `${row.duration} ms`));
}

/** @param {State} state @param {Acts} acts */
export function menu({ menu: open, rows, file, settings }, acts) {
  if (!open) return null;
  const row = rows.find(({ number }) => number === open.number);
  if (!row) return null;
  const item = (/** @type {string} */ name, /** @type {() => void} */ press) => h('button', { type: 'button', role: 'menuitem', on: { click: () => { acts.closeMenu(); press(); } } }, message(name));
  return h('div.menu', { role: 'menu', 'aria-label': message('rowMenu'), style: { left: `${open.x}px`, top: `${open.y}px` }, on: { keydown: acts.menuKey },
    hook: { insert: ({ elm }) => /** @type {HTMLElement} */ (elm?.firstChild)?.focus() } },
    item('menuOpen', () => acts.open(row.number)),
    item('menuCopyUrl', () => acts.copy(row.url)),
    item('menuCopyCurl', () => acts.copyCurl(row.number)),
    // There nothing is masked.
    showInNetwork && !file && !settings.presenter ? item('menuNetwork', () => showInNetwork?.(row.url)) : null,
    item('menuHost', () => acts.setFilter(`host:${row.host}`)),
    item('menuCookies', () => acts.cookiesAt(row.number)));
}
