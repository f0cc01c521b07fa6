// Keeps what is captured for the next time that DevTools is opened on this tab: in the browser's memory, never on the disk,
// bounded, until the tab is closed. The hidden page is ended without a word, so everything is written as it comes.

import { KeptLog } from '../shared/kept-log.js';
import { readSettings, whenSettingsChange } from '../shared/settings.js';

/** @typedef {import('../shared/protocol.d.ts').ToWorker} ToWorker */

/** What comes within so many milliseconds is written together. */
const PACE = 500;

/**
 * A core all of whose log is kept.
 * @param {{ tell: (what: ToWorker) => void }} core
 * @param {number} tab
 */
export function keeping(core, tab) {
  const log = new KeptLog(tab);
  /** @type {ToWorker[]} */
  let waiting = [];
  let isOn = false;
  const write = () => {
    const [texts, requests] = [waiting.map((what) => JSON.stringify(what)), waiting.filter(({ type }) => type === 'push').length];
    waiting = [];
    if (isOn) void log.add(texts, requests);
  };
  const withdraw = () => core.tell({ type: 'withdraw', kind: 'kept' });
  const forget = () => {
    waiting = [];
    withdraw();
    void before.then((texts) => texts.splice(0));
    void log.clear();
  };
  const follow = (/** @type {import('../shared/settings.js').Settings} */ { keepLog }) => {
    if (isOn && !keepLog) forget();
    isOn = keepLog;
  };
  const before = readSettings().then(async (settings) => {
    const { requests, texts } = await log.read();
    if (!settings.keepLog) await log.clear();
    else if (requests) core.tell({ type: 'notice', notice: { kind: 'kept', about: String(requests) } });
    follow(settings);
    whenSettingsChange(follow);
    return settings.keepLog ? texts : [];
  });
  return {
    tell: (/** @type {ToWorker} */ what) => {
      core.tell(what);
      if (what.type === 'clear') forget();
      if (what.type !== 'push' && what.type !== 'events') return;
      if (waiting.length === 0) setTimeout(write, PACE);
      waiting.push(what);
    },
    /** Shows what was kept before. */
    restore: async () => {
      // Once: pressed again, it has nothing left.
      for (const text of (await before).splice(0)) core.tell(JSON.parse(text));
      withdraw();
    },
    forget,
  };
}
