// What is about to leave, in full, what of it was removed, and what else the user wants to keep back.

import { message } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';
import { captured, fold } from './parts.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../store.js').Sharing} Sharing */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../../shared/shapes.d.ts').Leaving} Leaving */

const FORMATS = ['markdown', 'html', 'jira', 'har', 'json', 'admin'];
/** Exchanges that are offered one by one; of the others their host can be left out. */
const MOST = 300;
/** Characters of a report that are shown; all of it leaves. */
const SHOWN = 100_000;

/** @param {State} state @param {Acts} acts */
export function share(state, acts) {
  const { sharing } = state;
  if (!sharing) return null;
  const isDone = sharing.text !== undefined;
  return h('dialog#sharing', { key: 'sharing', 'data-form': sharing.format, 'aria-labelledby': 'sharing-title', on: { cancel: (event) => { event.preventDefault(); acts.closeShare(); } },
    hook: { insert: ({ elm }) => /** @type {HTMLDialogElement} */ (elm).showModal() } },
    h('header.sharing-head', {}, h('h1#sharing-title', {}, message('shareTitle')),
      h('button.close', { type: 'button', 'aria-label': message('close'), title: message('close'), on: { click: acts.closeShare } }, '×')),
    h('div.sharing-body', {},
      h('form.sharing-choices', { on: { submit: (event) => event.preventDefault() } }, ...choices(sharing, state, acts)),
      h('div.sharing-preview', {}, ...preview(sharing))),
    h('footer.sharing-foot', {},
      h('p.quiet', {}, message('shareWarning')),
      h('p.offscreen', { role: 'status' }, sharing.done ? message(`share_${sharing.done}`) : ''),
      h('button.act', { type: 'button', 'data-act': 'save', disabled: !isDone, on: { click: acts.saveShare } }, message(sharing.done === 'saved' ? 'share_saved' : 'shareSave')),
      h('button.act.first', { type: 'button', 'data-act': 'copy', disabled: !isDone, on: { click: acts.copyShare } }, message(sharing.done === 'copied' ? 'share_copied' : 'shareCopy'))));
}

/** @param {Sharing} sharing @param {State} state @param {Acts} acts */
function choices(sharing, state, acts) {
  const { format, note, hidesHosts, preview: shown } = sharing;
  return [
    h('fieldset.formats', {}, h('legend', {}, message('shareAs')), ...FORMATS.map((name) => h('label', { key: name },
      h('input', { type: 'radio', name: 'format', value: name, props: { checked: name === format }, on: { change: () => acts.shareAs(name) } }),
      h('span', {}, h('strong', {}, message(`format_${name}`)), h('span.quiet', {}, message(`formatTip_${name}`)))))),
    h('label.sharing-note', {}, message('shareNote'), h('textarea#share-note', { rows: 2, props: { value: note }, on: { input: (event) => acts.shareWith({ note: event.target.value }) } })),
    h('label.choice', {}, h('input#hide-hosts', { type: 'checkbox', props: { checked: hidesHosts }, on: { change: (event) => acts.shareWith({ hidesHosts: event.target.checked }) } }), h('span', {}, message('shareHideHosts'))),
    ...(shown ? [
      fold('share hosts', message('shareHosts', shown.hosts.length), 'leave-out', state, acts, () => list(shown.hosts, ({ name, says }) => [captured(name), ` (${says})`],
        ({ name }) => acts.shareWith({ withoutHosts: toggled(sharing.withoutHosts, name) }))),
      fold('share exchanges', message('shareExchanges', shown.exchanges.length), 'leave-out', state, acts, () => [
        list([...shown.exchanges.filter(({ auth }) => auth), ...shown.exchanges.filter(({ auth }) => !auth)].slice(0, MOST), ({ name, says }) => [`#${name} `, captured(says)],
          ({ name }) => acts.shareWith({ without: toggled(sharing.without, name) })),
        ...(shown.exchanges.length > MOST ? [h('p.quiet', {}, message('shareMore', shown.exchanges.length - MOST))] : []),
      ]),
    ] : []),
  ];
}

/** @param {readonly Leaving[]} all @param {(one: Leaving) => (import('../../shared/dom.js').Child)[]} says @param {(one: Leaving) => void} press */
const list = (all, says, press) => h('ul', {}, ...all.map((one) => h('li', { key: one.name }, h('label.choice', {},
  h('input', { type: 'checkbox', 'data-leaves': one.name, props: { checked: one.leaves }, on: { change: () => press(one) } }), h('span', {}, ...says(one))))));

/** @param {ReadonlySet<string>} set @param {string} name @returns {ReadonlySet<string>} */
const toggled = (set, name) => (set.has(name) ? new Set([...set].filter((other) => other !== name)) : new Set([...set, name]));

/** @param {Sharing} sharing */
function preview({ preview: shown, text, refused }) {
  if (refused) return [h('p.refused', { role: 'alert' }, captured(refused))];
  if (!shown) return [h('p.empty', {}, message('shareWorking'))];
  const { receipt } = shown;
  const kinds = Object.entries(receipt.replaced);
  return [
    h('h2', {}, message('shareRemoved')),
    h('p', {}, message('shareLeaves', receipt.exchanges, receipt.left_out, receipt.values)),
    h('ul.removed', { 'aria-label': message('shareRemoved') }, ...kinds.map(([kind, count]) => h('li', { key: kind, 'data-kind': kind }, `${message(`kind_${kind}`)} `, h('strong', {}, String(count))))),
    h('p.quiet', {}, message(text === undefined ? 'shareSearching' : 'shareSearched')),
    h('h2', {}, message('sharePreview')),
    h('pre#share-text', { tabindex: '0', role: 'region', 'aria-label': message('sharePreview'), 'aria-busy': String(text === undefined) }, h('bdi', {}, (text ?? '').slice(0, SHOWN))),
    ...(text !== undefined && text.length > SHOWN ? [h('p.quiet', {}, message('shareCut', text.length - SHOWN))] : []),
  ];
}
