// Jupyter Server with a password.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { call, submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const PYTHON = process.env.WHY401_LAB_PYTHON ?? 'python3';
const password = secret();

/**
 * @param {(url: string, restart: () => Promise<void>) => Promise<unknown>} use `restart` forgets every session
 */
async function running(use) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const hash = execFileSync(PYTHON, ['-c', 'import sys; from jupyter_server.auth import passwd; print(passwd(sys.argv[1], "sha256"))', password], { encoding: 'utf8' }).trim();
  const begin = (/** @type {string} */ run) => startServer('env', [`HOME=${directory.path}`, `JUPYTER_RUNTIME_DIR=${join(directory.path, run)}`, PYTHON, '-m', 'jupyter_server', '--allow-root', '--no-browser', `--port=${port}`, '--ip=127.0.0.1',
    '--ServerApp.allow_remote_access=True', '--ServerApp.base_url=/mesa/', '--ServerApp.open_browser=False', `--ServerApp.root_dir=${directory.path}`, `--PasswordIdentityProvider.hashed_password=${hash}`], port);
  let stop = await begin('one');
  try {
    await use(`http://app.test:${port}/mesa`, async () => { await stop(); stop = await begin('two'); });
  } finally {
    await stop();
    directory.remove();
  }
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = password) {
  await visit(browser, `${url}/login?next=%2Fmesa%2Fapi%2Fstatus`);
  await submit(browser, { password: word });
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('jupyter-login', 'Jupyter Server: a login that works, and its kernels.', [], (browser) => running(async (url) => {
    await logIn(browser, url);
    await visit(browser, `${url}/api/kernels`);
  })),
  login('jupyter-wrong', 'Jupyter Server: a wrong password.', ['wrong-credentials'], (browser) => running((url) => logIn(browser, url, 'falsch')), { browser: 'firefox' }),
  login('jupyter-nobody', 'Jupyter Server: a script asks for kernels before anybody is signed in.', ['unauthenticated-as-403'], (browser) => running(async (url) => {
    await visit(browser, `${url}/login`);
    await call(browser, `${url}/api/kernels`);
  }), { equally: ['missing-credentials'], never: ['insufficient-permissions', 'csrf-rejected', 'waf-blocked', 'session-expired'] }),
  login('jupyter-without-xsrf', 'Jupyter Server: the cookie with the token of the form was cleared while the form stood open.', ['csrf-rejected'], (browser) => running(async (url) => {
    await visit(browser, `${url}/login`);
    await browser.evaluate(() => { document.cookie = '_xsrf=; Max-Age=0; path=/mesa/'; });
    await submit(browser, { password });
  }), { browser: 'firefox', also: ['session-cookie-lost'], never: ['wrong-credentials', 'insufficient-permissions'] }),
  login('jupyter-restarted', 'Jupyter Server: started anew, with another secret for its cookies.', ['session-expired'], (browser) => running(async (url, restart) => {
    await logIn(browser, url);
    await restart();
    await visit(browser, `${url}/api/kernels`);
  }), { equally: ['session-corrupt', 'session-ended-by-server'], also: ['unauthenticated-as-403'], never: ['insufficient-permissions', 'wrong-credentials', 'csrf-rejected'] }),
];
