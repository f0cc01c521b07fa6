// What was typed into password fields never reaches the log: the core takes it out of every record.

import { Passwords, passwordCore } from '../shared/password-core.js';
import { api } from '../shared/platform.js';

/** @type {Promise<Passwords> | undefined} */
let current;
/** Typed before the core was there. @type {string[]} */
let typed = [];

/** @param {string} recording */
async function load(recording) {
  const [key] = await Promise.all([keyOf(recording), passwordCore()]);
  const passwords = new Passwords(key);
  for (const value of typed.splice(0)) passwords.learn(value);
  return passwords;
}

/**
 * The key of this recording's fingerprints is in memory only, so what lies on the disk cannot be guessed from.
 * @param {string} recording
 */
async function keyOf(recording) {
  const { fingerprints } = /** @type {any} */ (await api.storage.session.get('fingerprints'));
  if (fingerprints?.recording === recording) return new Uint8Array(fingerprints.key);
  const key = crypto.getRandomValues(new Uint8Array(32));
  await api.storage.session.set({ fingerprints: { recording, key: [...key] } });
  return key;
}

/**
 * @param {string} recording
 * @param {string} lines records
 * @returns {Promise<string>} the records as they may be stored
 */
export async function keep(recording, lines) {
  current ??= load(recording);
  const passwords = await current;
  for (const value of typed.splice(0)) passwords.learn(value);
  return passwords.keep(lines);
}

/** @param {string} value of a password field */
export function learn(value) {
  typed.push(String(value).slice(0, 1024));
}

export function forgetPasswords() {
  current = undefined;
  typed = [];
  void api.storage.session.remove('fingerprints');
}
