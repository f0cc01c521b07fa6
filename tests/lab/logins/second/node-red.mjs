// Node-RED's editor with adminAuth.

import bcrypt from 'bcryptjs';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort, sleep, startServer, temporaryDirectory } from '../../process.mjs';
import { call, quiet, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const password = secret();
const RED = join(dirname(createRequire(import.meta.url).resolve('node-red/package.json')), 'red.js');

/** @param {object} settings of adminAuth @param {(url: string) => Promise<unknown>} use */
async function running(settings, use) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const user = (/** @type {string} */ username, /** @type {string} */ permissions) => ({ username, password: bcrypt.hashSync(password, 4), permissions });
  writeFileSync(join(directory.path, 'settings.json'), '{}');
  writeFileSync(join(directory.path, 'settings.js'), `module.exports = ${JSON.stringify({
    uiHost: '127.0.0.1', uiPort: port, userDir: directory.path, flowFile: 'flows.json', lang: 'ja', telemetry: { enabled: false }, tours: false,
    adminAuth: { type: 'credentials', users: [user('yuki', '*'), user('gast', 'read')], ...settings },
    editorTheme: { palette: { catalogues: [] }, tours: false }, logging: { console: { level: 'fatal' } },
  })};\n`);
  const stop = await startServer(process.execPath, [RED, '-s', join(directory.path, 'settings.js')], port);
  try { await use(`http://app.test:${port}`); } finally { await stop(); directory.remove(); }
}

/** Goes from the editor, which seeks its server again and again, to a page that asks for nothing. @param {Browser} browser @param {string} url */
const leave = (browser, url) => visit(browser, `${url}/favicon.ico`);

/** @param {Browser} browser @param {string} url @param {string} [word] @param {string} [username] */
async function logIn(browser, url, word = password, username = 'yuki') {
  await visit(browser, `${url}/`);
  for (const end = Date.now() + 20_000; !await browser.evaluate(() => Boolean(document.querySelector('#node-dialog-login-username'))); await sleep(100)) {
    if (Date.now() > end) throw new Error('Node-RED shows no login');
  }
  await browser.evaluate((/** @type {[string, string]} */ [name, secret]) => {
    const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (document.getElementById(`node-dialog-login-${id}`));
    field('username').value = name;
    field('password').value = secret;
    setTimeout(() => field('submit').click());
  }, [username, word]);
  await sleep(2500);
  await quiet(browser);
  await leave(browser, url);
}

/** The token that the editor keeps, as the header that it sends. @param {Browser} browser */
const bearer = async (browser) => ({ Authorization: `Bearer ${await browser.evaluate(() => JSON.parse(localStorage.getItem('auth-tokens') ?? '{}').access_token)}` });

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('node-red-login', 'Node-RED in Japanese: the editor asks for its settings before anybody is signed in, and shows its login then.', [], (browser) => running({}, (url) => logIn(browser, url)), { browser: 'firefox' }),
  login('node-red-wrong', 'Node-RED in Japanese: a wrong password, which is answered with 403.', ['wrong-credentials'], (browser) => running({}, (url) => logIn(browser, url, 'chigau')),
    { never: ['insufficient-permissions', 'csrf-rejected', 'missing-credentials', 'waf-blocked'] }),
  login('node-red-reader', 'Node-RED in Japanese: somebody who may only read deploys, and is answered with 401.', ['permission-denied-as-401'], (browser) => running({}, async (url) => {
    await logIn(browser, url, password, 'gast');
    const headers = await bearer(browser);
    await call(browser, `${url}/flows`, { headers: { ...headers, Accept: 'application/json' } });
    await call(browser, `${url}/flows`, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: '[]' });
    await call(browser, `${url}/flows`, { headers: { ...headers, Accept: 'application/json' } });
  }), { equally: ['insufficient-permissions'], never: ['token-expired', 'wrong-credentials', 'token-revoked', 'missing-credentials'] }),
  login('node-red-session-over', 'Node-RED in Japanese: sessions of three seconds.', ['token-expired'], (browser) => running({ sessionExpiryTime: 3 }, async (url) => {
    await logIn(browser, url);
    const headers = await bearer(browser);
    await sleep(3500);
    await call(browser, `${url}/flows`, { headers });
  }), { browser: 'firefox', equally: ['session-expired', 'token-revoked'], never: ['wrong-credentials', 'missing-credentials', 'permission-denied-as-401'] }),
];
