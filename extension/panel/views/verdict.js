// Why the login failed: the newest failure whole, older ones as a line each; or which of three calm states it is.

import { message, timeOf } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';
import { captured, copyButton, fold, place } from './parts.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').FailureCard} FailureCard */
/** @typedef {import('../../shared/shapes.d.ts').DiagnosedCause} Cause */
/** @typedef {import('../../shared/shapes.d.ts').Audience} Audience */

/** @type {Audience[]} */
const AUDIENCES = ['user', 'developer', 'administrator'];
/** What the verdict is called in the page, by the core's names of the states. */
const VERDICTS = { failing: 'failing', fine: 'healthy', unknown: 'unknown', nothing: 'no-login-seen' };

/** @param {State} state @param {Acts} acts */
export function verdict(state, acts) {
  const { standing, order, failures, audit } = state;
  if (state.isPage && (!state.file || state.file.why)) return invitation(acts);
  if (!standing) return h('p.empty', {}, message('starting'));
  const cards = order.flatMap((key) => failures.get(key) ?? []);
  const [first] = cards;
  const isFailing = standing.state === 'failing' && first !== undefined;
  return h('div.verdict-view', {},
    isFailing ? null : calm(standing, state, acts),
    h('div#failures', {}, ...cards.map((card, at) => failure(card, at === 0 && isFailing, state, acts))),
    audit.length ? fold('audit', message('risks', audit.length), 'risks', state, acts, () => audit.map((risk) => cause(risk, [], 'audit', false, state, acts))) : null);
}

/** @param {Acts} acts */
const invitation = (acts) => h('div.invitation', {},
  h('h1', {}, message('openTitle')), h('p', {}, message('openWhat')),
  h('label.act.first', {}, h('input#open-first.offscreen', { type: 'file', on: { change: acts.chooseFile } }), message('open')));

/** @param {import('../../shared/shapes.d.ts').Standing} standing @param {State} all @param {Acts} acts */
function calm({ state, says, notes, exchange }, { notices }, acts) {
  const lacks = state !== 'fine' && notices.some(({ kind }) => kind === 'grant');
  return h('div#verdict.calm', { 'data-verdict': VERDICTS[state] },
    h('h1.verdict-text', {}, captured(says)),
    h('ul.verdict-notes', {}, ...notes.map((note) => h('li', {}, captured(note)))),
    exchange === null ? null : h('p', {}, place(exchange, acts)),
    lacks ? h('p.grant', {}, message('grantWhat'), ' ', h('button.act', { type: 'button', 'data-act': 'grant', on: { click: acts.allow } }, message('grantAsk'))) : null);
}

/** @param {FailureCard} card @param {boolean} isFirst @param {State} state @param {Acts} acts */
function failure(card, isFirst, state, acts) {
  const { key, causes, recovered_by: recovered, server_says: said, what, last, exchanges, origin, status } = card;
  const [root] = causes;
  const sentence = root?.summary ?? message('unexplained');
  const body = () => [
    h('p.failure-head', {}, last === null ? null : h('time.when', {}, timeOf(last)), ' ', h('span.what', {}, captured(what)), ' ', h('span.status', {}, String(status || '–')), ' ', h('span.origin', {}, captured(origin)), ' ',
      ...exchanges.slice(-6).map((number) => place(number, acts))),
    recovered === null ? null : h('p.recovery', {}, message('recovered'), ' ', place(recovered, acts)),
    root ? cause(root, causes.slice(1).filter(({ id }) => root.leads_to.includes(id)), key, true, state, acts) : null,
    h('p.identity', {}, card.identity_or_permission),
    said ? h('p.server-says', {}, h('strong', {}, message('serverSays')), ' ', place(said.exchange, acts), ' ', h('q', {}, captured(said.quote))) : null,
    handles(card, state, acts),
    further(causes.slice(1).filter(({ id }) => !root?.leads_to.includes(id)), key, state, acts),
  ];
  if (isFirst) {
    return h('article.failure.first', { key, 'data-key': key },
      h('div#verdict.failing', { 'data-verdict': 'failing' }, h('h1.verdict-text.cause-summary', {}, captured(sentence)), root ? marks(root) : null),
      ...body());
  }
  return h('article.failure', { key, 'data-key': key, class: recovered === null ? 'failure' : 'failure recovered' },
    h('div.cause', { 'data-cause': root?.id ?? '' },
      fold(`failure ${key}`, sentence, 'older', state, acts, () => h('div', {}, ...body().filter((part) => part !== null)),
        h('span.older-head', {}, last === null ? null : h('time', {}, timeOf(last)), ' ', h('span.cause-summary', {}, captured(sentence))))));
}

