// What is being recorded, and how it is marked, paused and ended.

import { h } from '../shared/dom.js';
import { message, timeOf } from '../shared/locale.js';
import { nameOf } from '../shared/sites.js';
import { isAll, markStep, tell } from '../shared/wishes.js';

/** @typedef {import('../shared/recording.js').Recording} Recording */

/** @param {Recording} recording @param {import('../shared/event-log.js').Tally} tally @param {() => void} changed */
export function runningView(recording, tally, changed) {
  const press = (/** @type {string} */ label, /** @type {'pause' | 'resume' | 'stop'} */ wish) =>
    h('button', { key: wish, type: 'button', 'data-act': wish, on: { click: () => void tell(wish).then(changed) } }, message(label));
  const { state, limits: { idle, time, size } } = recording;
  return h('section.running', { key: recording.id, 'data-state': state },
    h('h1', {}, message(`state_${state}`)),
    h('p', {}, isAll(recording.sites) ? message('allSites') : recording.sites.map(nameOf).join(', ')),
    h('p', {}, message('since', timeOf(recording.started)), ' ', h('span', { 'data-count': true }, message('storedCount', tally.exchanges, Math.ceil(tally.bytes / 1000)))),
    h('p.quiet', {}, message(recording.private ? 'keptInMemory' : 'keptOnDisk')),
    h('p.quiet', {}, message('limits', idle, time, size)),
    state === 'on' ? stepForm() : null,
    h('p.buttons', { key: 'buttons' },
      state === 'on' ? press('pause', 'pause') : press(state === 'paused' ? 'resume' : 'goOn', 'resume'),
      press(state === 'interrupted' ? 'finish' : 'stop', 'stop')));
}

const stepForm = () => h('form.step', { key: 'step', on: { submit: mark } },
  h('input', { type: 'text', name: 'note', maxlength: '200', 'aria-label': message('stepNote'), placeholder: message('stepNote') }),
  h('button', { 'data-act': 'step' }, message('markStep')));

/** @param {SubmitEvent} event */
function mark(event) {
  event.preventDefault();
  const note = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem('note'));
  void markStep(note.value);
  note.value = '';
  note.focus();
}
