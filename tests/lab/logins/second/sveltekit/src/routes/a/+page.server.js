import { fail, redirect } from '@sveltejs/kit';
import { env } from '$env/dynamic/private';
import { admit } from '$lib/server/visitors.js';

export const actions = {
  /** @param {import('@sveltejs/kit').RequestEvent} event */
  default: async ({ cookies, request }) => {
    const form = await request.formData();
    if (form.get('q2') !== env.PAROLA) return fail(400, { avviso: 'Nome o parola non corretti.' });
    cookies.set('v', admit(String(form.get('q1'))), { path: '/', ...(env.SECURE === 'no' && { secure: false }) });
    redirect(303, '/b');
  },
};
