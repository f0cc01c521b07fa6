// Flask-AppBuilder, on which Airflow and Superset stand, in French.

import { sleep } from '../../process.mjs';
import { account } from '../express.mjs';
import { running } from '../python.mjs';
import { call, submit, visit } from '../steps.mjs';
import { login } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

/** @param {object} settings @param {(url: string) => Promise<unknown>} use */
const using = (settings, use) => running('second/flask_appbuilder_app.py', settings, use);

/** @param {Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = account.password) {
  await visit(browser, `${url}/login/`);
  await submit(browser, { username: account.user, password }, 'form[name=login]');
  // A password is hashed at leisure, and a page that waits looks like one that is done.
  await sleep(2000);
}

const json = (/** @type {object} */ body) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('flask-appbuilder-login', 'Flask-AppBuilder in French: a login that works.', [], (browser) => using({}, (url) => logIn(browser, url))),
  login('flask-appbuilder-wrong', 'Flask-AppBuilder in French: a wrong password; the message is on the next page.', ['wrong-credentials'], (browser) => using({}, (url) => logIn(browser, url, 'faux')), { browser: 'firefox' }),
  login('flask-appbuilder-visitor', 'Flask-AppBuilder in French: a visitor opens the list of users.', ['insufficient-permissions'], (browser) => using({}, async (url) => {
    await logIn(browser, url);
    await visit(browser, `${url}/users/list/`);
  }), { never: ['wrong-credentials', 'session-expired', 'csrf-rejected', 'redirect-loop'] }),
  login('flask-appbuilder-form-left-open', 'Flask-AppBuilder in French: the token of the form lives one second.', ['csrf-rejected'], (browser) => using({ WTF_CSRF_TIME_LIMIT: 1 }, async (url) => {
    await visit(browser, `${url}/login/`);
    await sleep(2500);
    await submit(browser, { username: account.user, password: account.password }, 'form[name=login]');
  }), { browser: 'firefox', never: ['wrong-credentials', 'token-expired'] }),
  login('flask-appbuilder-too-many', 'Flask-AppBuilder in French: two attempts a minute.', ['wrong-credentials', 'rate-limited'], (browser) => using({ RATELIMIT_ENABLED: true, AUTH_RATE_LIMITED: true, AUTH_RATE_LIMIT: '2 per 60 second' }, async (url) => {
    for (let attempt = 0; attempt < 3; attempt += 1) await logIn(browser, url, `faux${attempt}`);
  })),
  login('flask-appbuilder-refresh-token', "Flask-AppBuilder's API: the refresh token where the access token belongs.", ['wrong-token-type'], (browser) => using({}, async (url) => {
    await visit(browser, `${url}/login/`);
    const answer = await call(browser, `${url}/api/v1/security/login`, json({ username: account.user, password: account.password, provider: 'db', refresh: true }));
    const { refresh_token: token } = JSON.parse(/** @type {any} */ (answer).text);
    await call(browser, `${url}/api/v1/menu/`, { headers: { Authorization: `Bearer ${token}` } });
  }), { browser: 'firefox', never: ['token-expired', 'token-malformed', 'wrong-credentials', 'token-request-malformed'] }),
];
