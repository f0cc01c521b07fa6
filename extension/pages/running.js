// What is being recorded, and how it is marked, paused and ended.

import { button, element } from './dom.js';
import { message, timeOf } from '../shared/locale.js';
import { nameOf } from '../shared/sites.js';
import { isAll, markStep, tell } from '../shared/wishes.js';

/** @typedef {import('../shared/recording.js').Recording} Recording */

/** @param {Recording} recording @param {() => void} changed */
export function runningView(recording, changed) {
  const press = (/** @type {string} */ label, /** @type {() => Promise<unknown>} */ act, /** @type {string} */ name) =>
    button(message(label), () => void act().then(changed), { 'data-act': name });
  const { state } = recording;
  const go = state === 'on' ? press('pause', () => tell('pause'), 'pause') : press(state === 'paused' ? 'resume' : 'goOn', () => tell('resume'), 'resume');
  return element('section', { class: 'running', 'data-state': state },
    element('h1', {}, message(`state_${state}`)),
    element('p', {}, isAll(recording.sites) ? message('allSites') : recording.sites.map(nameOf).join(', ')),
    element('p', {}, message('since', timeOf(recording.started)), ' ', element('span', { 'data-count': true })),
    element('p', { class: 'quiet' }, message(recording.private ? 'keptInMemory' : 'keptOnDisk')),
    element('p', { class: 'quiet' }, limitsOf(recording)),
    state === 'on' ? stepForm() : null,
    element('p', { class: 'buttons' }, go, press(state === 'interrupted' ? 'finish' : 'stop', () => tell('stop'), 'stop')));
}

/** @param {Recording} recording */
export const limitsOf = ({ limits: { idle, time, size } }) => message('limits', idle, time, size);

function stepForm() {
  const note = element('input', { type: 'text', name: 'note', maxlength: '200', 'aria-label': message('stepNote'), placeholder: message('stepNote') });
  const form = element('form', { class: 'step' }, note, element('button', { 'data-act': 'step' }, message('markStep')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void markStep(note.value);
    note.value = '';
    note.focus();
  });
  return form;
}
