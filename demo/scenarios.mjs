// Every way in which the demo site makes a login fail, and a few in which it succeeds.
// `press` runs in the page (it is sent there as text, so it sees nothing but its arguments), `routes` run in the server.

import { randomBytes } from 'node:crypto';
import { bearer, cookie, json, loginPage, page, redirect } from './answers.mjs';
import { issue } from './jwt.mjs';

/**
 * @typedef {import('./answers.mjs').Request} Request
 * @typedef {import('./answers.mjs').Response} Response
 * @typedef {(request: Request, response: Response, body: string) => void} Route
 * @typedef {{ api: string, closed: string }} Origins `api`: our second origin, `closed`: one that nobody listens on
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title what the button says
 * @property {boolean} [healthy] this login succeeds
 * @property {(page: any, given: any) => Promise<unknown>} press
 * @property {(origins: Origins) => unknown} [given] what the page knows beforehand, made anew with each page
 * @property {Record<string, Route>} routes by method and path
 * @property {Record<string, Route>} [api] the routes of the second origin
 */

const identifier = () => randomBytes(18).toString('base64url');

/** @type {Scenario[]} */
export const scenarios = [
  {
    name: 'wrong-password',
    title: 'A wrong password, sent as JSON',
    press: (page) => page.post('/wrong-password/session', { username: 'alice', password: 'not-the-password' }),
    routes: {
      'POST /wrong-password/session': (_, response) =>
        json(response, 401, { error: 'invalid_credentials', message: 'Wrong user name or password' }),
    },
  },
  {
    name: 'wrong-password-grant',
    title: 'A wrong password at a token endpoint',
    press: (page) => page.fetch('/wrong-password-grant/token', {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'shop', username: 'alice', password: 'not-the-password' }),
    }),
    routes: {
      'POST /wrong-password-grant/token': (_, response) =>
        json(response, 400, { error: 'invalid_grant', error_description: 'Invalid user name or password' }),
    },
  },
  {
    name: 'missing-credentials',
    title: 'An API call without any credentials',
    press: (page) => page.fetch('/missing-credentials/orders'),
    routes: { 'GET /missing-credentials/orders': (request, response) => { if (bearer(request, response)) json(response, 200, []); } },
  },
  {
    name: 'stale-saved-credentials',
    title: 'An old password that is sent again and again',
    press: async (page) => {
      const headers = { Authorization: `Basic ${btoa('alice:last-years-password')}` };
      for (const path of ['start', 'news', 'search']) {
        // Without cookies the browser leaves it to the script to ask for another password.
        await page.fetch(`/stale-saved-credentials/${path}`, { headers, credentials: 'omit' });
        await page.wait(150);
      }
    },
    routes: Object.fromEntries(['start', 'news', 'search'].map((path) => [
      `GET /stale-saved-credentials/${path}`,
      (_, response) => json(response, 401, { message: 'Unauthorized' }, { 'WWW-Authenticate': 'Basic realm="Wiki", charset="UTF-8"' }),
    ])),
  },
  {
    name: 'malformed-authorization',
    title: 'A token sent without its scheme',
    given: () => issue(),
    press: (page, token) => page.fetch('/malformed-authorization/orders', { headers: { Authorization: token } }),
    routes: { 'GET /malformed-authorization/orders': (request, response) => { if (bearer(request, response)) json(response, 200, []); } },
  },
  {
    name: 'token-undefined',
    title: 'A token that is the word "undefined"',
    press: (page) => page.fetch('/token-undefined/orders', { headers: { Authorization: 'Bearer undefined' } }),
    routes: { 'GET /token-undefined/orders': (request, response) => { if (bearer(request, response)) json(response, 200, []); } },
  },
  {
    name: 'wrong-scheme',
    title: 'A token where a password is asked for',
    given: () => issue(),
    press: (page, token) => page.fetch('/wrong-scheme/reports', { headers: { Authorization: `Bearer ${token}` }, credentials: 'omit' }),
    routes: {
      'GET /wrong-scheme/reports': (_, response) =>
        json(response, 401, { message: 'Unauthorized' }, { 'WWW-Authenticate': 'Basic realm="Reports", charset="UTF-8"' }),
    },
  },
  {
    name: 'token-expired',
    title: 'An access token that ran out five minutes ago',
    given: () => issue({ age: 3912, lifetime: 3600 }),
    press: (page, token) => page.fetch('/token-expired/orders', { headers: { Authorization: `Bearer ${token}` } }),
    routes: { 'GET /token-expired/orders': (request, response) => { if (bearer(request, response)) json(response, 200, []); } },
  },
  {
    name: 'clock-skew',
    title: 'A server whose clock is three hours fast',
    given: () => issue({ lifetime: 300 }),
    press: (page, token) => page.fetch('/clock-skew/orders', { headers: { Authorization: `Bearer ${token}` } }),
    routes: {
      'GET /clock-skew/orders': (request, response) => { if (bearer(request, response, { clock: 3 * 3600 })) json(response, 200, []); },
    },
  },
  {
    name: 'insufficient-scope',
    title: 'A token that may read, used to write',
    given: () => issue({ scope: 'orders:read' }),
    press: (page, token) => page.post('/insufficient-scope/orders', { item: 7 }, { Authorization: `Bearer ${token}` }),
    routes: {
      'POST /insufficient-scope/orders': (request, response) => {
        if (bearer(request, response, { scope: 'orders:write' })) json(response, 201, {});
      },
    },
  },
  {
    name: 'insufficient-permissions',
    title: 'A known user without the right role',
    given: () => issue(),
    press: async (page, token) => {
      const headers = { Authorization: `Bearer ${token}` };
      await page.fetch('/insufficient-permissions/me', { headers });
      await page.fetch('/insufficient-permissions/admin', { headers });
    },
    routes: {
      'GET /insufficient-permissions/me': (request, response) => { if (bearer(request, response)) json(response, 200, { name: 'alice' }); },
      'GET /insufficient-permissions/admin': (request, response) => {
        if (bearer(request, response)) json(response, 403, { error: 'forbidden', message: 'This needs the role admin' });
      },
    },
  },
  {
    name: 'challenge-missing',
    title: 'A 401 that does not say what it wants',
    press: (page) => page.fetch('/challenge-missing/orders', { headers: { Authorization: 'Bearer 7Yw2mQx9LrT4' } }),
    routes: { 'GET /challenge-missing/orders': (_, response) => json(response, 401, { message: 'Unauthorized' }) },
  },
  {
    name: 'cookie-rejected-secure',
    title: 'A login form whose Secure cookie comes over http',
    press: (page) => page.submit('/cookie-rejected-secure/login', { username: 'alice', password: 'correct-horse' }),
    routes: formLogin('/cookie-rejected-secure', 'shop_session', 'Path=/cookie-rejected-secure; Secure; HttpOnly; SameSite=Lax'),
  },
  {
    name: 'cookie-rejected-samesite-none',
    title: 'A session cookie with SameSite=None alone',
    press: async (page) => {
      await page.post('/cookie-rejected-samesite-none/session', { username: 'alice', password: 'correct-horse' });
      await page.fetch('/cookie-rejected-samesite-none/me');
    },
    routes: scriptLogin('/cookie-rejected-samesite-none', 'widget_session', 'Path=/cookie-rejected-samesite-none; HttpOnly; SameSite=None'),
  },
  {
    name: 'cookie-rejected-prefix',
    title: 'A __Host- cookie that names a domain',
    press: async (page) => {
      await page.post('/cookie-rejected-prefix/session', { username: 'alice', password: 'correct-horse' });
      await page.fetch('/cookie-rejected-prefix/me');
    },
    routes: scriptLogin('/cookie-rejected-prefix', '__Host-session', 'Path=/; Domain=app.test; HttpOnly; SameSite=Lax'),
  },
  {
    name: 'session-expired',
    title: 'A session that times out after a second',
    press: async (page) => {
      await page.post('/session-expired/session', { username: 'alice', password: 'correct-horse' });
      await page.fetch('/session-expired/me');
      await page.wait(1500);
      await page.fetch('/session-expired/me');
    },
    routes: scriptLogin('/session-expired', 'session', 'Path=/session-expired; HttpOnly; SameSite=Lax', { lifetime: 1000 }),
  },
  {
    name: 'cors-preflight-unauthorized',
    title: 'A CORS preflight that is asked to log in',
    given: ({ api }) => ({ api, token: issue() }),
    press: (page, { api, token }) =>
      page.fetch(`${api}/cors-preflight-unauthorized/orders`, { headers: { Authorization: `Bearer ${token}` } }),
    routes: {},
    api: {
      'OPTIONS /cors-preflight-unauthorized/orders': (request, response) => { bearer(request, response); },
      'GET /cors-preflight-unauthorized/orders': (request, response) => { if (bearer(request, response)) json(response, 200, []); },
    },
  },
  {
    name: 'redirect-loop',
    title: 'Application and login that send each other the user',
    press: (page) => page.go('/redirect-loop/app'),
    routes: {
      // The login counts the user as signed in; the application asks for a second factor that the login never adds.
      'GET /redirect-loop/app': (_, response) => redirect(response, '/redirect-loop/login?next=%2Fredirect-loop%2Fapp'),
      'GET /redirect-loop/login': (_, response) =>
        redirect(response, '/redirect-loop/app', { 'Set-Cookie': `sso=${identifier()}; Path=/redirect-loop; HttpOnly; SameSite=Lax` }),
    },
  },
  {
    name: 'rate-limited',
    title: 'Three wrong passwords where two are allowed',
    press: async (page) => {
      for (const password of ['summer', 'autumn', 'winter']) {
        await page.post('/rate-limited/session', { username: 'alice', password });
        await page.wait(150);
      }
    },
    routes: {
      'POST /rate-limited/session': attempts(2, 60_000),
    },
  },
  {
    name: 'iis-401-3',
    title: 'A file whose ACL refuses, on IIS',
    press: (page) => page.fetch('/iis-401-3/reports/q3.html'),
    routes: { 'GET /iis-401-3/reports/q3.html': (_, response) => iisDetailedError(response) },
  },
  {
    name: 'connection-failed',
    title: 'A login server that is not there',
    given: ({ closed }) => closed,
    press: (page, closed) => page.fetch(`${closed}/session`, {
      method: 'POST', body: new URLSearchParams({ username: 'alice', password: 'correct-horse' }),
    }),
    routes: {},
  },
  {
    name: 'healthy-form',
    title: 'A login form that works',
    healthy: true,
    press: (page) => page.submit('/healthy-form/login', { username: 'alice', password: 'correct-horse' }),
    routes: formLogin('/healthy-form', 'session', 'Path=/healthy-form; HttpOnly; SameSite=Lax'),
  },
  {
    name: 'healthy-refresh',
    title: 'An expired token that is refreshed in time',
    healthy: true,
    given: () => ({ token: issue({ age: 3912, lifetime: 3600 }), refresh: identifier() }),
    press: async (page, { token, refresh }) => {
      /** @param {string} bearer */
      const orders = (bearer) => page.fetch('/healthy-refresh/orders', { headers: { Authorization: `Bearer ${bearer}` } });
      if ((await orders(token)).status !== 401) return;
      const { body } = await page.fetch('/healthy-refresh/token', {
        method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'shop', refresh_token: refresh }),
      });
      await orders(JSON.parse(body).access_token);
    },
    routes: {
      'GET /healthy-refresh/orders': (request, response) => { if (bearer(request, response)) json(response, 200, []); },
      'POST /healthy-refresh/token': (_, response) =>
        json(response, 200, { access_token: issue(), token_type: 'Bearer', expires_in: 3600, refresh_token: identifier() }),
    },
  },
  {
    name: 'healthy-basic',
    title: 'A password the browser sends when it is asked',
    healthy: true,
    press: (page) => page.withCredentials('/healthy-basic/wiki', 'alice', 'correct-horse'),
    routes: {
      'GET /healthy-basic/wiki': (request, response) => {
        const right = `Basic ${Buffer.from('alice:correct-horse').toString('base64')}`;
        if (request.headers.authorization === right) json(response, 200, { page: 'Start' });
        else json(response, 401, { message: 'Unauthorized' }, { 'WWW-Authenticate': 'Basic realm="Wiki", charset="UTF-8"' });
      },
    },
  },
];

