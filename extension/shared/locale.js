// In which language and time zone everything is said.

import { api } from './platform.js';

/** The languages of `_locales`, each in its own words. @type {[code: string, name: string][]} */
export const LANGUAGES = [['en', 'English'], ['de', 'Deutsch'], ['es', 'Español'], ['ja', '日本語']];

/** The texts of a language that the user has chosen over the browser's. @type {{ language: string, texts: Record<string, { message: string }> } | undefined} */
let chosen;
/** A time zone that the user has chosen over the computer's. */
let zone = '';

/** Has everything said as the user wants it. @param {import('./settings.js').Settings} settings */
export async function speakAs(settings) {
  zone = settings.zone;
  const { language } = settings;
  const isKnown = LANGUAGES.some(([code]) => code === language);
  chosen = isKnown ? { language, texts: await (await fetch(api.runtime.getURL(`_locales/${language}/messages.json`))).json() } : undefined;
  if (globalThis.document) document.documentElement.lang = spoken();
}

const spoken = () => chosen?.language ?? api.i18n.getMessage('@@ui_locale').replace('_', '-');

/**
 * A text of `_locales`.
 * @param {string} name
 * @param {...(string | number)} values
 */
export function message(name, ...values) {
  if (chosen) return (chosen.texts[name]?.message ?? name).replace(/\$(\d)/g, (_, at) => String(values[at - 1] ?? ''));
  return api.i18n.getMessage(name, values.map(String)) || name;
}

/** A time of another zone than this computer's says so. @returns {Intl.DateTimeFormatOptions} */
const clock = () => ({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', ...(zone ? { timeZone: zone, timeZoneName: 'short' } : {}) });

/** The time of day. @param {number} time milliseconds since the Unix epoch */
export const timeOf = (time) => new Date(time).toLocaleTimeString(spoken(), clock());

/** The day and its time. @param {number} time milliseconds since the Unix epoch */
export const dateOf = (time) => new Date(time).toLocaleString(spoken(), { year: 'numeric', month: 'short', day: 'numeric', ...clock() });
