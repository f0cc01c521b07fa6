// Transmission's daemon with its web interface.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { quiet, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const credentials = { username: 'bruno', password: secret() };

/** @param {object} settings of its settings.json @param {(url: string) => Promise<unknown>} use */
async function running(settings, use) {
  const directory = temporaryDirectory();
  const port = await freePort();
  writeFileSync(join(directory.path, 'settings.json'), JSON.stringify({
    'rpc-enabled': true, 'rpc-port': port, 'rpc-bind-address': '127.0.0.1', 'rpc-authentication-required': true, 'rpc-username': credentials.username, 'rpc-password': credentials.password,
    'rpc-whitelist-enabled': false, 'rpc-host-whitelist-enabled': false, 'download-dir': directory.path, 'incomplete-dir': directory.path, 'dht-enabled': false, 'lpd-enabled': false, 'pex-enabled': false, 'port-forwarding-enabled': false,
    'peer-port': await freePort(), ...settings,
  }));
  const stop = await startServer('transmission-daemon', ['--foreground', '--config-dir', directory.path], port);
  try { await use(`http://app.test:${port}/transmission/web/`); } finally { await stop(); directory.remove(); }
}

/** @param {Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = credentials.password) {
  await browser.gotoProtected(url, { ...credentials, password });
  await quiet(browser, 2000);
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('transmission-login', 'Transmission: a login that works; its page learns its session id from a 409.', [], (browser) => running({}, (url) => logIn(browser, url)), { browser: 'firefox' }),
  login('transmission-hammered', 'Transmission: another device tried an old password a hundred times, after which it refuses everybody until it is started anew.', ['rate-limited'],
    (browser) => running({}, async (url) => {
      const old = `Basic ${Buffer.from(`${credentials.username}:${secret()}`).toString('base64')}`;
      for (let times = 0; times < 101; times += 1) await fetch(url.replace('app.test', '127.0.0.1'), { headers: { Authorization: old } });
      await logIn(browser, url);
    }), { equally: ['account-locked', 'ip-denied'], also: ['waf-blocked'], never: ['wrong-credentials', 'insufficient-permissions', 'unauthenticated-as-403', 'csrf-rejected'] }),
  login('transmission-address', 'Transmission: only addresses of the house are let in, and this is none of them.', ['ip-denied'], (browser) => running({ 'rpc-whitelist-enabled': true, 'rpc-whitelist': '10.0.*.*' }, (url) => visit(browser, url)),
    { never: ['wrong-credentials', 'insufficient-permissions', 'unauthenticated-as-403', 'missing-credentials', 'rate-limited'] }),
];
