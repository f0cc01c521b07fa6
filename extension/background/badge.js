// Says at every moment, on the toolbar, whether something is recorded and how much of it is stored.

import { message } from '../shared/locale.js';
import { api } from '../shared/platform.js';

/** A count that grows is shown this often, in milliseconds: to show it costs the browser more than to store what it counts. */
const PACE = 1000;

/** @typedef {import('../shared/recording.js').Recording | undefined} State */

/** @type {{ recording: State, exchanges: number }} */
let latest = { recording: undefined, exchanges: 0 };
/** What is shown, beside the count; nothing is known of what a worker before this one showed. @type {string | undefined} */
let shown;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {State} recording @param {import('../shared/event-log.js').Tally} tally */
export function showState(recording, { exchanges }) {
  latest = { recording, exchanges };
  const now = `${recording?.id} ${recording?.state} ${recording?.name}`;
  if (now === shown) timer ??= setTimeout(show, PACE);
  else show();
  shown = now;
}

function show() {
  clearTimeout(timer);
  timer = undefined;
  const { recording, exchanges } = latest;
  const on = recording?.state === 'on';
  void api.action.setBadgeText({ text: recording ? (on ? (exchanges ? short(exchanges) : 'REC') : 'II') : '' });
  void api.action.setBadgeBackgroundColor({ color: on ? '#b3261e' : '#5f6368' });
  void api.action.setTitle({ title: recording ? message(`badge_${recording.state}`, recording.name, exchanges) : message('name') });
}

/** Four characters are all that a badge shows. @param {number} count */
const short = (count) => (count < 10_000 ? String(count) : `${Math.floor(count / 1000)}k`);
