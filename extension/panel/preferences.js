// The choices that outlive the panel.

const NAME = 'why401';
/** @typedef {import('./store.js').Settings} Settings */

/** @returns {Settings} */
export function readSettings() {
  try {
    const { presenter = false, utc = false } = JSON.parse(localStorage.getItem(NAME) ?? '{}');
    return { presenter: presenter === true, utc: utc === true };
  } catch {
    return { presenter: false, utc: false };
  }
}

/** @param {Settings} settings */
export const keepSettings = (settings) => localStorage.setItem(NAME, JSON.stringify(settings));
