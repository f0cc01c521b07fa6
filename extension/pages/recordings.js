// Every recording, what is known about it, and what the user can do with it.

import { button, element } from './dom.js';
import { DiskLog, PrivateLog } from '../shared/event-log.js';
import { dateOf, message, speakAs, timeOf } from '../shared/locale.js';
import { fileOf } from '../shared/read-recording.js';
import { fold } from '../shared/recording.js';
import { daysToKeep, readSettings, setDaysToKeep } from '../shared/settings.js';
import { nameOf } from '../shared/sites.js';
import { isAll, state, tabInFront } from '../shared/wishes.js';
import { runningView } from './running.js';
import { startForm } from './start-form.js';

await speakAs(await readSettings());

/** @typedef {import('../shared/recording.js').Recording} Recording */
/** @typedef {import('../shared/event-log.js').Capture} Capture */

const PANEL = '../panel/panel.html';
const log = new DiskLog();
const memory = new PrivateLog();
const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
let shown = '';
/** Recordings that are to be compared. @type {Set<string>} */
const chosen = new Set();

async function show() {
  const [{ recording, tally }, ...read] = await Promise.all([state(), log.controls(), memory.controls(), log.captures(), memory.captures()]);
  const [captures, controls] = [[...read[2], ...read[3]], [...read[0], ...read[1]]];
  const recordings = [...fold(controls).values()].filter(({ state }) => state === 'stopped').sort((one, other) => other.started - one.started);
  const now = JSON.stringify([recording?.id, recording?.state, recordings, captures.map(({ recording: id }) => id)]);
  if (now !== shown) {
    shown = now;
    await draw(recording, recordings, new Map(captures.map((capture) => [capture.recording, capture])));
  }
  const count = document.querySelector('[data-count]');
  if (count) count.textContent = message('storedCount', tally.exchanges, Math.ceil(tally.bytes / 1000));
}

/** @param {Recording | undefined} current @param {Recording[]} recordings @param {Map<string, Capture>} captures */
async function draw(current, recordings, captures) {
  if (current) find('record').replaceChildren(runningView(current, () => void show()));
  else if (!find('record').querySelector('form.start')) {
    const asked = new URLSearchParams(location.hash.slice(1)).get('start');
    const tab = await tabInFront();
    find('record').replaceChildren(startForm({ private: tab.private, host: asked ?? undefined }, { inTab: false, started: () => void show() }));
  }
  for (const id of chosen) if (!captures.has(id)) chosen.delete(id);
  find('list').replaceChildren(
    element('h2', {}, message('recordings')),
    ...(captures.size < 2 ? [] : [element('p', {}, comparison())]),
    recordings.length === 0 ? element('p', { class: 'quiet' }, message('noRecordings'))
      : element('ul', { class: 'recordings' }, ...recordings.map((recording) => item(recording, captures.get(recording.id)))));
  find('storage').replaceChildren(...await storage(recordings));
}

/** Leads to the two that are chosen, of which the first is looked at and the other held beside it. */
function comparison() {
  const [one = '', other = ''] = chosen;
  return button(message('compareTwo'), () => location.assign(`${PANEL}?recording=${one}&with=${other}`), { 'data-act': 'compare', disabled: chosen.size !== 2 });
}

/** @param {string} id @param {string} name */
function choice(id, name) {
  const box = element('input', { type: 'checkbox', checked: chosen.has(id), 'data-act': 'choose', 'aria-label': `${message('compareChoose')}: ${name}` });
  box.addEventListener('change', () => {
    if (box.checked) chosen.add(id);
    else chosen.delete(id);
    find('list').querySelector('[data-act=compare]')?.replaceWith(comparison());
  });
  return element('label', {}, box, ' ', message('compareChoose'));
}

