// qBittorrent's own pages, in Russian.

import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const password = secret();

/** @param {string} settings further lines of its configuration @param {(url: string, restart: () => Promise<void>) => Promise<unknown>} use */
async function running(settings, use) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const salt = randomBytes(16);
  const hash = pbkdf2Sync(password, salt, 100_000, 64, 'sha512');
  mkdirSync(join(directory.path, 'qBittorrent/config'), { recursive: true });
  writeFileSync(join(directory.path, 'qBittorrent/config/qBittorrent.conf'), `[LegalNotice]
Accepted=true

[Preferences]
General\\Locale=ru
WebUI\\Username=wera
WebUI\\Password_PBKDF2="@ByteArray(${salt.toString('base64')}:${hash.toString('base64')})"
WebUI\\ServerDomains=*
WebUI\\Address=127.0.0.1
WebUI\\LocalHostAuth=true
${settings}
`);
  const begin = () => startServer('qbittorrent-nox', [`--profile=${directory.path}`, `--webui-port=${port}`], port);
  let stop = await begin();
  try {
    await use(`http://app.test:${port}`, async () => { await stop(); stop = await begin(); });
  } finally {
    await stop();
    directory.remove();
  }
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = password) {
  await visit(browser, `${url}/`);
  await submit(browser, { username: 'wera', password: word });
}

/** Goes from the page, which asks for news again and again, to one that asks for nothing. @param {Browser} browser @param {string} url */
const leave = (browser, url) => visit(browser, `${url}/api/v2/app/version`);

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('qbittorrent-login', 'qBittorrent in Russian: a login that works.', [], (browser) => running('', async (url) => {
    await logIn(browser, url);
    await leave(browser, url);
  }), { browser: 'firefox' }),
  login('qbittorrent-wrong', 'qBittorrent in Russian: a wrong password, which is answered with 200.', ['wrong-credentials'], (browser) => running('', (url) => logIn(browser, url, 'neverno')),
    { browser: 'firefox', equally: ['login-answer-in-success'] }),
  login('qbittorrent-banned', 'qBittorrent in Russian: bans who fails twice.', ['wrong-credentials', 'rate-limited'], (browser) => running('WebUI\\MaxAuthenticationFailCount=2', async (url) => {
    await logIn(browser, url, 'neverno1');
    await submit(browser, { username: 'wera', password: 'neverno2' });
    await submit(browser, { username: 'wera', password });
  }), { equally: ['login-answer-in-success', 'ip-denied', 'account-locked'] }),
  login('qbittorrent-restarted', 'qBittorrent in Russian: started anew while somebody is signed in.', ['session-expired'], (browser) => running('', async (url, restart) => {
    await logIn(browser, url);
    await leave(browser, url);
    await visit(browser, `${url}/api/v2/app/preferences`);
    await restart();
    await visit(browser, `${url}/api/v2/app/preferences`);
  }), { also: ['unauthenticated-as-403'], never: ['wrong-credentials', 'insufficient-permissions', 'csrf-rejected'] }),
];
