// Says at every moment, on the toolbar, whether something is recorded and how much of it is stored.

import { message } from '../shared/locale.js';
import { api } from '../shared/platform.js';

/**
 * @param {import('../shared/recording.js').Recording | undefined} recording
 * @param {import('../shared/event-log.js').Tally} tally
 */
export function showState(recording, { exchanges }) {
  const on = recording?.state === 'on';
  void api.action.setBadgeText({ text: recording ? (on ? (exchanges ? short(exchanges) : 'REC') : 'II') : '' });
  void api.action.setBadgeBackgroundColor({ color: on ? '#b3261e' : '#5f6368' });
  void api.action.setTitle({ title: recording ? message(`badge_${recording.state}`, recording.name, exchanges) : message('name') });
}

/** Four characters are all that a badge shows. @param {number} count */
const short = (count) => (count < 10_000 ? String(count) : `${Math.floor(count / 1000)}k`);
