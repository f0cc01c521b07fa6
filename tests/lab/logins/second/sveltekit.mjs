// SvelteKit with form actions, an Italian application, served by its adapter for Node.

import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start as startNginx } from '../../nginx.mjs';
import { freePort, sleep, startServer, temporaryDirectory } from '../../process.mjs';
import { quiet, submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const parola = secret();
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * @param {(url: string) => Record<string, string>} settings of its environment
 * @param {(at: { port: number, url: string, restart: () => Promise<void> }) => Promise<unknown>} use
 */
async function running(settings, use) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const url = `http://app.test:${port}`;
  cpSync(here('sveltekit'), directory.path, { recursive: true });
  symlinkSync(here('node_modules'), join(directory.path, 'node_modules'));
  writeFileSync(join(directory.path, 'package.json'), '{ "type": "module" }');
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'], { cwd: directory.path, stdio: 'ignore' });
  const environment = Object.entries({ PORT: port, HOST: '127.0.0.1', PAROLA: parola, ...settings(url) }).map(([name, value]) => `${name}=${value}`);
  const begin = () => startServer('env', [...environment, process.execPath, join(directory.path, 'build/index.js')], port);
  let stop = await begin();
  try {
    await use({ port, url, restart: async () => { await stop(); stop = await begin(); } });
  } finally {
    await stop();
    directory.remove();
  }
}

/**
 * @param {(browser: Browser, url: string, restart: () => Promise<void>) => Promise<unknown>} then
 * @param {Record<string, string>} [settings]
 */
const using = (then, settings = { SECURE: 'no' }) => (/** @type {Browser} */ browser) =>
  running((url) => ({ ORIGIN: url, ...settings }), ({ url, restart }) => then(browser, url, restart));

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = parola) {
  await visit(browser, `${url}/a`);
  await submit(browser, { q1: 'lucia', q2: word });
}

const NAME = 'SvelteKit with form actions, an Italian application: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('sveltekit-origin', `${NAME}behind nginx, and nobody told it under which origin it is reached.`, ['csrf-rejected'], (browser) => running(() => ({ SECURE: 'no' }), async ({ port }) => {
    const nginx = await startNginx({ locations: `location ~ ^/(a|b|c|_app)(/|$) { proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $http_host; }` });
    try { await logIn(browser, nginx.url.slice(0, -1)); } finally { await nginx.stop(); }
  }), { equally: ['proxy-unaware-application'], never: ['wrong-credentials', 'insufficient-permissions', 'unauthenticated-as-403'] }),
  login('sveltekit-wrong', `${NAME}a wrong password, refused within a success.`, ['wrong-credentials'], using((browser, url) => logIn(browser, url, 'sbagliata')),
    { browser: 'firefox', also: ['login-answer-in-success'], never: ['missing-credentials', 'session-expired'] }),
  login('sveltekit-secure-cookie', `${NAME}cookies are Secure unless told otherwise, over http.`, ['cookie-rejected-secure'], using((browser, url) => logIn(browser, url), {}),
    { never: ['wrong-credentials', 'session-expired', 'missing-credentials', 'cookies-disabled'] }),
  login('sveltekit-restarted', `${NAME}sessions are kept in memory, and the server starts anew.`, ['session-ended-by-server'], using(async (browser, url, restart) => {
    await logIn(browser, url);
    await restart();
    await browser.evaluate(() => { document.querySelector('button')?.click(); });
    await sleep(1000);
    await quiet(browser);
  }), { equally: ['session-expired'], never: ['wrong-credentials', 'missing-credentials', 'session-cookie-lost'] }),
  login('sveltekit-first-visit', `${NAME}a guarded page, the login that it leads to, and a greeting that asks who is there.`, [], using(async (browser, url) => {
    await visit(browser, `${url}/b`);
    await submit(browser, { q1: 'lucia', q2: parola });
  }), { browser: 'firefox' }),
];
