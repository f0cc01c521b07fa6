// A recording is what its records say: nothing else is kept of its state.

/**
 * @typedef {object} Limits
 * @property {number} idle minutes without a request
 * @property {number} time minutes
 * @property {number} size megabytes
 *
 * @typedef {'user' | 'idle' | 'time' | 'size' | 'full' | 'permission' | 'core'} Reason why a recording stopped
 *
 * @typedef {{ type: 'start', recording: string, at: number, name: string, sites: string[], limits: Limits, private: boolean, bodies: boolean, original: boolean }
 *   | { type: 'pause' | 'resume', recording: string, at: number }
 *   | { type: 'interrupt', recording: string, at: number }
 *   | { type: 'step', recording: string, at: number, note: string }
 *   | { type: 'withdrawn', recording: string, at: number, sites: string[] }
 *   | { type: 'stop', recording: string, at: number, reason: Reason }
 *   | { type: 'rename', recording: string, at: number, name: string }} Control
 *
 * @typedef {object} Recording
 * @property {string} id
 * @property {string} name
 * @property {number} started milliseconds since 1970
 * @property {number | undefined} stopped
 * @property {string[]} sites match patterns of what is recorded
 * @property {Limits} limits
 * @property {boolean} private of a private window: in memory only
 * @property {boolean} bodies whether response bodies are recorded too
 * @property {boolean} original whether what was recorded is kept with its secrets when it is finished
 * @property {'on' | 'paused' | 'interrupted' | 'stopped'} state
 * @property {Reason | undefined} reason
 * @property {{ at: number, note: string }[]} steps
 */

/** @type {Limits} */
export const LIMITS = { idle: 15, time: 120, size: 200 };
/** What a private window's recording may take of memory, in megabytes: the browsers give 10. */
export const PRIVATE_SIZE = 8;

/**
 * @param {Iterable<Control>} controls in the order in which they were written
 * @returns {Map<string, Recording>} by id, oldest first
 */
export function fold(controls) {
  /** @type {Map<string, Recording>} */
  const recordings = new Map();
  for (const control of controls) {
    if (control.type === 'start') {
      const { recording: id, at, name, sites, limits, bodies, original } = control;
      recordings.set(id, { id, name, started: at, stopped: undefined, sites, limits, private: control.private, bodies, original, state: 'on', reason: undefined, steps: [] });
      continue;
    }
    const recording = recordings.get(control.recording);
    if (recording) apply(recording, control);
  }
  return recordings;
}

/** @param {Recording} recording @param {Exclude<Control, { type: 'start' }>} control */
function apply(recording, control) {
  switch (control.type) {
    case 'rename':
      recording.name = control.name;
      break;
    case 'step':
      recording.steps.push({ at: control.at, note: control.note });
      break;
    case 'withdrawn':
      recording.sites = recording.sites.filter((site) => !control.sites.includes(site));
      break;
    case 'stop':
      // The first reason stands: a second stop is one that did not know of it.
      if (recording.state === 'stopped') break;
      Object.assign(recording, { state: 'stopped', stopped: control.at, reason: control.reason });
      break;
    default:
      if (recording.state === 'stopped') break;
      recording.state = control.type === 'pause' ? 'paused' : control.type === 'interrupt' ? 'interrupted' : 'on';
  }
}

/** The recording that has not been stopped, if there is one. @param {Map<string, Recording>} recordings */
export const unfinished = (recordings) => [...recordings.values()].findLast(({ state }) => state !== 'stopped');
