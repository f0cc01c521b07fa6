// Who is signed in, by what their cookie holds; a restart forgets all.

import { randomUUID } from 'node:crypto';

/** @type {Map<string, string>} */
const known = new Map();

/** @param {string} name */
export function admit(name) {
  const key = randomUUID();
  known.set(key, name);
  return key;
}

/** @param {import('@sveltejs/kit').Cookies} cookies */
export const visitor = (cookies) => known.get(cookies.get('v') ?? '');
