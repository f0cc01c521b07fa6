// What the user has chosen, kept from session to session.

import { api } from './platform.js';

/** Finished recordings are deleted after this many days; 0 keeps them. @returns {Promise<number>} */
export async function daysToKeep() {
  const { keepDays = 7 } = await api.storage.local.get('keepDays');
  return Number(keepDays);
}

/** @param {number} days */
export const setDaysToKeep = (days) => api.storage.local.set({ keepDays: days });
