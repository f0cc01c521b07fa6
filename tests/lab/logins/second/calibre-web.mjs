// Calibre-Web in Korean, behind nginx.

import { start as startNginx } from '../../nginx.mjs';
import { sleep } from '../../process.mjs';
import { account } from '../express.mjs';
import { running } from '../python.mjs';
import { quiet, submit, visit } from '../steps.mjs';
import { login } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

/**
 * @param {(browser: Browser, url: string) => Promise<unknown>} then
 * @param {{ address?: string, global?: string }} [more] `address`: what nginx says of the visitor's
 */
const using = (then, { address = '$remote_addr', global } = {}) => (/** @type {Browser} */ browser) => running('second/calibre_web_app.py', {}, async (url) => {
  const fields = `proxy_set_header Host $http_host; proxy_set_header Accept-Language ko; proxy_set_header X-Forwarded-For ${address};`;
  const nginx = await startNginx({ global, locations: `location ~ ^/ { proxy_pass ${url.replace('app.test', '127.0.0.1')}; ${fields} }` });
  try { await then(browser, nginx.url.slice(0, -1)); } finally { await nginx.stop(); }
});

/** @param {Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = account.password) {
  await visit(browser, `${url}/login`);
  await submit(browser, { username: account.user, password }, 'form[role=form]');
  // A password is hashed at leisure.
  await sleep(1000);
}

/** Saves the profile, whose button is none. @param {Browser} browser @param {string} password */
async function changePassword(browser, password) {
  await browser.evaluate((/** @type {string} */ word) => {
    /** @type {HTMLInputElement} */ (document.getElementById('password')).value = word;
    setTimeout(() => document.getElementById('user_submit')?.click());
  }, password);
  await sleep(1500);
  await quiet(browser);
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('calibre-web-wrong', 'Calibre-Web in Korean: a wrong password.', ['wrong-credentials'], using((browser, url) => logIn(browser, url, 'teullim')), { browser: 'firefox', never: ['missing-credentials', 'challenge-missing'] }),
  login('calibre-web-too-many', 'Calibre-Web in Korean: more attempts than it allows in a minute.', ['wrong-credentials', 'rate-limited'], using(async (browser, url) => {
    for (let attempt = 0; attempt < 4; attempt += 1) await logIn(browser, url, `teullim${attempt}`);
  })),
  login('calibre-web-port-in-address', 'Calibre-Web in Korean: the balancer tells the port of each connection with the address, and a session is bound to both.', ['session-bound-to-address'],
    using((browser, url) => logIn(browser, url), { address: '$remote_addr:$remote_port', global: 'keepalive_timeout 0;' }),
    { equally: ['session-not-sticky', 'session-ended-by-server', 'inconsistent-authentication'], never: ['wrong-credentials', 'cookies-disabled', 'session-cookie-lost', 'session-expired'] }),
  login('calibre-web-administration', 'Calibre-Web in Korean: a reader opens the administration.', ['insufficient-permissions'], using(async (browser, url) => {
    await logIn(browser, url);
    await visit(browser, `${url}/admin/view`);
  }), { never: ['wrong-credentials', 'unauthenticated-as-403', 'csrf-rejected', 'session-expired'] }),
  login('calibre-web-own-password', 'Calibre-Web in Korean: somebody changes their password, leaves, and comes back with the new one.', [], using(async (browser, url) => {
    await logIn(browser, url);
    await visit(browser, `${url}/me`);
    await changePassword(browser, `${account.password}-Sae1`);
    await visit(browser, `${url}/logout`);
    await logIn(browser, url, `${account.password}-Sae1`);
  }), { browser: 'firefox' }),
];
