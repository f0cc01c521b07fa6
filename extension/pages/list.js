// The finished recordings, what is known about each, and what they take.

import { h } from '../shared/dom.js';
import { dateOf, message, timeOf } from '../shared/locale.js';
import { nameOf } from '../shared/sites.js';
import { isAll } from '../shared/wishes.js';

/** @typedef {import('../shared/recording.js').Recording} Recording */
/** @typedef {import('../shared/event-log.js').Capture} Capture */
/** @typedef {import('./recordings.js').Shown} Shown */
/** @typedef {import('./recordings.js').Acts} Acts */

/** @param {Shown} shown @param {Acts} acts */
export function listView({ recordings, captures, chosen, renamed }, acts) {
  return h('section#list', {},
    h('h2', {}, message('recordings')),
    captures.size < 2 ? null : h('p', { key: 'compare' },
      h('button', { type: 'button', 'data-act': 'compare', disabled: chosen.length !== 2, on: { click: acts.compare } }, message('compareTwo'))),
    recordings.length === 0 ? h('p.quiet', { key: 'none' }, message('noRecordings'))
      : h('ul.recordings', { key: 'all' }, ...recordings.map((recording) => item(recording, captures.get(recording.id), chosen.includes(recording.id), renamed === recording.id, acts))));
}

/** @param {Recording} recording @param {Capture | undefined} capture @param {boolean} isChosen @param {boolean} isRenamed @param {Acts} acts */
function item(recording, capture, isChosen, isRenamed, acts) {
  const { id, name, started, stopped, sites, reason, steps } = recording;
  const verdict = capture?.verdict ?? 'pending';
  const press = (/** @type {string} */ act, /** @type {() => void} */ click) => h('button', { key: act, type: 'button', 'data-act': act, on: { click } }, message(act));
  return h('li', { key: id, 'data-recording': id, 'data-verdict': verdict },
    h('h3', {}, isRenamed ? renaming(name, acts) : name),
    h('p.verdict', { key: 'verdict' }, h('span.mark', {}, message(`verdict_${verdict.replaceAll('-', '_')}`)), ' ', capture?.sentence ?? ''),
    h('p.quiet', { key: 'facts' }, [
      dateOf(started), message('lasted', Math.round(((stopped ?? started) - started) / 1000)),
      isAll(sites) ? message('allSites') : sites.map(nameOf).join(', '),
      message('storedCount', capture?.exchanges ?? 0, Math.ceil((capture?.bytes ?? 0) / 1000)),
      message(`reason_${reason}`)].join(' · ')),
    steps.length ? h('ol.steps', { key: 'steps' }, ...steps.map(({ at, note }) => h('li', {}, `${timeOf(at)} ${note}`))) : null,
    capture ? h('p.quiet', { key: 'holds', 'data-holds': capture.holds }, message(capture.holds === 'memory' ? 'keptInMemory' : `holds_${capture.holds}`)) : null,
    h('p.buttons', { key: 'buttons' },
      capture ? h('a.button.first', { key: 'open', href: acts.address(id), 'data-act': 'open' }, message('openRecording')) : null,
      capture ? h('label', { key: 'choose' },
        h('input', { type: 'checkbox', 'data-act': 'choose', 'aria-label': `${message('compareChoose')}: ${name}`, props: { checked: isChosen }, on: { change: () => acts.choose(id) } }), ' ', message('compareChoose')) : null,
      // What is in memory only stays there; what is shared of it leaves by the report.
      ...(recording.private ? [] : [press('rename', () => acts.rename(id)), press('export', () => acts.save(recording))]),
      press('delete', () => acts.remove([recording]))));
}

/** @param {string} name @param {Acts} acts */
const renaming = (name, acts) => h('form', { key: 'rename', on: { submit: acts.name, keydown: (/** @type {KeyboardEvent} */ { key }) => { if (key === 'Escape') acts.rename(undefined); } } },
  h('input', { type: 'text', name: 'name', value: name, 'aria-label': message('rename'), hook: { insert: ({ elm }) => /** @type {HTMLInputElement} */ (elm).focus() } }),
  h('button', {}, message('rename')));

/** @param {Shown} shown @param {Acts} acts */
export function storageView({ recordings, usage, keepDays, doomed }, acts) {
  return h('section#storage', {},
    h('h2', {}, message('storage')),
    h('p', {}, message('storageUsed', (usage / 1e6).toFixed(1))),
    h('p', {}, h('label', {}, message('keepDays'), ' ',
      h('input#keep-days', { type: 'number', min: '0', max: '3650', value: String(keepDays), on: { change: acts.keepDays } }))),
    h('p.quiet', {}, message('onDisk')),
    // What cannot be undone is asked for twice.
    h('p', {}, h('button', { type: 'button', 'data-act': 'delete-all', 'data-sure': doomed.length > 0, disabled: recordings.length === 0, on: { click: acts.removeAll, blur: acts.spare } },
      doomed.length > 0 ? message('deleteAllSure', doomed.length) : message('deleteAll'))));
}