/** @param {Recording} recording @param {Capture | undefined} capture */
function item(recording, capture) {
  const { id, name, started, stopped, sites, reason, steps } = recording;
  const title = element('h3', {}, name);
  return element('li', { 'data-recording': id, 'data-verdict': capture?.verdict ?? 'pending' },
    title,
    element('p', { class: 'verdict' }, element('span', { class: 'mark' }, message(`verdict_${(capture?.verdict ?? 'pending').replaceAll('-', '_')}`)), ' ', capture?.sentence ?? ''),
    element('p', { class: 'quiet' }, [
      dateOf(started), message('lasted', Math.round(((stopped ?? started) - started) / 1000)),
      isAll(sites) ? message('allSites') : sites.map(nameOf).join(', '),
      message('storedCount', capture?.exchanges ?? 0, Math.ceil((capture?.bytes ?? 0) / 1000)),
      message(`reason_${reason}`)].join(' · ')),
    steps.length ? element('ol', { class: 'steps' }, ...steps.map(({ at, note }) => element('li', {}, `${timeOf(at)} ${note}`))) : null,
    capture ? element('p', { class: 'quiet', 'data-holds': capture.holds }, message(capture.holds === 'memory' ? 'keptInMemory' : `holds_${capture.holds}`)) : null,
    element('p', { class: 'buttons' },
      capture ? element('a', { class: 'button first', href: `${PANEL}?recording=${id}`, 'data-act': 'open' }, message('openRecording')) : null,
      capture ? choice(id, name) : null,
      // What is in memory only stays there; what is shared of it leaves by the report.
      ...(recording.private ? [] : [
        button(message('rename'), () => rename(recording, title), { 'data-act': 'rename' }),
        button(message('export'), () => void save(recording), { 'data-act': 'export' })]),
      button(message('delete'), () => void remove(recording), { 'data-act': 'delete' })));
}

/** @param {Recording} recording @param {HTMLElement} title */
function rename(recording, title) {
  const field = element('input', { type: 'text', value: recording.name, 'aria-label': message('rename') });
  const form = element('form', {}, field, element('button', {}, message('rename')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void log.control({ type: 'rename', recording: recording.id, at: Date.now(), name: field.value }).then(show);
  });
  title.replaceChildren(form);
  field.focus();
}

/** @param {Recording} recording */
async function save(recording) {
  const file = await fileOf(log, recording);
  const link = element('a', { download: file.name, href: URL.createObjectURL(file) });
  link.click();
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {Recording} recording */
async function remove(recording) {
  await logOf(recording).remove(recording.id);
  await show();
}

/** @param {Recording} recording */
const logOf = (recording) => (recording.private ? memory : log);

/** @param {Recording[]} recordings @returns {Promise<Node[]>} */
async function storage(recordings) {
  const { usage = 0 } = await navigator.storage.estimate();
  const days = element('input', { type: 'number', min: '0', max: '3650', value: String(await daysToKeep()), id: 'keep-days' });
  days.addEventListener('change', () => void setDaysToKeep(Math.max(0, Number(days.value) || 0)));
  return [
    element('h2', {}, message('storage')),
    element('p', {}, message('storageUsed', (usage / 1e6).toFixed(1))),
    element('p', {}, element('label', {}, message('keepDays'), ' ', days)),
    element('p', { class: 'quiet' }, message('onDisk')),
    element('p', {}, deleteAll(recordings)),
  ];
}

/** What cannot be undone is asked for twice. @param {Recording[]} recordings */
function deleteAll(recordings) {
  const node = button(message('deleteAll'), () => {
    if (node.dataset.sure) return void removeAll(recordings);
    node.dataset.sure = 'true';
    node.textContent = message('deleteAllSure', recordings.length);
  }, { 'data-act': 'delete-all', disabled: recordings.length === 0 });
  node.addEventListener('blur', () => {
    delete node.dataset.sure;
    node.textContent = message('deleteAll');
  });
  return node;
}

/** @param {Recording[]} recordings */
async function removeAll(recordings) {
  for (const recording of recordings) await logOf(recording).remove(recording.id);
  await show();
}

find('title').textContent = message('recordings');
find('privacy').textContent = message('privacy');
find('open').textContent = message('openFile');
await show();
setInterval(() => void show(), 1000);
document.documentElement.dataset.ready = '1';
