// One exchange, opened.

import { button, element } from '../shared/dom.js';
import { message } from '../shared/platform.js';

/** @typedef {import('../shared/types').Detail} Detail */
/** @typedef {import('../shared/types').Part} Part */
/** @typedef {import('../shared/types').Wish} Wish */

/** A revealed secret stays in clear for this long, in milliseconds. */
const REVEALED = 10_000;

export class DetailView {
  #place;
  #wish;
  #closed;
  /** Masks that wait for their clear text. @type {Map<number, HTMLButtonElement>} */
  #asked = new Map();
  #asks = 0;

  /**
   * @param {HTMLElement} place
   * @param {(wish: Wish) => void} wish asks the hidden page
   * @param {() => void} closed
   */
  constructor(place, wish, closed) {
    this.#place = place;
    this.#wish = wish;
    this.#closed = closed;
  }

  /** @param {Detail | undefined} detail */
  show(detail) {
    this.#asked.clear();
    this.#place.hidden = !detail;
    if (!detail) return;
    const { index, method, url, status, status_text, error, started, duration, kind } = detail;
    const facts = [`#${index}`, kind, new Date(started).toISOString().slice(11, 23), `${duration} ms`, error].filter(Boolean).join(' · ');
    this.#place.replaceChildren(
      element('header', { class: 'detail-head' },
        element('span', { class: `status status-${Math.floor(status / 100)}` }, status ? `${status} ${status_text}`.trim() : message('noResponse')),
        element('span', { class: 'method' }, method),
        element('span', { class: 'url' }, ...url.map((part) => this.#part(part, index))),
        button('×', () => this.close(), { class: 'close', 'aria-label': message('close'), title: message('close') })),
      element('p', { class: 'facts' }, facts),
      ...detail.not_observable.map((says) => element('p', { class: 'unseen' }, says)),
      ...detail.sections.map(({ title, lines }) => element('section', {},
        element('h3', {}, title),
        element('dl', {}, ...lines.map(({ name, value, level, note }) => element('div', { class: 'line', 'data-level': level },
          name ? element('dt', {}, name) : null,
          element('dd', {}, ...value.map((part) => this.#part(part, index)), note ? element('span', { class: 'note' }, note) : null)))))));
    this.#place.scrollTop = 0;
  }

  close() {
    if (this.#place.hidden) return;
    this.#place.hidden = true;
    this.#closed();
  }

  /** @param {number} ask @param {string | undefined} text */
  reveal(ask, text) {
    const mask = this.#asked.get(ask);
    if (!mask || text === undefined) return;
    const masked = mask.textContent;
    mask.textContent = text;
    mask.classList.add('revealed');
    setTimeout(() => {
      mask.textContent = masked;
      mask.classList.remove('revealed');
    }, REVEALED);
  }

  /** @param {Part} part @param {number} index */
  #part({ text, secret }, index) {
    if (!secret) return text;
    const mask = button(text, () => {
      this.#asks += 1;
      this.#asked.set(this.#asks, mask);
      this.#wish({ type: 'reveal', ask: this.#asks, index, secret });
    }, { class: 'secret', title: message('reveal') });
    return mask;
  }
}
