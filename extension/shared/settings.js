// What the user has chosen, kept from session to session, for every page of the extension.

import { api } from './platform.js';

/**
 * @typedef {object} Settings
 * @property {boolean} mask whether secrets of an opened request are masked until one is shown
 * @property {boolean} presenter whether nothing that is masked can be shown
 * @property {string} zone the time zone of all times; empty for that of the computer
 * @property {string} language of the texts; empty for that of the browser
 * @property {boolean} keepLog whether what was captured is offered when DevTools is opened again on its tab
 * @property {string} ignoredHosts hosts that are left out with all below them, one a word
 */

/** @type {Settings} */
export const DEFAULTS = { mask: true, presenter: false, zone: '', language: '', keepLog: true, ignoredHosts: '' };

/** What was stored, as far as it is what it should be. @param {any} stored @returns {Settings} */
function settingsOf(stored) {
  const fits = Object.entries(DEFAULTS).filter(([name, value]) => typeof stored?.[name] === typeof value).map(([name]) => [name, stored[name]]);
  return { ...DEFAULTS, ...Object.fromEntries(fits) };
}

/** @returns {Promise<Settings>} */
export const readSettings = async () => settingsOf((await api.storage.local.get('settings')).settings);

/** @param {Settings} settings */
export const keepSettings = (settings) => api.storage.local.set({ settings });

/** @param {(settings: Settings) => void} hear is told every change, whichever page made it */
export function whenSettingsChange(hear) {
  // Of this area alone: what is captured is written to another one many times a minute.
  api.storage.local.onChanged.addListener(({ settings }) => {
    if (settings) hear(settingsOf(settings.newValue));
  });
}

/** Finished recordings are deleted after this many days; 0 keeps them. @returns {Promise<number>} */
export async function daysToKeep() {
  const { keepDays = 7 } = await api.storage.local.get('keepDays');
  return Number(keepDays);
}

/** @param {number} days */
export const setDaysToKeep = (days) => api.storage.local.set({ keepDays: days });