/**
 * The sessions a server keeps for the cookies it set.
 * @param {number} lifetime milliseconds
 */
function sessions(lifetime) {
  /** @type {Map<string, number>} */
  const started = new Map();
  return {
    begin() {
      const id = identifier();
      started.set(id, Date.now());
      return id;
    },
    /** @param {string | undefined} id */
    state(id) {
      const at = id === undefined ? undefined : started.get(id);
      if (at === undefined) return 'none';
      return Date.now() - at < lifetime ? 'alive' : 'expired';
    },
  };
}

/**
 * A login page, its form, and a page that only a session may see.
 * @param {string} base
 * @param {string} name of the session cookie
 * @param {string} attributes
 * @returns {Record<string, Route>}
 */
function formLogin(base, name, attributes) {
  const kept = sessions(3600_000);
  return {
    [`GET ${base}/login`]: (_, response) => loginPage(response, `${base}/login`),
    [`POST ${base}/login`]: (_, response) =>
      redirect(response, `${base}/account`, { 'Set-Cookie': `${name}=${kept.begin()}; ${attributes}` }),
    [`GET ${base}/account`]: (request, response) => {
      if (kept.state(cookie(request, name)) === 'alive') page(response, 200, 'Your account', '<p>You are signed in.</p>');
      else redirect(response, `${base}/login?next=${encodeURIComponent(`${base}/account`)}`);
    },
  };
}

