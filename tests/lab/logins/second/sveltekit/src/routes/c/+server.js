import { error, json } from '@sveltejs/kit';
import { visitor } from '$lib/server/visitors.js';

/** @param {import('@sveltejs/kit').RequestEvent} event */
export function GET({ cookies }) {
  const nome = visitor(cookies);
  if (!nome) error(401, 'Non sei entrato');
  return json({ nome });
}
