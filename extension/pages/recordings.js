// Every recording, what is known about it, and what the user can do with it.

import { h, patch } from '../shared/dom.js';
import { DiskLog, NOTHING } from '../shared/event-log.js';
import { message, speakAs } from '../shared/locale.js';
import { PrivateLog } from '../shared/private-log.js';
import { fileOf } from '../shared/read-recording.js';
import { fold } from '../shared/recording.js';
import { daysToKeep, readSettings, setDaysToKeep } from '../shared/settings.js';
import { remove, rename, state, tabInFront } from '../shared/wishes.js';
import { listView, storageView } from './list.js';
import { runningView } from './running.js';
import { startForm } from './start-form.js';

/** @typedef {import('../shared/recording.js').Recording} Recording */
/** @typedef {import('../shared/event-log.js').Capture} Capture */
/** @typedef {typeof acts} Acts */

/**
 * @typedef {object} Shown
 * @property {Recording | undefined} recording the one that runs
 * @property {import('../shared/event-log.js').Tally} tally of it
 * @property {string} version of what follows
 * @property {readonly Recording[]} recordings that are finished, the latest first
 * @property {ReadonlyMap<string, Capture>} captures
 * @property {number} usage of the browser's store, in bytes
 * @property {number} keepDays
 * @property {readonly string[]} chosen to be compared, in this order
 * @property {string | undefined} renamed whose name is being changed
 * @property {readonly Recording[]} doomed whose deletion was asked for once
 * @property {string} refused why no recording was begun
 */

await speakAs(await readSettings());

const PANEL = '../panel/panel.html';
/** Whoever has pressed once and then thought better of it need do nothing for so many milliseconds. */
const SURE = 8000;
const disk = new DiskLog();
const memory = new PrivateLog();
const tab = { private: (await tabInFront()).private, host: new URLSearchParams(location.hash.slice(1)).get('start') ?? undefined };

/** @type {Shown} */
let shown = {
  recording: undefined, tally: NOTHING, version: '', recordings: [], captures: new Map(), usage: 0, keepDays: await daysToKeep(),
  chosen: [], renamed: undefined, doomed: [], refused: '',
};
/** @type {import('../shared/dom.js').VNode | Element} */
let drawn = /** @type {Element} */ (document.getElementById('main'));

/** @param {Partial<Shown>} changes */
function set(changes) {
  shown = { ...shown, ...changes };
  drawn = patch(/** @type {any} */ (drawn), h('main#main', {},
    h('section#record', {}, shown.recording ? runningView(shown.recording, shown.tally, () => void show())
      : startForm(tab, shown.refused, { inTab: false, started: () => void show(), refuse: (refused) => set({ refused }) })),
    listView(shown, acts),
    storageView(shown, acts)));
}

async function show() {
  const { recording, tally, version } = await state();
  set({ recording, tally, ...(recording ? { refused: '' } : {}), ...(version === shown.version ? {} : { version, ...await list() }) });
}

/** Reads the whole log, so only where it has changed. @returns {Promise<Partial<Shown>>} */
async function list() {
  const [onDisk, inMemory, kept, held, { usage = 0 }] = await Promise.all([disk.controls(), memory.controls(), disk.captures(), memory.captures(), navigator.storage.estimate()]);
  const recordings = [...fold([...onDisk, ...inMemory]).values()].filter(({ state: is }) => is === 'stopped').sort((one, other) => other.started - one.started);
  const captures = new Map([...kept, ...held].map((capture) => [capture.recording, capture]));
  const { chosen, doomed } = shown;
  return { recordings, captures, usage, chosen: chosen.filter((id) => captures.has(id)), doomed: recordings.filter(({ id }) => doomed.some((one) => one.id === id)) };
}

/** @param {readonly Recording[]} recordings */
const removing = (recordings) => void remove(recordings).then(show);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let hesitation;

const acts = {
  address: (/** @type {string} */ id) => `${PANEL}?recording=${id}`,
  choose: (/** @type {string} */ id) => {
    const { chosen } = shown;
    set({ chosen: chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id] });
  },
  /** Leads to the two that are chosen, of which the first is looked at and the other held beside it. */
  compare: () => {
    const [one = '', other = ''] = shown.chosen;
    location.assign(`${acts.address(one)}&with=${other}`);
  },
  rename: (/** @type {string | undefined} */ renamed) => set({ renamed }),
  name: (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem('name'));
    const { renamed = '' } = shown;
    // Closed when its new name is there, so that the old one is not seen in between.
    void rename(renamed, field.value).then(show).then(() => { if (shown.renamed === renamed) set({ renamed: undefined }); });
  },
  save: async (/** @type {Recording} */ recording) => {
    const file = await fileOf(disk, recording);
    const link = Object.assign(document.createElement('a'), { download: file.name, href: URL.createObjectURL(file) });
    link.click();
    // The browser reads it after the click has returned.
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  },
  remove: removing,
  /** Deletes those of which it was said how many they are, though more may have come since. */
  removeAll: () => {
    const { doomed, recordings } = shown;
    clearTimeout(hesitation);
    if (doomed.length > 0) {
      acts.spare();
      removing(doomed);
    } else {
      set({ doomed: recordings });
      hesitation = setTimeout(acts.spare, SURE);
    }
  },
  spare: () => { if (shown.doomed.length > 0) set({ doomed: [] }); },
  keepDays: (/** @type {Event} */ { target }) => {
    const keepDays = Math.max(0, Number(/** @type {HTMLInputElement} */ (target).value) || 0);
    set({ keepDays });
    void setDaysToKeep(keepDays);
  },
};

for (const [id, text] of [['title', 'recordings'], ['privacy', 'privacy'], ['open', 'openFile']]) /** @type {HTMLElement} */ (document.getElementById(/** @type {string} */ (id))).textContent = message(/** @type {string} */ (text));
await show();
setInterval(() => void show(), 1000);
document.documentElement.dataset.ready = '1';