/**
 * The same for an application that logs in by script and then asks who it is.
 * @param {string} base
 * @param {string} name of the session cookie
 * @param {string} attributes
 * @param {{ lifetime?: number }} [options] milliseconds
 * @returns {Record<string, Route>}
 */
function scriptLogin(base, name, attributes, { lifetime = 3600_000 } = {}) {
  const kept = sessions(lifetime);
  return {
    [`POST ${base}/session`]: (_, response) =>
      json(response, 200, { user: 'alice' }, { 'Set-Cookie': `${name}=${kept.begin()}; ${attributes}` }),
    [`GET ${base}/me`]: (request, response) => {
      const state = kept.state(cookie(request, name));
      if (state === 'alive') json(response, 200, { user: 'alice' });
      else if (state === 'expired') json(response, 401, { error: 'session_expired', message: 'Your session has expired, please sign in again' });
      else json(response, 401, { error: 'not_signed_in', message: 'Please sign in' });
    },
  };
}

/**
 * A login that refuses every password, and after `allowed` of them every attempt for `window` milliseconds.
 * @param {number} allowed
 * @param {number} window
 * @returns {Route}
 */
function attempts(allowed, window) {
  /** @type {number[]} */
  let times = [];
  return (_, response) => {
    const now = Date.now();
    times = times.filter((time) => now - time < window);
    if (times.length < allowed) {
      times.push(now);
      json(response, 401, { error: 'invalid_credentials', message: 'Wrong user name or password' });
      return;
    }
    const seconds = Math.ceil((window - (now - times[0])) / 1000);
    json(response, 429, { error: 'too_many_attempts', message: 'Too many attempts' }, { 'Retry-After': String(seconds) });
  };
}

