// Datasette with datasette-auth-passwords.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start as startNginx } from '../../nginx.mjs';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const PYTHON = process.env.WHY401_LAB_PYTHON ?? 'python3';
const password = secret();

/**
 * @param {(at: { url: string, port: number, restart: () => Promise<void> }) => Promise<unknown>} use
 * @param {{ basic?: boolean }} [settings] `basic`: whoever comes must sign in, in the browser's own dialog
 */
async function running(use, { basic = false } = {}) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const hash = execFileSync(PYTHON, ['-c', 'import sys; from datasette_auth_passwords.utils import hash_password; print(hash_password(sys.argv[1], iterations=1000))', password], { encoding: 'utf8' }).trim();
  const files = ['ernte', 'lohn'].map((name) => join(directory.path, `${name}.db`));
  for (const file of files) execFileSync(PYTHON, ['-c', 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("create table zeilen (a, b)")', file]);
  const metadata = join(directory.path, 'metadata.json');
  writeFileSync(metadata, JSON.stringify({
    databases: { ernte: { allow: { id: ['lotte', 'chef'] } }, lohn: { allow: { id: 'chef' } } },
    plugins: { 'datasette-auth-passwords': { lotte_password_hash: hash, chef_password_hash: hash, http_basic_auth: basic } },
  }));
  const begin = () => startServer(PYTHON, ['-m', 'datasette', 'serve', ...files, '--metadata', metadata, '--host', '127.0.0.1', '--port', `${port}`], port);
  let stop = await begin();
  try {
    await use({ url: `http://app.test:${port}`, port, restart: async () => { await stop(); stop = await begin(); } });
  } finally {
    await stop();
    directory.remove();
  }
}

/** @param {Browser} browser @param {string} url */
async function logIn(browser, url) {
  await visit(browser, `${url}/-/login`);
  await submit(browser, { username: 'lotte', password }, 'form.password-login');
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('datasette-other-database', 'Datasette: a database that another person alone may see.', ['insufficient-permissions'], (browser) => running(async ({ url }) => {
    await logIn(browser, url);
    await visit(browser, `${url}/ernte`);
    await visit(browser, `${url}/lohn`);
  }), { never: ['wrong-credentials', 'csrf-rejected', 'unauthenticated-as-403', 'session-expired'] }),
  login('datasette-restarted', 'Datasette: it makes its secret at every start, and starts anew.', ['session-ended-by-server'], (browser) => running(async ({ url, restart }) => {
    await logIn(browser, url);
    await visit(browser, `${url}/ernte`);
    await restart();
    await visit(browser, `${url}/ernte`);
  }), { browser: 'firefox', equally: ['session-expired', 'session-corrupt'], also: ['unauthenticated-as-403', 'inconsistent-authentication'], never: ['wrong-credentials', 'insufficient-permissions', 'csrf-rejected', 'session-cookie-lost'] }),
  login('datasette-no-cookies', 'Datasette behind nginx, which takes all cookies out of requests.', ['cookie-stripped'], (browser) => running(async ({ port }) => {
    const nginx = await startNginx({ locations: `location / { proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $http_host; proxy_set_header Cookie ""; }` });
    const url = nginx.url.slice(0, -1);
    try {
      await logIn(browser, url);
      await visit(browser, `${url}/ernte`);
    } finally { await nginx.stop(); }
  }), { also: ['unauthenticated-as-403'], never: ['wrong-credentials', 'cookies-disabled', 'insufficient-permissions', 'session-cookie-lost', 'csrf-rejected'] }),
  login('datasette-dialog', 'Datasette: the browser asks for the password, and everything is let through with it.', [], (browser) => running(async ({ url }) => {
    await browser.gotoProtected(`${url}/`, { username: 'lotte', password });
    await visit(browser, `${url}/ernte`);
  }, { basic: true }), { browser: 'firefox' }),
];
