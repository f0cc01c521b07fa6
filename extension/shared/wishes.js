// What pages ask of the background.

import { api, browserName } from './platform.js';
import { ALL_SITES } from './sites.js';

/** What recording needs beside the sites themselves. */
const PERMISSIONS = ['webRequest', 'cookies', 'scripting'];
/** What response bodies need beside it; only Firefox hands them out. */
const BODIES = ['webRequestBlocking', 'webRequestFilterResponse'];

/** @typedef {import('./recording.js').Recording} Recording */

/**
 * `version` is another one whenever the list of recordings may have changed.
 * @returns {Promise<{ recording: Recording | undefined, tally: import('./event-log.js').Tally, version: string }>}
 */
export const state = () => api.runtime.sendMessage({ type: 'state' });

/** @param {'pause' | 'resume' | 'stop'} type */
export const tell = (type) => api.runtime.sendMessage({ type });

/** @param {string} note */
export const markStep = (note) => api.runtime.sendMessage({ type: 'step', note });

/** @param {string} recording @param {string} name */
export const rename = (recording, name) => api.runtime.sendMessage({ type: 'rename', recording, name });

/** Deletes finished recordings. @param {readonly Recording[]} recordings */
export const remove = (recordings) => api.runtime.sendMessage({ type: 'remove', recordings: recordings.map(({ id, private: isPrivate }) => ({ id, private: isPrivate })) });

/**
 * Asks for access to the sites and starts. Must be called at the very start of the handler of a press:
 * a browser asks its user only then.
 * @param {import('../background/recorder.js').Wish} wish
 * @returns {Promise<'started' | 'refused' | 'failed'>} whether the user agreed, and the browser had room for it
 */
export async function start(wish) {
  const asked = api.permissions.request(/** @type {any} */ ({ permissions: [...PERMISSIONS, ...(wish.bodies ? BODIES : [])], origins: wish.sites }));
  // The question may close the popup: the background goes on with this wish.
  void api.runtime.sendMessage({ type: 'start', ...wish });
  if (!await asked) return 'refused';
  await api.runtime.sendMessage({ type: 'start', ...wish });
  return (await state()).recording ? 'started' : 'failed';
}

/** The tab in front, and its host where the browser tells it. */
export async function tabInFront() {
  const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
  const url = tab?.url && URL.canParse(tab.url) ? new URL(tab.url) : undefined;
  return { private: tab?.incognito ?? false, host: url?.protocol.startsWith('http') ? url.hostname : undefined };
}

/** Firefox shows its question only over a tab, and closes the popup for it. */
export const asksInTab = browserName === 'firefox';

/** @param {string[]} sites */
export const isAll = (sites) => sites.includes(ALL_SITES);
