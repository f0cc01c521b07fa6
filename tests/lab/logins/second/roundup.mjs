// Roundup's classic tracker, whose pages ask by script whether there is a REST interface.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const PYTHON = process.env.WHY401_LAB_PYTHON ?? 'python3';
const password = secret();

/** @param {(url: string) => Promise<unknown>} use @param {string} [web] the URL under which it believes to be reached, instead of the true one */
async function running(use, web) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const url = `http://app.test:${port}/lager/`;
  const place = join(directory.path, 'lager');
  const admin = (/** @type {string[]} */ ...words) => execFileSync(join(dirname(PYTHON), 'roundup-admin'), ['-i', place, ...words], { stdio: 'ignore' });
  admin('install', 'classic', 'sqlite');
  const file = join(place, 'config.ini');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^#?web = .*$/m, `web = ${web ?? url}`).replace(/^#?(admin_email|domain) = .*$/gm, '$1 = app.test')
    .replace(/^#?host = NO DEFAULT$/m, 'host = localhost').replace(/^#?domain = NO DEFAULT$/m, 'domain = app.test').replace(/^#?debug = *$/m, `debug = ${join(directory.path, 'mail')}`));
  admin('initialise', password);
  // It will not serve as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('chown', ['-R', 'www-data', directory.path]);
  const stop = await startServer(join(dirname(PYTHON), 'roundup-server'), [...isRoot ? ['-u', 'www-data'] : [], '-n', '127.0.0.1', '-p', `${port}`, `lager=${place}`], port);
  try { await use(url); } finally { await stop(); directory.remove(); }
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = password) {
  await visit(browser, url);
  await submit(browser, { __login_name: 'admin', __login_password: word }, 'form:has([name=__login_name])');
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('roundup-login', 'Roundup: a login that works.', [], (browser) => running((url) => logIn(browser, url)), { browser: 'firefox' }),
  login('roundup-wrong', 'Roundup: a wrong password; the message stands in the address that the answer leads to.', ['wrong-credentials'], (browser) => running((url) => logIn(browser, url, 'falsch'))),
  login('roundup-other-web', 'Roundup: the URL in its configuration is the one that it had within the house, and the form is sent there.', ['name-not-resolved'],
    (browser) => running((url) => logIn(browser, url), 'http://lager.intern/lager/'),
    { also: ['proxy-unaware-application', 'wrong-url'], never: ['wrong-credentials', 'insufficient-permissions', 'unauthenticated-as-403', 'missing-credentials'] }),
  login('roundup-users', 'Roundup: nobody in particular opens the list of users, and is invited to sign in.', [], (browser) => running((url) => visit(browser, `${url}user`))),
];
