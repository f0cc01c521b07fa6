// Flask with Flask-Login and Flask-WTF.

import { account } from './express.mjs';
import { running } from './python.mjs';
import { call, submit, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(browser: Browser, url: string) => Promise<unknown>} then
 * @param {{ firefox?: boolean, settings?: object }} [more]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, then, { firefox = false, settings = {} } = {}) => ({
  name, failures, firefox, source: `Flask with Flask-Login and Flask-WTF: ${what}`,
  run: (browser) => running('flask_app.py', settings, (url) => then(browser, url)),
});

/** @param {Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = account.password) {
  await visit(browser, `${url}/login`);
  await submit(browser, { user: account.user, password });
}

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/flask-login', 'a login that works.', [], logIn, { firefox: true }),
  login('healthy/flask-login-and-logout', 'a login and a logout.', [], async (browser, url) => { await logIn(browser, url); await visit(browser, `${url}/logout`); }),
  login('healthy/flask-guarded-page', 'a guarded page that leads to the login.', [], async (browser, url) => {
    await visit(browser, `${url}/`);
    await submit(browser, { user: account.user, password: account.password });
  }),
  login('credentials/wrong-credentials/flask', 'a wrong password; the message is on the next page.', ['wrong-credentials'], (browser, url) => logIn(browser, url, 'wrong'), { firefox: true }),
  login('sessions/csrf-rejected/flask', 'a form without its token.', ['csrf-rejected'], async (browser, url) => {
    await visit(browser, `${url}/login`);
    await browser.evaluate(() => { /** @type {any} */ (document.querySelector('[name=csrf_token]')).remove(); });
    await submit(browser, { user: account.user, password: account.password });
  }, { firefox: true }),
  login('cookies/cookie-rejected-secure/flask', 'SESSION_COOKIE_SECURE over http: the token of the form is lost with the session.', ['cookie-rejected-secure'], logIn, { settings: { SESSION_COOKIE_SECURE: true } }),
  login('cookies/session-expired/flask', 'a secret key that changes, so that no session can be read any more.', ['session-expired'], async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/rotate`);
    await visit(browser, `${url}/`);
  }),
  login('redirects/login-redirect-for-api/flask', 'an API that leads a script to the login page.', ['login-redirect-for-api'], async (browser, url) => {
    await visit(browser, `${url}/login`);
    await call(browser, `${url}/api/me`);
  }),
];
