// Django's own login, Django REST framework and simplejwt.

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
  name, failures, firefox, source: `Django with Django REST framework and simplejwt: ${what}`,
  run: (browser) => running('django_app.py', settings, (url) => then(browser, url)),
});

/** @param {Browser} browser @param {string} url @param {string} [password] @param {string} [username] */
async function logIn(browser, url, password = account.password, username = account.user) {
  await visit(browser, `${url}/login`);
  await submit(browser, { username, password });
}

/** Calls the API with one of the tokens that the application hands out. @param {string} which @param {string} [path] */
const bearing = (which, path = '/api/me') => async (/** @type {Browser} */ browser, /** @type {string} */ url) => {
  await visit(browser, `${url}/open`);
  const { [which]: token } = await (await fetch(`${url.replace('app.test', '127.0.0.1')}/tokens`)).json();
  await call(browser, `${url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
};

const json = (/** @type {object} */ body) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/django-login', 'a login that works.', [], logIn, { firefox: true }),
  login('healthy/django-guarded-page', 'a guarded page that leads to the login.', [], async (browser, url) => {
    await visit(browser, `${url}/`);
    await submit(browser, { username: account.user, password: account.password });
  }),
  login('healthy/django-token', 'a token in its time.', [], bearing('good'), { firefox: true }),
  login('healthy/django-token-pair', 'a token for a password, and its renewal.', [], async (browser, url) => {
    await visit(browser, `${url}/open`);
    const answer = await call(browser, `${url}/api/token`, json({ username: account.user, password: account.password }));
    await call(browser, `${url}/api/token/refresh`, json({ refresh: JSON.parse(/** @type {any} */ (answer).text).refresh }));
  }),
  login('credentials/wrong-credentials/django', 'a wrong password; the form comes again with 200.', ['wrong-credentials'], (browser, url) => logIn(browser, url, 'wrong'), { firefox: true }),
  login('credentials/wrong-credentials/simplejwt', 'a wrong password for a token.', ['wrong-credentials'], async (browser, url) => {
    await visit(browser, `${url}/open`);
    await call(browser, `${url}/api/token`, json({ username: account.user, password: 'wrong' }));
  }),
  login('credentials/missing-credentials/django-rest', 'an API without a token.', ['missing-credentials'], async (browser, url) => {
    await visit(browser, `${url}/open`);
    await call(browser, `${url}/api/me`);
  }, { firefox: true }),
  login('credentials/account-disabled/simplejwt', 'a token of a user who is not active any more.', ['account-disabled'], bearing('idle')),
  login('tokens/token-expired/simplejwt', 'a token that is over.', ['token-expired'], bearing('expired'), { firefox: true }),
  login('tokens/token-signature-invalid/simplejwt', 'a token with another signature.', ['token-signature-invalid'], bearing('forged')),
  login('tokens/wrong-token-type/simplejwt', 'the refresh token in place of the access token.', ['wrong-token-type'], bearing('refresh')),
  login('tokens/token-refresh-failed/simplejwt', 'a renewal with the access token.', ['token-refresh-failed'], async (browser, url) => {
    await visit(browser, `${url}/open`);
    const answer = await call(browser, `${url}/api/token`, json({ username: account.user, password: account.password }));
    await call(browser, `${url}/api/token/refresh`, json({ refresh: JSON.parse(/** @type {any} */ (answer).text).access }));
  }),
  login('server/insufficient-permissions/django-rest', 'an API for administrators.', ['insufficient-permissions'], bearing('good', '/api/admin'), { firefox: true }),
  login('server/insufficient-permissions/django', 'a page that needs a permission.', ['insufficient-permissions'], async (browser, url) => {
    await logIn(browser, url);
    await visit(browser, `${url}/reports`);
  }),
  login('server/unauthenticated-as-403/django-rest', 'an API by SessionAuthentication, called by nobody.', ['unauthenticated-as-403'], async (browser, url) => {
    await visit(browser, `${url}/open`);
    await call(browser, `${url}/api/orders`);
  }),
  login('sessions/csrf-rejected/django-no-token', 'a form without its token.', ['csrf-rejected'], async (browser, url) => {
    await visit(browser, `${url}/login`);
    await browser.evaluate(() => { /** @type {any} */ (document.querySelector('[name=csrfmiddlewaretoken]')).remove(); });
    await submit(browser, { username: account.user, password: account.password });
  }, { firefox: true }),
  login('sessions/csrf-rejected/django-no-cookie', 'a form whose cookie was cleared.', ['csrf-rejected'], async (browser, url) => {
    await visit(browser, `${url}/login`);
    await browser.evaluate(() => { document.cookie = 'csrftoken=; Max-Age=0; path=/'; });
    await submit(browser, { username: account.user, password: account.password });
  }),
  login('sessions/csrf-rejected/django-rest', 'an API by SessionAuthentication that is posted to without a token.', ['csrf-rejected'], async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/api/orders`, json({}));
  }),
  login('cookies/cookie-rejected-secure/django', 'SESSION_COOKIE_SECURE over http.', ['cookie-rejected-secure'], logIn, { settings: { SESSION_COOKIE_SECURE: true } }),
  login('cookies/cookie-rejected-domain/django', 'SESSION_COOKIE_DOMAIN of another site.', ['cookie-rejected-domain'], logIn, { settings: { SESSION_COOKIE_DOMAIN: '.example.test' }, firefox: true }),
  login('cookies/cookie-not-sent-path/django', 'SESSION_COOKIE_PATH below another folder.', ['cookie-not-sent-path'], logIn, { settings: { SESSION_COOKIE_PATH: '/shop/' } }),
  login('cookies/cookie-rejected-samesite-none/django', 'SESSION_COOKIE_SAMESITE "None" without Secure.', ['cookie-rejected-samesite-none'], logIn, { settings: { SESSION_COOKIE_SAMESITE: 'None' } }),
  login('cookies/session-expired/django', 'sessions that the server forgets.', ['session-expired'], async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/forget`);
    await visit(browser, `${url}/`);
  }, { firefox: true }),
];
