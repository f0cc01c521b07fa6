// nginx, before an Express application or alone.

import session from 'express-session';
import { start } from '../nginx.mjs';
import { account, express, loginForm, page, served } from './express.mjs';
import { call, submit, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */
/** @typedef {Awaited<ReturnType<typeof start>>} Nginx */

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(browser: Browser, nginx: Nginx) => Promise<unknown>} then
 * @param {{ firefox?: boolean, upstream?: import('express').Express, global?: string, locations?: (upstream: string) => string }} [options]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, then, { firefox = false, upstream = express(), global, locations = () => '' } = {}) => ({
  name, failures, firefox, source: `nginx: ${what}`,
  run: (browser) => served(upstream, '127.0.0.1', async (behind) => {
    const nginx = await start({ upstream: behind, global, locations: locations(behind) });
    try {
      await browser.goto(nginx.url);
      await then(browser, nginx);
    } finally {
      await nginx.stop();
    }
  }),
});

/** An application that looks for a bearer token. */
function tokens() {
  const app = express();
  app.get('/api/me', (request, response) => {
    request.headers.authorization ? response.json({ user: 'alice' }) : response.set('WWW-Authenticate', 'Bearer').status(401).json({ message: 'No authorization token was found' });
  });
  return app;
}

/** An application with a login form. @param {boolean} [saveUninitialized] whether it gives strangers a session too */
function forms(saveUninitialized = false) {
  const app = express();
  app.use(express.urlencoded({ extended: false }), session({ secret: account.password, resave: false, saveUninitialized }));
  app.get('/login', (_, response) => { response.send(loginForm()); });
  app.post('/login', (request, response) => {
    if (request.body.password !== account.password) {
      response.status(401).send(loginForm('Invalid username or password.'));
      return;
    }
    /** @type {any} */ (request.session).user = 'alice';
    response.redirect(303, '/home');
  });
  app.get('/home', (request, response) => { /** @type {any} */ (request.session).user ? response.send(page('Home', 'Hello')) : response.redirect('/login'); });
  app.get('/check', (request, response) => { response.status(/** @type {any} */ (request.session).user ? 204 : 401).end(); });
  return app;
}

