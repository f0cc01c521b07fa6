// What the Express applications of the laboratory share: listening, accounts, pages.

import { randomBytes } from 'node:crypto';
import express from 'express';

/** The one account, made anew for every run. */
export const account = { user: 'alice', password: randomBytes(9).toString('base64url') };

/** @param {string} title @param {string} body */
export const page = (title, body) => `<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>${body}</html>`;

/** @param {string} [message] @param {string} [hidden] */
export const loginForm = (message = '', hidden = '') => page('Sign in', `${message && `<p role="alert">${message}</p>`}
<form method="post" action="/login">${hidden}<label>User <input name="user"></label><label>Password <input name="password" type="password"></label>
<button type="submit">Sign in</button></form>`);

/**
 * Serves an application on a free port of 127.0.0.1 while `use` runs.
 * @param {import('express').Express} application
 * @param {string} host the name under which browsers reach it
 * @param {(url: string) => Promise<void>} use takes the application's origin
 */
export async function served(application, host, use) {
  const server = application.listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  try {
    await use(`http://${host}:${port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
  }
}

export { express };
