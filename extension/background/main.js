// The background: a service worker in Chrome, an event page in Firefox. Either may be ended after
// every event, and everything is listened to in its first turn: a later listener misses the event
// that woke it.

import { message, speakAs } from '../shared/locale.js';
import { api } from '../shared/platform.js';
import { fold } from '../shared/recording.js';
import { forgetKept, KeptLog } from '../shared/kept-log.js';
import { daysToKeep, readSettings, whenSettingsChange } from '../shared/settings.js';
import { watchCookies, watchRequests, watchTabs } from '../shared/requests.js';
import { showState } from './badge.js';
import { watchBodies } from './bodies.js';
import { finishStopped } from './finish.js';
import { forgetPasswords, keep, learn } from './passwords.js';
import { Recorder } from './recorder.js';
import { serveTabEvents } from './tab-events.js';
import { watchPasswordFields } from './password-fields.js';

/** Wakes the worker to look at the limits: the browsers allow no shorter time. */
const LIMITS_ALARM = { name: 'limits', minutes: 0.5 };
const OLD_ALARM = { name: 'old', minutes: 60 };

/** The recording whose limits this worker has an alarm for: what changes many times a second asks for none. @type {string | undefined} */
let limited;
const recorder = new Recorder(keep, (recording, tally) => {
  showState(recording, tally);
  if (recording?.state === 'on') listen(recording.bodies);
  else endListening();
  if (!recording) void rest();
  else if (limited !== recording.id) void api.alarms.create(LIMITS_ALARM.name, { periodInMinutes: LIMITS_ALARM.minutes });
  limited = recording?.id;
});

serveTabEvents();
whenSettingsChange((settings) => {
  void speakAs(settings);
  // Also of tabs whose DevTools is closed.
  if (!settings.keepLog) void forgetKept();
});
void readSettings().then(speakAs);
// What DevTools captured of a tab goes with it.
api.tabs.onRemoved.addListener((tab) => void new KeptLog(tab).clear());

/** @type {(() => void)[]} */
let ends = [];
/** @type {(() => void) | undefined} */
let endBodies;
listen();

function listen(bodies = false) {
  if (!api.webRequest) return;
  const take = recorder.take.bind(recorder);
  if (ends.length === 0) ends = [watchRequests(take, true), watchCookies(take), watchTabs(take)];
  if (bodies) endBodies ??= watchBodies(take);
}

function endListening() {
  for (const end of ends.splice(0)) end();
  endBodies?.();
  endBodies = undefined;
}

/** What begins a recording and what clears up after one, one at a time. @type {Promise<unknown>} */
let turns = Promise.resolve();
/** @param {() => Promise<unknown>} task */
function inTurn(task) {
  const done = turns.then(task);
  turns = done.catch(() => {});
  return done;
}

const isRecording = async () => Boolean((await recorder.state()).recording);

/** What waits until nothing is recorded. */
async function rest() {
  await api.alarms.clear(LIMITS_ALARM.name);
  await inTurn(async () => {
    // It may have begun again meanwhile.
    if (await isRecording()) return;
    forgetPasswords();
    await watchPasswordFields([]);
  });
  await finishStopped(recorder.disk, recorder.memory);
  const { update } = await api.storage.session.get('update');
  if (update && !await isRecording()) api.runtime.reload();
}

/** @param {import('./recorder.js').Wish} wish */
async function start(wish) {
  // Asking for permission may close the popup that asks, so the wish waits here for the answer.
  if (!await api.permissions.contains({ permissions: ['webRequest', 'cookies', 'scripting'], origins: wish.sites })) {
    await api.storage.session.set({ wish });
    return;
  }
  await api.storage.session.remove('wish');
  listen();
  await inTurn(async () => {
    // Pages ask twice: before they know whether they may, and after.
    if (await isRecording()) return;
    await watchPasswordFields(wish.sites);
    try {
      await recorder.start(wish);
    } catch (error) {
      await watchPasswordFields([]);
      throw error;
    }
  });
}

/** @param {{ id: string, private: boolean }[]} recordings */
async function remove(recordings) {
  for (const { id, private: isPrivate } of recordings) await (isPrivate ? recorder.memory : recorder.disk).remove(id);
}

/** @type {Record<string, (wish: any) => Promise<unknown>>} */
const WISHES = {
  state: () => recorder.state(),
  start,
  pause: () => recorder.pause(),
  resume: () => recorder.resume(),
  step: ({ note }) => recorder.step(note),
  stop: () => recorder.stop('user'),
  rename: ({ recording, name }) => recorder.disk.control({ type: 'rename', recording, at: Date.now(), name: String(name) }),
  remove: ({ recordings }) => remove(recordings),
  grant: () => api.tabs.create({ url: api.runtime.getURL('pages/grant.html') }),
  typed: async ({ value }) => learn(value),
};

api.runtime.onMessage.addListener((wish, sender, reply) => {
  const act = WISHES[wish?.type];
  // Pages may only say what was typed into them.
  if (!act || (sender.tab && sender.url?.startsWith('http') && wish.type !== 'typed')) return false;
  act(wish).then((answer) => reply(answer ?? null), (error) => {
    console.error(error);
    reply(null);
  });
  return true;
});

api.permissions.onAdded.addListener(() => {
  void api.storage.session.get('wish').then(({ wish }) => (wish ? start(/** @type {any} */ (wish)) : undefined));
});
api.permissions.onRemoved.addListener(({ origins = [], permissions = [] }) => {
  const everything = permissions.includes('webRequest');
  void recorder.state().then(({ recording }) => recorder.withdrawn(everything ? recording?.sites ?? [] : origins));
});

// While this listener is here a new version waits until it is let in.
api.runtime.onUpdateAvailable.addListener(() => {
  void recorder.state().then(({ recording }) => (recording ? api.storage.session.set({ update: true }) : api.runtime.reload()));
});

api.alarms.onAlarm.addListener(({ name }) => {
  if (name === LIMITS_ALARM.name) void recorder.checkLimits();
  else void removeOld();
});
void api.alarms.get(OLD_ALARM.name).then((known) => {
  if (!known) void api.alarms.create(OLD_ALARM.name, { periodInMinutes: OLD_ALARM.minutes, delayInMinutes: 1 });
});

/** Deletes what is older than the user wants to keep. */
async function removeOld() {
  const keepDays = await daysToKeep();
  if (!keepDays) return;
  for (const { id, stopped } of fold(await recorder.disk.controls()).values()) {
    if (stopped && Date.now() - stopped > keepDays * 86_400_000) await recorder.disk.remove(id);
  }
}

api.windows.onRemoved.addListener(() => {
  void api.windows.getAll().then(async (windows) => {
    if (windows.some(({ incognito }) => incognito)) return;
    const { recording } = await recorder.state();
    if (recording?.private) await recorder.stop('user');
    // At once, and not after what is being finished: of that nothing is written any more.
    await recorder.memory.remove();
    const { wish } = /** @type {any} */ (await api.storage.session.get('wish'));
    if (wish?.private) await api.storage.session.remove('wish');
  });
});

api.commands.onCommand.addListener((command) => {
  if (command === 'mark-step') void recorder.step(message('stepByKey'));
  else if (command === 'toggle-recording') void toggle();
});

async function toggle() {
  const { recording } = await recorder.state();
  if (recording) await recorder.stop('user');
  else await api.tabs.create({ url: api.runtime.getURL('pages/recordings.html#start') });
}
