// OctoPrint in German.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { start as startNginx } from '../../nginx.mjs';
import { freePort, sleep, startServer, temporaryDirectory } from '../../process.mjs';
import { call, quiet, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const OCTOPRINT = join(dirname(process.env.WHY401_LAB_PYTHON ?? '/usr/bin/python3'), 'octoprint');
const person = { name: 'kurt', word: secret() };

/**
 * @param {Browser} browser
 * @param {string} settings lines of its section `server`
 * @param {(at: { url: string, port: number }) => Promise<unknown>} use
 * @param {string} [group] of its one person
 */
async function running(browser, settings, use, group = 'users') {
  const directory = temporaryDirectory();
  const port = await freePort();
  writeFileSync(join(directory.path, 'config.yaml'), `
server:
  firstRun: false
  onlineCheck: { enabled: false }
  pluginBlacklist: { enabled: false }
  seenWizards: { corewizard: 4, tracking: null, backup: null, classicwebcam: 1 }
${settings}
appearance: { defaultLanguage: de }
plugins:
  _disabled: [softwareupdate, announcements, tracking, discovery, pluginmanager, errortracking, health_check, achievements, firmware_check, pi_support, file_check]
webcam: { timelapseEnabled: false }
`);
  execFileSync(OCTOPRINT, ['--basedir', directory.path, 'user', 'add', '--password', person.word, '--group', group, person.name], { stdio: 'ignore' });
  const stop = await startServer(OCTOPRINT, ['--basedir', directory.path, 'serve', '--iknowwhatimdoing', '--host', '127.0.0.1', '--port', `${port}`], port);
  try {
    // For some seconds another server answers every address with the same page, and then nobody does.
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(500)) {
      const text = await fetch(`http://127.0.0.1:${port}/login/`).then((answer) => answer.text(), () => '');
      if (text.includes('login-password')) break;
    }
    await use({ url: `http://app.test:${port}`, port });
    // Its page would notice that the server is gone, which is none of what is shown.
    await visit(browser, 'about:blank');
  } finally {
    await stop();
    directory.remove();
  }
}

/** @param {Browser} browser @param {string} word */
async function fillIn(browser, word) {
  await browser.evaluate((/** @type {string} */ name, /** @type {string} */ password) => {
    const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
    field('login-user').value = name;
    field('login-password').value = password;
    setTimeout(() => field('login-button').click());
  }, person.name, word);
  await sleep(1500);
  await quiet(browser);
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = person.word) {
  await visit(browser, `${url}/login/?redirect=%2Fapi%2Fcurrentuser`);
  await fillIn(browser, word);
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('octoprint-login', 'OctoPrint in German: a mistyped password, and then the right one.', ['wrong-credentials'], (browser) => running(browser, '', async ({ url }) => {
    await logIn(browser, url, 'falsch');
    await fillIn(browser, person.word);
    await sleep(4000);
  }, 'admins'), { recovers: true }),
  login('octoprint-too-many', 'OctoPrint in German: four wrong passwords within a minute, where three are let through.', ['rate-limited'], (browser) => running(browser, '', async ({ url }) => {
    await visit(browser, `${url}/login/?redirect=%2Fapi%2Fcurrentuser`);
    for (const word of ['falsch', 'falsch1', 'Falsch1', 'falsch12']) await fillIn(browser, word);
  }), { browser: 'firefox', also: ['wrong-credentials', 'account-locked'], never: ['csrf-rejected', 'insufficient-permissions', 'session-expired'] }),
  login('octoprint-secure-cookies', 'OctoPrint in German: cookies.secure over http; its page finds no token in a cookie, and its login is refused.', ['cookie-rejected-secure'],
    (browser) => running(browser, '  cookies: { secure: true }', ({ url }) => logIn(browser, url)), { also: ['csrf-rejected'], never: ['wrong-credentials', 'cookies-disabled', 'session-expired'] }),
  login('octoprint-port', 'OctoPrint in German behind nginx, which does not pass on the port that cookies are named after.', ['csrf-rejected'], (browser) => running(browser, '', async ({ port }) => {
    const nginx = await startNginx({ locations: `location / { proxy_pass http://127.0.0.1:${port}; proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }` });
    try { await logIn(browser, nginx.url.slice(0, -1)); } finally { await nginx.stop(); }
  }), { browser: 'firefox', equally: ['proxy-unaware-application'], never: ['wrong-credentials', 'cookies-disabled', 'session-expired', 'insufficient-permissions'] }),
  login('octoprint-reader', 'OctoPrint in German: somebody who may print asks for the list of users.', ['insufficient-permissions'], (browser) => running(browser, '', async ({ url }) => {
    await logIn(browser, url);
    await call(browser, '/api/access/users');
  }), { never: ['wrong-credentials', 'csrf-rejected', 'session-expired', 'unauthenticated-as-403'] }),
];