/** @param {Cause} cause */
const marks = ({ side, certainty }) => h('p.marks', {},
  h('span.mark.mark-side', { title: message('sideTip') }, message(`side_${side.replace('-', '_')}`)), ' ',
  h('span.mark.mark-certainty', { 'data-certainty': certainty, title: message(`certaintyTip_${certainty}`) }, message(`certainty_${certainty}`)));

/**
 * @param {Cause} cause @param {Cause[]} chain what it brought about @param {string} of key of its failure
 * @param {boolean} isSaid whether its sentence and marks stand above it already @param {State} state @param {Acts} acts
 */
function cause(cause, chain, of, isSaid, state, acts) {
  return h('section.cause', { key: cause.id, 'data-cause': cause.id },
    isSaid ? null : h('h2', {}, cause.title),
    isSaid ? null : h('p.cause-summary', {}, captured(cause.summary)),
    isSaid ? null : marks(cause),
    h('ul.evidence', { 'aria-label': message('evidence') }, ...cause.evidence.map(({ exchange, name, quote, says }) => h('li', {},
      place(exchange, acts), h('span.says', {}, captured(says)), quote ? h('code', {}, captured(name ? `${name}: ${quote}` : quote)) : null))),
    chain.length ? h('ol.chain', { 'aria-label': message('chain') }, ...chain.map((link) => h('li', { key: link.id, 'data-cause-id': link.id },
      h('strong', {}, link.title), ' ', captured(link.summary)))) : null,
    ...asides(cause),
    remedies(cause, `${of}-${cause.id}`, state, acts),
    h('p.references', {}, h('button.explain', { type: 'button', 'data-explain': cause.id, on: { click: () => acts.explain(cause.id) } }, message('explain')), ...cause.references.map(({ title, url }) => h('a', { href: url, target: '_blank', rel: 'noreferrer' }, title))));
}

/** @param {Cause} cause */
const asides = (cause) => [
  ...cause.against.map((text) => ['against', text]),
  ...cause.not_observable.map((text) => ['notObservable', text]),
  ...(cause.next_observation ? [['next', cause.next_observation]] : []),
].map(([label, text]) => h('p.aside', {}, h('strong', {}, message(label ?? '')), ' ', captured(text ?? '')));

/** @param {Cause} cause @param {string} key @param {State} state @param {Acts} acts */
function remedies(cause, key, { audience: chosen, copied }, acts) {
  const own = cause.remedies.filter((remedy) => remedy.for === chosen);
  return h('div.remedies', {},
    h('div', { role: 'tablist', 'aria-label': message('remedies'), on: { keydown: acts.nextAudience } },
      ...AUDIENCES.map((audience) => h('button', { key: audience, type: 'button', role: 'tab', id: `tab-${key}-${audience}`, 'data-for': audience, 'aria-selected': String(audience === chosen),
        tabindex: audience === chosen ? '0' : '-1', 'aria-controls': `panel-${key}`, on: { click: () => acts.audience(audience) } }, message(`audience_${audience}`)))),
    h('div.remedies-panel', { role: 'tabpanel', id: `panel-${key}`, 'aria-labelledby': `tab-${key}-${chosen}` }, ...own.map(({ step, confirm, counterfactual }) => h('div.remedy', {},
      h('p.step', {}, captured(step)),
      copyButton(`${step}\n${message('confirm')} ${confirm}`, copied, acts),
      h('p.confirm', {}, h('strong', {}, message('confirm')), ' ', captured(confirm)),
      counterfactual ? h('p.confirm', {}, h('strong', {}, message('then')), ' ', captured(counterfactual)) : null)),
    ...cause.settings.filter((setting) => setting.for === chosen).map(({ product, lines, source }) => h('div.remedy', { key: `${product} ${lines}` },
      h('p.step', {}, h('a', { href: source, target: '_blank', rel: 'noreferrer' }, product)),
      copyButton(lines, copied, acts),
      h('pre', {}, lines)))));
}

/** @param {FailureCard} card @param {State} state @param {Acts} acts */
function handles({ key, handles: all }, state, acts) {
  if (all.length === 0) return null;
  const text = all.map(({ name, value }) => `${name}: ${value}`).join('\n');
  return fold(`handles ${key}`, message('handles'), 'handles', state, acts, () => h('div', {}, h('pre', {}, captured(text)), copyButton(text, state.copied, acts)));
}

/** @param {Cause[]} causes @param {string} key @param {State} state @param {Acts} acts */
function further(causes, key, state, acts) {
  if (causes.length === 0) return null;
  return fold(`further ${key}`, message('further', causes.length), 'further', state, acts, () => causes.map((one) => cause(one, [], `${key}-further`, false, state, acts)));
}