/**
 * The detailed error page of IIS 10 for a file whose ACL refuses, with the wording Microsoft documents for 401.3
 * (learn.microsoft.com, "HTTP status codes in IIS", read 2026-11-20). A site that is anonymous only sends no challenge.
 * @param {Response} response
 */
function iisDetailedError(response) {
  response.writeHead(401, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'private', Server: 'Microsoft-IIS/10.0', 'X-Powered-By': 'ASP.NET' });
  response.end(`<!DOCTYPE html><html><head><title>IIS 10.0 Detailed Error - 401.3 - Unauthorized</title></head><body>
<h1>Server Error in Application "DEFAULT WEB SITE"</h1>
<h2>HTTP Error 401.3 - Unauthorized</h2>
<p>You do not have permission to view this directory or page because of the access control list (ACL) configuration
or encryption settings for this resource on the Web server.</p>
<table><tr><th>Module</th><td>IIS Web Core</td></tr><tr><th>Notification</th><td>AuthenticateRequest</td></tr>
<tr><th>Handler</th><td>StaticFile</td></tr><tr><th>Error Code</th><td>0x80070005</td></tr>
<tr><th>Logon Method</th><td>Anonymous</td></tr><tr><th>Logon User</th><td>Anonymous</td></tr></table></body></html>`);
}
