// Trac, served by tracd, in Spanish.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { quiet, submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const PYTHON = process.env.WHY401_LAB_PYTHON ?? 'python3';
const password = secret();

/**
 * @param {Record<string, string>} settings of its section `trac` @param {(url: string) => Promise<unknown>} use
 * @param {boolean} [allowed] whether who is signed in may read tickets and reports
 */
async function running(settings, use, allowed = true) {
  const directory = temporaryDirectory();
  const place = join(directory.path, 'obra');
  const admin = (/** @type {string[]} */ ...words) => execFileSync(PYTHON, ['-m', 'trac.admin.console', place, ...words], { stdio: 'ignore' });
  admin('initenv', 'Obra', 'sqlite:db/trac.db');
  for (const right of ['TICKET_VIEW', 'REPORT_VIEW']) {
    admin('permission', 'remove', 'anonymous', right);
    if (allowed) admin('permission', 'add', 'authenticated', right);
  }
  const file = join(place, 'conf/trac.ini');
  const lines = Object.entries({ default_language: 'es', ...settings }).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^(default_language|secure_cookies|auth_cookie_path) = .*$/gm, '').replace('[trac]', `[trac]\n${lines.join('\n')}`));
  const passwords = join(directory.path, 'passwords');
  appendFileSync(passwords, `ines:{SHA}${createHash('sha1').update(password).digest('base64')}\n`);
  const port = await freePort();
  const stop = await startServer(PYTHON, ['-m', 'trac.web.standalone', '-s', '--hostname=127.0.0.1', `--port=${port}`, `--basic-auth=*,${passwords},Obra`, place], port);
  try { await use(`http://app.test:${port}`); } finally { await stop(); directory.remove(); }
}

/** Answers the dialog that Trac's own link leads to. @param {Browser} browser @param {string} url */
async function logIn(browser, url) {
  await visit(browser, `${url}/`);
  await browser.gotoProtected(`${url}/login`, { username: 'ines', password });
  await quiet(browser);
  await visit(browser, `${url}/report`);
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('trac-login', 'Trac in Spanish: a login that works.', [], (browser) => running({}, (url) => logIn(browser, url))),
  login('trac-reports', 'Trac in Spanish: somebody who is signed in may not read reports.', ['insufficient-permissions'], (browser) => running({}, (url) => logIn(browser, url), false),
    { browser: 'firefox', never: ['wrong-credentials', 'csrf-rejected', 'session-expired', 'unauthenticated-as-403', 'missing-credentials'] }),
  login('trac-secure-cookies', 'Trac in Spanish: secure_cookies over http.', ['cookie-rejected-secure'], (browser) => running({ secure_cookies: 'true' }, (url) => logIn(browser, url)),
    { never: ['wrong-credentials', 'insufficient-permissions', 'cookies-disabled'] }),
  login('trac-cookie-path', 'Trac in Spanish: auth_cookie_path of another folder.', ['cookie-not-sent-path'], (browser) => running({ auth_cookie_path: '/obra' }, (url) => logIn(browser, url)),
    { browser: 'firefox', never: ['wrong-credentials', 'insufficient-permissions', 'cookies-disabled'] }),
  login('trac-no-form-token', 'Trac in Spanish: a ticket is sent off after the cookie with the token of forms went.', ['csrf-rejected'], (browser) => running({}, async (url) => {
    await logIn(browser, url);
    await visit(browser, `${url}/newticket`);
    await browser.evaluate(() => { document.cookie = 'trac_form_token=; Max-Age=0; path=/'; /** @type {any} */ (document.querySelector('#propertyform [name=__FORM_TOKEN]')).value = ''; });
    await submit(browser, { field_summary: 'Techo' }, '#propertyform');
  }), { never: ['wrong-credentials', 'insufficient-permissions', 'session-expired'] }),
];
