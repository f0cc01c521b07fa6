// The list of exchanges. Only the rows in sight are in the page, so that it stays smooth however
// many there are.

import { element } from '../shared/dom.js';

/** @typedef {import('../shared/types').Row} Row */

/** Height of a row in CSS pixels; `panel.css` has the same. */
const HEIGHT = 21;
/** Rows drawn beyond both ends of what is in sight. */
const MARGIN = 8;

export class ExchangesView {
  #list;
  #window;
  #open;
  /** @type {Row[]} */
  #rows = [];
  /** Positions in `#rows` of those that pass the filter. @type {number[]} */
  #passing = [];
  #text = '';
  #authOnly = true;
  /** @type {number | undefined} */
  #selected;
  /** @type {Set<number>} */
  #failing = new Set();

  /** @param {HTMLElement} list @param {(index: number) => void} open opens an exchange */
  constructor(list, open) {
    this.#list = list;
    this.#window = /** @type {HTMLElement} */ (list.querySelector('.rows'));
    this.#open = open;
    list.addEventListener('scroll', () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(list);
    list.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest('[data-index]') : null;
      if (row instanceof HTMLElement) open(Number(row.dataset.index));
    });
    list.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown') this.move(1);
      else if (event.key === 'ArrowUp') this.move(-1);
      else if (event.key === 'Enter' && this.#selected !== undefined) open(this.#selected);
      else return;
      event.preventDefault();
    });
  }

  /** How many rows pass the filter. */
  get shown() {
    return this.#passing.length;
  }

  /** How many rows there are. */
  get total() {
    return this.#rows.length;
  }

  /** @param {number} from @param {Row[]} rows */
  add(from, rows) {
    rows.forEach((row, at) => {
      this.#rows[from + at] = row;
    });
    if (from < this.#rows.length - rows.length) this.#refilter();
    else rows.forEach((row) => this.#passes(row) && this.#keep(row.index));
    this.#draw();
  }

  /** @param {number} index */
  #keep(index) {
    if (this.#passing.at(-1) !== index) this.#passing.push(index);
  }

  forget() {
    this.#rows = [];
    this.#selected = undefined;
    this.#refilter();
  }

  /** Marks the exchanges in which a login failed. @param {import('../shared/types').Diagnosis} diagnosis */
  mark({ failures }) {
    this.#failing = new Set(failures.filter(({ recovered_by }) => recovered_by === null).flatMap(({ exchanges }) => exchanges));
    this.#draw();
  }

  /** @param {string} text @param {boolean} authOnly */
  filter(text, authOnly) {
    this.#text = text.trim().toLowerCase();
    this.#authOnly = authOnly;
    this.#refilter();
  }

  /** @param {number | undefined} index */
  select(index) {
    this.#selected = index;
    const at = index === undefined ? -1 : this.#passing.indexOf(index);
    if (at >= 0) {
      const { scrollTop, clientHeight } = this.#list;
      if (at * HEIGHT < scrollTop) this.#list.scrollTop = at * HEIGHT;
      else if ((at + 1) * HEIGHT > scrollTop + clientHeight) this.#list.scrollTop = (at + 1) * HEIGHT - clientHeight;
    }
    this.#draw();
  }

  /** Opens the row before or after the selected one. @param {number} step */
  move(step) {
    const at = this.#selected === undefined ? -1 : this.#passing.indexOf(this.#selected);
    const next = this.#passing[at < 0 && step < 0 ? 0 : Math.max(0, Math.min(this.#passing.length - 1, at + step))];
    if (next !== undefined) this.#open(next);
  }

  #refilter() {
    this.#passing = this.#rows.filter((row) => this.#passes(row)).map(({ index }) => index);
    this.#draw();
  }

  /** @param {Row} row */
  #passes(row) {
    if (this.#authOnly && !row.auth) return false;
    return !this.#text || `${row.method} ${row.status} ${row.url} ${row.kind} ${row.error ?? ''}`.toLowerCase().includes(this.#text);
  }

  #draw() {
    const first = Math.max(0, Math.floor(this.#list.scrollTop / HEIGHT) - MARGIN);
    const count = Math.ceil(this.#list.clientHeight / HEIGHT) + 2 * MARGIN;
    const visible = this.#passing.slice(first, first + count);
    this.#window.style.height = `${this.#passing.length * HEIGHT}px`;
    this.#window.style.paddingTop = `${first * HEIGHT}px`;
    this.#window.replaceChildren(...visible.flatMap((index) => this.#rows[index] ?? []).map((row) => this.#row(row)));
  }

  /** @param {Row} row */
  #row(row) {
    const state = this.#failing.has(row.index) ? 'failing' : row.notable ? 'notable' : 'plain';
    return element('div', { class: 'row', role: 'option', 'data-index': String(row.index), 'data-state': state, 'aria-selected': String(row.index === this.#selected), title: row.url },
      element('span', { class: 'number' }, String(row.index)),
      element('span', { class: `status status-${Math.floor(row.status / 100)}` }, row.status ? String(row.status) : '–'),
      element('span', { class: 'method' }, row.method),
      element('span', { class: 'path' }, row.path),
      element('span', { class: 'host' }, row.error ? `${row.host} · ${row.error}` : row.host),
      element('span', { class: 'kind' }, row.kind));
  }
}
