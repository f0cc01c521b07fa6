// An Express application that keeps its session in one cookie, which gets lost in all the ways in which cookies do.

import { randomBytes } from 'node:crypto';
import cors from 'cors';
import { freePort, sleep } from '../process.mjs';
import { account, express, loginForm, page, served } from './express.mjs';
import { call, quiet, submit, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */

/**
 * @param {string} attributes of the session's cookie
 * @param {(app: import('express').Express) => void} [routes]
 */
function application(attributes = 'Path=/', routes) {
  const app = express();
  const good = randomBytes(24).toString('base64url');
  app.use(express.urlencoded({ extended: false }), cors({ origin: true, credentials: true }));
  // Many servers take the first of several cookies of one name.
  const isSignedIn = (/** @type {import('express').Request} */ request) => /(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] === good;
  routes?.(app);
  app.get('/login', (_, response) => { response.send(loginForm()); });
  app.post('/login', (_, response) => { response.setHeader('Set-Cookie', `session=${good}; ${attributes}`); response.redirect(303, '/'); });
  app.get('/kick', (_, response) => { response.setHeader('Set-Cookie', 'session=; Max-Age=0; Path=/'); response.json({}); });
  app.get(['/api/me', '/app/api/me'], (request, response) => { isSignedIn(request) ? response.json({ user: 'alice' }) : response.status(401).json({ error: 'not signed in' }); });
  app.get(['/', '/app/home'], (request, response) => { isSignedIn(request) ? response.send(page('Home', 'Hello')) : response.redirect('/login'); });
  return app;
}

/** @param {Browser} browser @param {string} url */
async function logIn(browser, url) {
  await visit(browser, `${url}/login`);
  await submit(browser, { user: 'alice', password: account.password });
}

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(browser: Browser, url: string) => Promise<unknown>} then
 * @param {{ firefox?: boolean, attributes?: string, routes?: (app: import('express').Express) => void }} [options]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, then, { firefox = false, attributes, routes } = {}) => ({
  name, failures, firefox, source: `Express with a session cookie of its own: ${what}`,
  run: (browser) => served(application(attributes, routes), 'app.test', (url) => then(browser, url)),
});

const elsewhere = express();
elsewhere.get('/', (_, response) => { response.send(page('Elsewhere', 'Another site')); });

/** Comes to the application by a link of another site. @param {Browser} browser @param {string} url */
const byLink = (browser, url) => served(elsewhere, 'id.test', async (other) => {
  await visit(browser, `${other}/`);
  await browser.evaluate((/** @type {string} */ to) => { setTimeout(() => { location.href = to; }); }, `${url}/`);
  await sleep(300);
  await quiet(browser);
});

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/express-cookie-lax-by-link', 'a link of another site, and SameSite=Lax.', [], async (browser, url) => { await logIn(browser, url); await byLink(browser, url); }, { attributes: 'Path=/; HttpOnly; SameSite=Lax', firefox: true }),
  login('healthy/express-cookie-of-domain', 'a cookie for the whole domain, and a call to another host of it.', [], async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url.replace('app.test', 'www.app.test')}/api/me`, { credentials: 'include' });
  }, { attributes: 'Path=/; Domain=app.test; HttpOnly', firefox: true }),
  login('healthy/express-tracker-refused', 'a login that works, beside a foreign request that is refused.', [], async (browser, url) => {
    await logIn(browser, url);
    await browser.evaluate((/** @type {string} */ to) => { new Image().src = to; }, `${url.replace('app.test', 'api.test')}/pixel.gif`);
    await sleep(500);
  }, { routes: (app) => { app.get('/pixel.gif', (_, response) => { response.status(403).send('no'); }); } }),
  login('cookies/cookie-not-sent-samesite/express', 'a link of another site, and SameSite=Strict.', ['cookie-not-sent-samesite'], async (browser, url) => { await logIn(browser, url); await byLink(browser, url); },
    { attributes: 'Path=/; HttpOnly; SameSite=Strict', firefox: true }),
  login('cookies/cookie-not-sent-host/express', 'a cookie of app.test, and a call to www.app.test.', ['cookie-not-sent-host'], async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url.replace('app.test', 'www.app.test')}/api/me`, { credentials: 'include' });
  }, { attributes: 'Path=/; HttpOnly', firefox: true }),
  login('cookies/cookie-rejected-syntax/express', 'a control character in the cookie.', ['cookie-rejected-syntax'], async (browser, url) => {
    await visit(browser, `${url}/login`);
    await submit(browser, { user: 'alice', password: account.password });
  }, { routes: (app) => {
    // By hand, as Node refuses to send it.
    app.post('/login', (_, response) => { response.socket?.end('HTTP/1.1 303 See Other\r\nLocation: /\r\nConnection: close\r\nContent-Length: 0\r\nSet-Cookie: session=abc\u0001def; Path=/\r\n\r\n'); });
  } }),
  login('cookies/cookie-duplicated/express', 'an older cookie of the same name for a longer path, which comes first.', ['cookie-duplicated'], async (browser, url) => {
    await visit(browser, `${url}/app/old`);
    await logIn(browser, url);
    await visit(browser, `${url}/app/home`);
  }, { firefox: true, routes: (app) => { app.get('/app/old', (_, response) => { response.setHeader('Set-Cookie', `session=${randomBytes(24).toString('base64url')}; Path=/app`); response.send(page('Old', 'Old')); }); } }),
  login('cookies/session-cookie-lost/express', 'a cookie that is cleared while the user works.', ['session-cookie-lost'], async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/api/me`);
    await browser.evaluate(() => { document.cookie = 'session=; Max-Age=0; path=/'; });
    await visit(browser, `${url}/`);
  }, { firefox: true }),
  login('cookies/session-corrupt/express', 'a cookie that a script cuts off.', ['session-corrupt'], async (browser, url) => {
    await logIn(browser, url);
    await browser.evaluate(() => { document.cookie = `${document.cookie.slice(0, -8)}; path=/`; });
    await call(browser, `${url}/api/me`);
  }),
  login('cookies/session-ended-by-server/express', 'an answer that deletes the cookie while the user works.', ['session-ended-by-server'], async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/kick`);
    await call(browser, `${url}/api/me`);
  }, { firefox: true }),
  login('redirects/redirect-loop/express', 'two pages that lead to each other.', ['redirect-loop'], (browser, url) => visit(browser, `${url}/start`), { firefox: true, routes: (app) => {
    app.get('/start', (_, response) => { response.redirect('/auth/login'); });
    app.get('/auth/login', (_, response) => { response.redirect('/start'); });
  } }),
  login('network/connection-failed/express', 'a form that is posted to a server which is down.', ['connection-failed'], async (browser, url) => {
    await visit(browser, `${url}/away`);
    await submit(browser, { user: 'alice', password: account.password });
  }, { firefox: true, routes: (app) => { app.get('/away', async (_, response) => { response.send(loginForm().replace('action="/login"', `action="http://api.test:${await freePort()}/login"`)); }); } }),
  login('network/name-not-resolved/express', 'a form that is posted to a name which does not exist.', ['name-not-resolved'], async (browser, url) => {
    await visit(browser, `${url}/away`);
    await submit(browser, { user: 'alice', password: account.password });
  }, { routes: (app) => { app.get('/away', (_, response) => { response.send(loginForm().replace('action="/login"', 'action="http://id.invalid/login"')); }); } }),
];
