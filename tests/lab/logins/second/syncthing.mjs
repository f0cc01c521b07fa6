// Syncthing's own pages, behind Basic.

import bcrypt from 'bcryptjs';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { call, quiet } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const password = secret();

/** @param {(url: string) => Promise<unknown>} use */
async function running(use) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const config = join(directory.path, 'config.xml');
  execFileSync('syncthing', ['generate', `--home=${directory.path}`], { stdio: 'ignore' });
  writeFileSync(config, readFileSync(config, 'utf8')
    .replace(/<address>127\.0\.0\.1:\d+<\/address>/, `<address>127.0.0.1:${port}</address><user>paula</user><password>${bcrypt.hashSync(password, 4)}</password><insecureSkipHostcheck>true</insecureSkipHostcheck>`)
    .replace(/<(globalAnnounceEnabled|localAnnounceEnabled|relaysEnabled|natEnabled|crashReportingEnabled)>true/g, '<$1>false')
    .replace(/<listenAddress>default/, '<listenAddress>tcp://127.0.0.1:0').replace(/<urAccepted>0/, '<urAccepted>-1'));
  const stop = await startServer('syncthing', ['serve', `--home=${directory.path}`, '--no-browser', '--no-restart', '--no-upgrade'], port);
  try { await use(`http://app.test:${port}`); } finally { await stop(); directory.remove(); }
}

const basic = (/** @type {string} */ word) => ({ headers: { Authorization: `Basic ${Buffer.from(`paula:${word}`).toString('base64')}` } });

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('syncthing-cancelled', 'Syncthing: the dialog for the password is cancelled.', ['missing-credentials'], (browser) => running(async (url) => { await browser.gotoProtected(`${url}/meta.js`); await quiet(browser); })),
  login('syncthing-wrong', 'Syncthing: a wrong password.', ['wrong-credentials'], (browser) => running(async (url) => {
    await browser.gotoProtected(`${url}/meta.js`, { username: 'paula', password: 'errado' });
    await quiet(browser);
  }), { browser: 'firefox' }),
  login('syncthing-no-token', 'Syncthing: a script that signs in by Basic, but sends no token of Syncthing along.', ['csrf-rejected'], (browser) => running(async (url) => {
    await browser.gotoProtected(`${url}/meta.js`, { username: 'paula', password });
    await quiet(browser);
    await call(browser, `${url}/rest/system/status`, basic(password));
  }), { browser: 'firefox', never: ['wrong-credentials', 'insufficient-permissions'] }),
];
