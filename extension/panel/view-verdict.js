// The verdict and the failed logins below it, each with its causes.

import { button, copyButton, element } from '../shared/dom.js';
import { message } from '../shared/platform.js';

/** @typedef {import('../shared/types').Diagnosis} Diagnosis */
/** @typedef {import('../shared/types').Failure} Failure */
/** @typedef {import('../shared/types').Cause} Cause */
/** @typedef {import('../shared/types').Audience} Audience */

/** @type {Audience[]} */
const AUDIENCES = ['user', 'developer', 'administrator'];

export class VerdictView {
  #verdict;
  #failures;
  #open;
  #shown = '';
  /** Whose advice is on top, chosen once for all causes. @type {Audience} */
  #audience = 'user';
  /** Keys of what the reader has unfolded, so that news does not fold it again. @type {Set<string>} */
  #unfolded = new Set();

  /**
   * @param {HTMLElement} verdict
   * @param {HTMLElement} failures
   * @param {(index: number) => void} open opens an exchange
   */
  constructor(verdict, failures, open) {
    this.#verdict = verdict;
    this.#failures = failures;
    this.#open = open;
  }

  /** @param {Diagnosis} diagnosis */
  show(diagnosis) {
    const text = JSON.stringify(diagnosis);
    if (text === this.#shown) return;
    this.#shown = text;
    const { verdict, failures, audit, checked } = diagnosis;
    const open = failures.filter(({ recovered_by }) => recovered_by === null);
    const [sentence, note] = sentences(verdict, open, failures.length - open.length, checked.length);
    this.#verdict.dataset.verdict = verdict;
    this.#write('.verdict-text', sentence);
    this.#write('.verdict-note', note);
    // What is still failing stands before what was repaired.
    const ordered = [...open, ...failures.filter((failure) => !open.includes(failure))];
    const cards = ordered.map((failure) => this.#failure(failure));
    if (audit.length) cards.push(this.#fold('audit', message('risks', audit.length), 'risks', audit.map((risk) => this.#cause(risk, 'audit', []))));
    if (verdict === 'healthy') cards.push(this.#checked(checked));
    this.#failures.replaceChildren(...cards);
  }

  /** @param {string} selector @param {string} text */
  #write(selector, text) {
    const node = this.#verdict.querySelector(selector);
    if (node) node.textContent = text;
  }

  /** @param {Failure} failure */
  #failure(failure) {
    const [root, ...further] = failure.causes;
    const chain = root ? further.filter(({ id }) => root.leads_to.includes(id)) : [];
    const others = further.filter((cause) => !chain.includes(cause));
    const recovered = failure.recovered_by;
    return element('article', { class: recovered === null ? 'failure' : 'failure recovered' },
      element('header', { class: 'failure-head' },
        element('span', { class: `status status-${Math.floor(failure.status / 100)}` }, failure.status ? String(failure.status) : '–'),
        element('span', { class: 'what', title: failure.origin }, failure.what),
        element('span', { class: 'places' }, ...failure.exchanges.slice(0, 12).map((index) => this.#place(index)))),
      recovered === null ? null : element('p', { class: 'recovery' }, message('recovered'), ' ', this.#place(recovered)),
      root ? this.#cause(root, `${failure.exchanges[0]}`, chain) : element('p', { class: 'cause-summary' }, message('unexplained')),
      element('p', { class: 'identity' }, failure.identity_or_permission),
      others.length ? this.#fold(`further ${failure.exchanges[0]}`, message('further', others.length), 'further', others.map((cause) => this.#cause(cause, `${failure.exchanges[0]}`, []))) : null,
      this.#handles(failure));
  }

  /** @param {Cause} cause @param {string} of what it is listed under @param {Cause[]} chain */
  #cause(cause, of, chain) {
    return element('section', { class: 'cause', 'data-cause': cause.id },
      element('h2', {}, cause.title,
        element('span', { class: 'mark mark-side', 'data-side': cause.side, title: message('sideTip') }, message(`side_${cause.side.replace('-', '_')}`)),
        element('span', { class: 'mark mark-certainty', 'data-certainty': cause.certainty, title: message(`certaintyTip_${cause.certainty}`) }, message(`certainty_${cause.certainty}`))),
      element('p', { class: 'cause-summary' }, cause.summary),
      element('ul', { class: 'evidence' }, ...cause.evidence.map(({ exchange, name, quote, says }) =>
        element('li', {}, this.#place(exchange), element('span', { class: 'says' }, says),
          quote ? element('code', {}, name ? `${name}: ${quote}` : quote) : null))),
      chain.length ? element('ol', { class: 'chain', 'aria-label': message('chain') }, ...chain.map(({ id, title, summary }) =>
        element('li', { 'data-cause-id': id, title: summary }, element('strong', {}, title), ' ', summary))) : null,
      ...[...cause.against.map((text) => [message('against'), text]), ...cause.not_observable.map((text) => [message('notObservable'), text]),
        ...(cause.next_observation ? [[message('next'), cause.next_observation]] : [])].map(([label, text]) =>
        element('p', { class: 'aside' }, element('strong', {}, label ?? ''), ' ', text ?? '')),
      this.#remedies(cause, `${of}-${cause.id}`),
      element('p', { class: 'references' }, ...cause.references.map(({ title, url }) => element('a', { href: url, target: '_blank', rel: 'noreferrer' }, title))));
  }

  /** @param {Cause} cause @param {string} key */
  #remedies(cause, key) {
    const panels = new Map(AUDIENCES.map((audience) => [audience,
      element('div', { role: 'tabpanel', class: 'remedies-panel', id: `panel-${key}-${audience}` }, ...cause.remedies.filter((remedy) => remedy.for === audience).map((remedy) =>
        element('div', { class: 'remedy' }, element('p', {}, remedy.step),
          element('p', { class: 'confirm' }, element('strong', {}, message('confirm')), ' ', remedy.confirm),
          remedy.counterfactual ? element('p', { class: 'confirm' }, element('strong', {}, message('then')), ' ', remedy.counterfactual) : null,
          copyButton(message('copy'), message('copied'), `${remedy.step}\n${message('confirm')} ${remedy.confirm}`))))]));
    const tabs = new Map(AUDIENCES.map((audience) => [audience,
      button(message(`audience_${audience}`), () => choose(audience), { role: 'tab', 'data-for': audience, 'aria-controls': `panel-${key}-${audience}` })]));
    const choose = (/** @type {Audience} */ chosen) => {
      this.#audience = chosen;
      for (const audience of AUDIENCES) {
        tabs.get(audience)?.setAttribute('aria-selected', String(audience === chosen));
        tabs.get(audience)?.setAttribute('tabindex', audience === chosen ? '0' : '-1');
        panels.get(audience)?.toggleAttribute('hidden', audience !== chosen);
      }
    };
    choose(this.#audience);
    const list = element('div', { role: 'tablist', 'aria-label': message('remedies') }, ...tabs.values());
    list.addEventListener('keydown', ({ key: pressed }) => {
      const step = pressed === 'ArrowRight' ? 1 : pressed === 'ArrowLeft' ? -1 : 0;
      const next = AUDIENCES[(AUDIENCES.indexOf(this.#audience) + step + AUDIENCES.length) % AUDIENCES.length];
      if (!step || !next) return;
      choose(next);
      tabs.get(next)?.focus();
    });
    return element('div', { class: 'remedies' }, list, ...panels.values());
  }

  /** @param {Failure} failure */
  #handles({ exchanges, handles }) {
    if (handles.length === 0) return null;
    const text = handles.map(({ name, value }) => `${name}: ${value}`).join('\n');
    return this.#fold(`handles ${exchanges[0]}`, message('handles'), 'handles', [element('pre', {}, text), copyButton(message('copy'), message('copied'), text)]);
  }

  /** @param {{ id: string, result: string }[]} checked */
  #checked(checked) {
    return this.#fold('checked', message('checkedList'), 'checked', [element('ul', {}, ...checked.map(({ id }) => element('li', {}, id)))]);
  }

  /** @param {string} key @param {string} label @param {string} name @param {Node[]} children */
  #fold(key, label, name, children) {
    const node = element('details', { class: name, open: this.#unfolded.has(key) }, element('summary', {}, label), ...children);
    node.addEventListener('toggle', () => (node.open ? this.#unfolded.add(key) : this.#unfolded.delete(key)));
    return node;
  }

  /** A place in the capture, which opens it. @param {number} index */
  #place(index) {
    return button(`#${index}`, () => this.#open(index), { class: 'place', title: message('openExchange', index) });
  }
}

/**
 * @param {Diagnosis['verdict']} verdict
 * @param {Failure[]} open failed logins that nothing repaired
 * @param {number} recovered how many were repaired later
 * @param {number} checked how many causes were looked for
 * @returns {[string, string]} the sentence, and the line below it
 */
function sentences(verdict, open, recovered, checked) {
  if (verdict === 'no-login-seen') return [message('noLoginSeen'), message('noLoginSeenNote')];
  if (verdict === 'healthy') return [message('healthy'), recovered ? message('healthyRecovered', recovered, checked) : message('healthyNote', checked)];
  const [first] = open;
  return [first?.causes[0]?.summary ?? message('unexplained'), open.length > 1 ? message('failing', open.length) : (first?.what ?? '')];
}
