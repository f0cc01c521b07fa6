import { redirect } from '@sveltejs/kit';
import { visitor } from '$lib/server/visitors.js';

/** @param {import('@sveltejs/kit').ServerLoadEvent} event */
export function load({ cookies }) {
  const nome = visitor(cookies);
  if (!nome) redirect(307, '/a');
  return { nome, turni: ['lunedì', 'giovedì'] };
}
