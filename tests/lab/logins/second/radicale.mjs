// Radicale, whose page signs in by script with Basic, and asks first whether somebody is known already.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start as startNginx } from '../../nginx.mjs';
import { freePort, sleep, startServer, temporaryDirectory } from '../../process.mjs';
import { quiet, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const PYTHON = process.env.WHY401_LAB_PYTHON ?? 'python3';
const word = secret();

/**
 * @param {(url: string) => Promise<unknown>} use
 * @param {string} [rights] which collections may be changed, as its manual has them
 */
async function running(use, rights = 'owner_only') {
  const directory = temporaryDirectory();
  const port = await freePort();
  const configuration = join(directory.path, 'config');
  writeFileSync(join(directory.path, 'people'), `marit:${word}\n`);
  mkdirSync(join(directory.path, 'collections'));
  const ofRights = join(directory.path, 'rights');
  writeFileSync(ofRights, '[root]\nuser: .+\ncollection:\npermissions: R\n\n[own]\nuser: .+\ncollection: {user}(/.*)?\npermissions: Rr\n');
  writeFileSync(configuration, `
[server]
hosts = 127.0.0.1:${port}
[auth]
type = htpasswd
htpasswd_filename = ${directory.path}/people
htpasswd_encryption = plain
delay = 0
[rights]
type = ${rights}
file = ${ofRights}
[storage]
filesystem_folder = ${directory.path}/collections
`);
  const stop = await startServer(PYTHON, ['-m', 'radicale', '--config', configuration], port);
  try { await use(`http://app.test:${port}`); } finally { await stop(); directory.remove(); }
}

/** @param {Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = word) {
  await visit(browser, `${url}/.web/`);
  await again(browser, password);
}

/** Sends the form off, whose fields have no names. @param {Browser} browser @param {string} password */
async function again(browser, password) {
  await browser.evaluate((/** @type {string} */ entered) => {
    const form = /** @type {HTMLFormElement} */ (document.querySelector('#loginscene [data-name=form]'));
    /** @type {HTMLInputElement} */ (form.querySelector('[data-name=user]')).value = 'marit';
    /** @type {HTMLInputElement} */ (form.querySelector('[data-name=password]')).value = entered;
    setTimeout(() => /** @type {HTMLElement | null} */ (form.querySelector('button'))?.click());
  }, password);
  await sleep(2000);
  await quiet(browser);
}

/** @param {Browser} browser @param {string} selector */
async function press(browser, selector) {
  await browser.evaluate((/** @type {string} */ css) => { setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector(css))?.click()); }, selector);
  await sleep(700);
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  // Chrome would answer the refusal by a dialog of its own, which no script can fill in.
  login('radicale-typo', 'Radicale: a wrong password, and then the right one.', ['wrong-credentials'], (browser) => running(async (url) => {
    await logIn(browser, url, 'feil');
    await again(browser, word);
  }), { browser: 'firefox', recovers: true }),
  login('radicale-read-only', 'Radicale: somebody who may only read makes a calendar.', ['insufficient-permissions'], (browser) => running(async (url) => {
    await logIn(browser, url);
    await press(browser, '#collectionsscene [data-name=new]');
    await press(browser, '#createcollectionscene [data-name=submit]');
    await sleep(1000);
  }, 'from_file'), { never: ['wrong-credentials', 'csrf-rejected', 'unauthenticated-as-403', 'missing-credentials'] }),
  login('radicale-too-fast', 'Radicale behind nginx, which lets two requests a minute through to what is guarded.', ['rate-limited'], (browser) => running(async (url) => {
    const nginx = await startNginx({
      global: 'limit_req_zone $binary_remote_addr zone=slow:1m rate=2r/m; limit_req_status 429;',
      locations: `location /.web { proxy_pass ${url.replace('app.test', '127.0.0.1')}; proxy_set_header Host $http_host; }
location ~ ^/(marit/|$) { limit_req zone=slow burst=1 nodelay; proxy_pass ${url.replace('app.test', '127.0.0.1')}; proxy_set_header Host $http_host; }`,
    });
    try { await logIn(browser, nginx.url.slice(0, -1)); } finally { await nginx.stop(); }
  }), { never: ['wrong-credentials', 'missing-credentials', 'insufficient-permissions'] }),
  login('radicale-login', 'Radicale: a login that works, after the page asked whether somebody is known already.', [], (browser) => running((url) => logIn(browser, url))),
];