/** An application that keeps what it knows of the user in cookies, and a provider that signs in by SAML's POST binding. */
function heavy() {
  const app = forms();
  const chunk = (/** @type {number} */ size) => Array.from({ length: size / 4 }, () => Math.random().toString(36).slice(2, 6)).join('');
  app.get('/account', (_, response) => { response.cookie('lang', 'en').send(loginForm().replace('/login', '/account')); });
  app.post('/account', (_, response) => {
    for (const n of [0, 1, 2]) response.cookie(`auth.${n}`, chunk(3600), { httpOnly: true });
    response.redirect(303, '/account/home');
  });
  app.get('/idp', (_, response) => {
    const answer = Buffer.from(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${chunk(30_000)}</samlp:Response>`).toString('base64');
    response.send(page('Sign in', `<form method="post" action="/saml/acs"><input type="hidden" name="SAMLResponse" value="${answer}"><button type="submit">Go on</button></form>`));
  });
  return app;
}

const passOn = (/** @type {string} */ upstream) => `location ~ ^/(login|home) { proxy_pass ${upstream}; proxy_set_header Host $http_host; }`;

/** A cache that hands on no cookie of the pages that it may keep. */
const caching = {
  global: 'proxy_cache_path cache keys_zone=pages:1m;',
  locations: (/** @type {string} */ upstream) => `
    location = /login { proxy_pass ${upstream}; proxy_set_header Host $http_host; }
    location = /home { proxy_pass ${upstream}; proxy_set_header Host $http_host; proxy_set_header Cookie ""; proxy_cache pages; add_header X-Cache-Status $upstream_cache_status always; }`,
};

/** @param {Browser} browser @param {Nginx} nginx @param {string} [password] */
async function logIn(browser, { url }, password = account.password) {
  await visit(browser, `${url}login`);
  await submit(browser, { user: 'alice', password });
}

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/nginx-basic', 'a directory behind Basic.', [], (browser, { url, user, password }) => browser.gotoProtected(`${url}basic/`, { username: user, password }), { firefox: true }),
  login('healthy/nginx-proxy', 'a login through it.', [], (browser, nginx) => logIn(browser, nginx), { upstream: forms(), locations: passOn }),
  login('cookies/cookie-stripped/nginx-cache', 'a cache that hands on no cookies, before an application that gives every stranger a session.', ['cookie-stripped'], async (browser, nginx) => {
    await logIn(browser, nginx);
    await visit(browser, `${nginx.url}home`);
  }, { firefox: true, upstream: forms(true), ...caching }),
  login('cookies/cookie-stripped/nginx-cache-at-once', 'a cache that hands on no cookies, after one login.', ['cookie-stripped'], (browser, nginx) => logIn(browser, nginx), { upstream: forms(), ...caching }),
  login('healthy/nginx-cache-with-cookies', 'a cache that hands on cookies, and keeps nothing of them.', [], (browser, nginx) => logIn(browser, nginx), { upstream: forms(true), ...caching, locations: (upstream) => caching.locations(upstream).replace('proxy_set_header Cookie "";', '') }),
  login('healthy/nginx-auth-request', 'auth_request, and an application that says yes.', [], async (browser, nginx) => {
    await logIn(browser, nginx);
    await visit(browser, `${nginx.url}guarded/`);
  }, { upstream: forms(), locations: (upstream) => `${passOn(upstream)}
    location = /check { internal; proxy_pass ${upstream}; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
    location /guarded/ { auth_request /check; error_page 401 =302 /login; try_files /index.html =404; }` }),
  login('credentials/wrong-credentials/nginx-basic', 'a wrong password for Basic.', ['wrong-credentials'], (browser, { url, user }) => call(browser, `${url}basic/`, { credentials: 'omit', headers: { Authorization: `Basic ${Buffer.from(`${user}:wrong`).toString('base64')}` } })),
  login('credentials/missing-credentials/nginx-basic', 'a dialog that was cancelled.', ['missing-credentials'], (browser, { url }) => browser.gotoProtected(`${url}basic/`)),
  login('server/authorization-stripped/nginx', 'proxy_set_header Authorization "".', ['authorization-stripped'],
    (browser, { url }) => call(browser, `${url}stripped/api/me`, { headers: { Authorization: `Bearer ${account.password}` } }), { upstream: tokens(), firefox: true }),
  login('security/rate-limited/nginx', 'limit_req with 429 before a login.', ['wrong-credentials', 'rate-limited'], async (browser, nginx) => {
    await logIn(browser, nginx, 'wrong1');
    await logIn(browser, nginx, 'wrong2');
  }, { upstream: forms(), global: 'map $request_method $attempt { POST $binary_remote_addr; default ""; } limit_req_zone $attempt zone=logins:1m rate=1r/m; limit_req_status 429;',
    locations: (upstream) => `limit_req zone=logins; ${passOn(upstream)}` }),
  login('cookies/cookie-header-too-large/nginx', 'more cookies than large_client_header_buffers hold.', ['cookie-header-too-large'], async (browser, nginx) => {
    await visit(browser, `${nginx.url}login`);
    await browser.evaluate(() => { for (let n = 0; n < 12; n += 1) document.cookie = `filter${n}=${'x'.repeat(3500)}; path=/`; });
    await visit(browser, `${nginx.url}home`);
  }, { upstream: forms(), locations: passOn, firefox: true }),
  login('server/response-header-too-large/nginx', 'a login whose answer sets more cookies than proxy_buffer_size holds.', ['response-header-too-large'], async (browser, nginx) => {
    await visit(browser, `${nginx.url}account`);
    await submit(browser, { user: 'alice', password: account.password });
    await visit(browser, `${nginx.url}account`);
  }, { upstream: heavy(), locations: (upstream) => `location /account { proxy_pass ${upstream}; proxy_set_header Host $http_host; }`, firefox: true }),
  login('server/request-content-too-large/nginx', 'a SAML response that is larger than client_max_body_size.', ['request-content-too-large'], async (browser, nginx) => {
    await visit(browser, `${nginx.url}idp`);
    await submit(browser, {});
  }, { upstream: heavy(), locations: (upstream) => `client_max_body_size 16k; location ~ ^/(idp|saml) { proxy_pass ${upstream}; }`, firefox: true }),
  login('server/auth-backend-unavailable/nginx-upstream', 'a login whose application is down.', ['auth-backend-unavailable'], async (browser, { url }) => {
    await visit(browser, `${url}form.html`);
    await submit(browser, { user: 'alice', password: account.password });
  }, { locations: () => `location = /form.html { default_type text/html; return 200 '<!doctype html><form method="post" action="/login"><input name="user"><input name="password" type="password"><button>Sign in</button></form>'; }
    location = /login { proxy_pass http://127.0.0.1:9; }` }),
];
