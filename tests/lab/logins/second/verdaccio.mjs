// Verdaccio, a registry of packages, with its web interface.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start as startNginx } from '../../nginx.mjs';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { quiet, visit } from '../steps.mjs';
import { inPage, login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const person = { name: 'mirek', word: secret() };
const VERDACCIO = fileURLToPath(new URL('node_modules/verdaccio/bin/verdaccio', import.meta.url));

/**
 * @param {(at: { url: string, port: number, restart: () => Promise<void> }) => Promise<unknown>} use `restart` begins with an empty storage, but for its people
 * @param {string} [web] further lines of its section `web`
 */
async function running(use, web = '') {
  const directory = temporaryDirectory();
  const port = await freePort();
  const begin = async (/** @type {string} */ storage) => {
    const file = join(directory.path, 'config.yaml');
    writeFileSync(file, `
storage: ${directory.path}/${storage}
web:
  title: Sklad
${web}
auth:
  htpasswd:
    file: ${directory.path}/people
    algorithm: bcrypt
    rounds: 4
uplinks: {}
packages:
  'plan-*':
    access: vedouci
    publish: vedouci
  '**':
    access: $authenticated
    publish: $authenticated
log: { type: stdout, format: json, level: warn }
`);
    return startServer(process.execPath, [VERDACCIO, '--config', file, '--listen', `127.0.0.1:${port}`], port);
  };
  let stop = await begin('one');
  try {
    const made = await fetch(`http://127.0.0.1:${port}/-/user/org.couchdb.user:${person.name}`, {
      method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: person.name, password: person.word }),
    });
    if (!made.ok) throw new Error(`Verdaccio makes no user: ${made.status}`);
    await use({ url: `http://app.test:${port}`, port, restart: async () => { await stop(); stop = await begin('two'); } });
  } finally {
    await stop();
    directory.remove();
  }
}

/** Fills in the dialog of its page. @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = person.word) {
  await visit(browser, `${url}/`);
  await browser.evaluate(async (/** @type {string} */ name, /** @type {string} */ password) => {
    const found = async (/** @type {string} */ css) => {
      for (let times = 0; times < 100; times += 1) {
        const element = document.querySelector(css);
        if (element) return element;
        await new Promise((resolve) => { setTimeout(resolve, 100); });
      }
      throw new Error(`no ${css}`);
    };
    /** @type {HTMLElement} */ (await found('[data-testid="header--button-login"]')).click();
    const type = (/** @type {any} */ field, /** @type {string} */ text) => {
      /** @type {any} */ (Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')).set.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    };
    type(await found('#login--dialog-username'), name);
    type(await found('#login--dialog-password'), password);
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    /** @type {HTMLElement} */ (await found('#login--dialog-button-submit')).click();
  }, person.name, word);
  await quiet(browser, 2000);
}

/** What a page of one package asks for. @param {Browser} browser @param {string} name */
const look = (browser, name) => inPage(browser, `fetch('/-/verdaccio/data/sidebar/${name}', { headers: { Authorization: 'Bearer ' + localStorage.getItem('token') } })`);

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('verdaccio-login', 'Verdaccio: a login that works.', [], (browser) => running(({ url }) => logIn(browser, url)), { browser: 'firefox' }),
  login('verdaccio-wrong', 'Verdaccio: a wrong password.', ['wrong-credentials'], (browser) => running(({ url }) => logIn(browser, url, 'spatne')), { never: ['missing-credentials', 'challenge-missing', 'token-expired'] }),
  login('verdaccio-plan', 'Verdaccio: packages that only another group may see.', ['insufficient-permissions'], (browser) => running(async ({ url }) => {
    await logIn(browser, url);
    await look(browser, 'plan-2031');
  }), { never: ['wrong-credentials', 'csrf-rejected', 'unauthenticated-as-403', 'token-expired'] }),
  login('verdaccio-other-storage', 'Verdaccio: started anew with an empty storage, where its secret was.', ['token-signature-invalid'], (browser) => running(async ({ url, restart }) => {
    await logIn(browser, url);
    await look(browser, 'sklad');
    await restart();
    await look(browser, 'sklad');
  }), { equally: ['session-ended-by-server', 'signing-keys-stale', 'token-revoked'], also: ['session-expired', 'inconsistent-authentication'], never: ['wrong-credentials', 'token-expired', 'insufficient-permissions'] }),
  login('verdaccio-stripped', 'Verdaccio behind nginx, which takes the Authorization field away.', ['authorization-stripped'], (browser) => running(async ({ port }) => {
    const nginx = await startNginx({ locations: `location ~ ^/(-/.*|)$ { proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $http_host; proxy_set_header Authorization ""; }` });
    try {
      await logIn(browser, nginx.url.slice(0, -1));
      await look(browser, 'sklad');
    } finally { await nginx.stop(); }
  }), { never: ['wrong-credentials', 'token-expired', 'token-signature-invalid', 'insufficient-permissions'] }),
];
