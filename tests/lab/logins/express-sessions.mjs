// An Express application with express-session and a login form, in its right and its broken forms.

import cookieParser from 'cookie-parser';
import { doubleCsrf } from 'csrf-csrf';
import rateLimit from 'express-rate-limit';
import session from 'express-session';
import { account, express, loginForm, page, served } from './express.mjs';
import { call, submit, visit } from './steps.mjs';

/**
 * @typedef {object} Options
 * @property {import('express-session').CookieOptions} [cookie]
 * @property {import('express-session').Store} [store]
 * @property {boolean} [proxied] whether the application believes that a proxy takes https for it
 * @property {(app: import('express').Express) => void} [before] further middleware
 * @property {(app: import('express').Express) => void} [after] further routes
 */

/** @param {Options} [options] */
function application({ cookie = {}, store, proxied = false, before, after } = {}) {
  const app = express();
  if (proxied) {
    app.set('trust proxy', true);
    app.use((request, _, next) => { request.headers['x-forwarded-proto'] = 'https'; next(); });
  }
  app.use(express.urlencoded({ extended: false }), express.json());
  before?.(app);
  app.use(session({ secret: account.password, resave: false, saveUninitialized: false, cookie, store }));
  app.get('/login', (_, response) => { response.send(loginForm()); });
  app.post('/login', (request, response) => {
    if (request.body.user !== account.user || request.body.password !== account.password) {
      response.status(401).send(loginForm('Invalid username or password.'));
      return;
    }
    /** @type {any} */ (request.session).user = account.user;
    response.redirect(303, '/');
  });
  app.get('/logout', (request, response) => { request.session.destroy(() => response.redirect('/login')); });
  after?.(app);
  const user = (/** @type {any} */ request) => request.session.user;
  app.get('/', (request, response) => { user(request) ? response.send(page('Dashboard', `<p>Hello ${user(request)}</p><a href="/logout">Sign out</a>`)) : response.redirect('/login'); });
  app.get('/api/me', (request, response) => { user(request) ? response.json({ user: user(request) }) : response.status(401).json({ error: 'not signed in' }); });
  return app;
}

/** @param {import('./recorder.mjs').Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = account.password) {
  await visit(browser, `${url}/login`);
  await submit(browser, { user: account.user, password });
}

/**
 * A login at `app.test` by an application with these options.
 * @param {string} name @param {string} what @param {string[]} failures @param {Options} options
 * @param {(browser: import('./recorder.mjs').Browser, url: string) => Promise<void>} [then] instead of a plain login
 * @param {boolean} [firefox]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, options, then = logIn, firefox = false) => ({
  name, failures, firefox, source: `Express with express-session: ${what}`,
  run: (browser) => served(application(options), 'app.test', (url) => then(browser, url)),
});

const { doubleCsrfProtection, generateCsrfToken, invalidCsrfTokenError } = doubleCsrf({
  getSecret: () => account.password, getSessionIdentifier: (request) => request.ip ?? '', cookieName: 'csrf', cookieOptions: { secure: false },
  getCsrfTokenFromRequest: (request) => request.body?._csrf,
});

/** @param {import('express').Express} app */
function withCsrf(app) {
  app.use(cookieParser());
  app.get('/login', (request, response) => { response.send(loginForm('', `<input type="hidden" name="_csrf" value="${generateCsrfToken(request, response)}">`)); });
  app.use(doubleCsrfProtection);
}

/** @param {import('express').Express} app */
function namesCsrfErrors(app) {
  app.use((/** @type {any} */ error, /** @type {any} */ _, /** @type {any} */ response, /** @type {any} */ next) => {
    error === invalidCsrfTokenError ? response.status(error.status ?? 403).json({ error: error.message }) : next(error);
  });
}

/** A store that forgets everything when it is told to, as after a restart. */
class Forgetful extends session.MemoryStore {
  restart() { this.sessions = Object.create(null); }
}

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/express-login', 'a login that works.', [], {}, undefined, true),
  login('healthy/express-login-and-logout', 'a login, and a logout.', [], {}, async (browser, url) => { await logIn(browser, url); await visit(browser, `${url}/logout`); }),
  login('healthy/express-probe-then-login', 'a page that asks who is signed in before anybody is.', [], {}, async (browser, url) => {
    await visit(browser, `${url}/login`);
    await call(browser, `${url}/api/me`);
    await logIn(browser, url);
    await call(browser, `${url}/api/me`);
  }, true),
  login('healthy/express-guarded-page-leads-to-login', 'a guarded page that leads to the login, which works.', [], {}, async (browser, url) => {
    await visit(browser, `${url}/`);
    await submit(browser, { user: account.user, password: account.password });
  }, true),
  login('healthy/express-csrf', 'a form with a token of csrf-csrf.', [], { before: withCsrf }),
  login('credentials/wrong-credentials/express', 'a password that is wrong; the form comes again with 401.', ['wrong-credentials'], {}, (browser, url) => logIn(browser, url, 'wrong'), true),
  login('credentials/wrong-credentials/express-redirect', 'a password that is wrong; the application leads back to the form.', ['wrong-credentials'], {
    before: (app) => app.post('/login', (_, response) => response.redirect(303, '/login?failed=1')),
  }, async (browser, url) => logIn(browser, url, 'wrong')),
  login('credentials/wrong-credentials/express-then-right', 'a password that is wrong at first and right then.', ['wrong-credentials'], {}, async (browser, url) => {
    await logIn(browser, url, 'wrong');
    await logIn(browser, url);
  }),
  login('server/challenge-missing/express', 'an API called by somebody who has not logged in; its 401 names no scheme.', ['missing-credentials'], {}, async (browser, url) => {
    await visit(browser, `${url}/login`);
    await call(browser, `${url}/api/me`);
    await call(browser, `${url}/api/me`);
  }),
  login('cookies/cookie-rejected-secure/express', 'cookie.secure behind an application that believes in https, while the browser uses http.', ['cookie-rejected-secure'],
    { cookie: { secure: true }, proxied: true }, undefined, true),
  login('cookies/cookie-rejected-samesite-none/express', 'cookie.sameSite "none" without secure.', ['cookie-rejected-samesite-none'], { cookie: { sameSite: 'none' } }),
  login('cookies/cookie-rejected-domain/express', 'cookie.domain of another site.', ['cookie-rejected-domain'], { cookie: { domain: 'example.test' } }, undefined, true),
  login('cookies/cookie-rejected-public-suffix/express', 'cookie.domain is a top-level domain.', ['cookie-rejected-public-suffix'], { cookie: { domain: 'test' } }),
  login('cookies/cookie-not-sent-path/express', 'cookie.path is the path of the login alone.', ['cookie-not-sent-path'], {
    before: (app) => app.use((_, response, next) => {
      const set = response.setHeader.bind(response);
      // express-session gives no cookie outside of its path, so the path is narrowed on the way out.
      response.setHeader = (/** @type {string} */ name, /** @type {any} */ value) => set(name, name === 'Set-Cookie' ? [value].flat().map((line) => line.replace('Path=/', 'Path=/login/')) : value);
      next();
    }),
  }, undefined, true),
  login('cookies/cookie-expired-on-arrival/express', 'cookie.expires lies in the past.', ['cookie-expired-on-arrival'], { cookie: { expires: new Date('2020-01-01T00:00:00Z') } }, undefined, true),
  login('cookies/cookie-rejected-size/express', 'a cookie of more than 4096 bytes carries the session.', ['cookie-rejected-size'], {
    before: (app) => {
      app.post('/login', (_, response) => { response.setHeader('Set-Cookie', `session=${Buffer.alloc(4200, account.password).toString('base64url')}; Path=/; HttpOnly`); response.redirect(303, '/'); });
    },
  }, undefined, true),
  login('cookies/cookie-rejected-prefix/express', 'a __Host- cookie over http.', ['cookie-rejected-prefix'], {
    before: (app) => { app.post('/login', (_, response) => { response.setHeader('Set-Cookie', `__Host-session=${account.password}; Path=/; HttpOnly`); response.redirect(303, '/'); }); },
  }),
  login('cookies/session-expired/express-restart', 'the store forgets the session while the user works.', ['session-expired'], (() => {
    const store = new Forgetful();
    return { store, after: (app) => { app.get('/restart', (_, response) => { store.restart(); response.send('restarted'); }); } };
  })(), async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/restart`);
    await call(browser, `${url}/api/me`);
  }),
  login('cookies/session-expired/express', 'cookie.maxAge of two seconds.', ['session-expired'], { cookie: { maxAge: 2000 } }, async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/api/me`);
    await new Promise((resolve) => { setTimeout(resolve, 2500); });
    await call(browser, `${url}/api/me`);
  }, true),
  login('cookies/credentials-mode-omits-cookies/express', 'fetch with credentials "omit".', ['credentials-mode-omits-cookies'], {}, async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/api/me`, { credentials: 'omit' });
  }, true),
  login('sessions/csrf-rejected/express-missing', 'a login form whose token of csrf-csrf is missing.', ['csrf-rejected'], { before: withCsrf, after: namesCsrfErrors }, async (browser, url) => {
    await visit(browser, `${url}/login`);
    await browser.evaluate(() => { /** @type {any} */ (document.querySelector('[name=_csrf]')).remove(); });
    await submit(browser, { user: account.user, password: account.password });
  }, true),
  login('sessions/csrf-rejected/express-cookie-cleared', 'a login form sent after its cookie of csrf-csrf was cleared.', ['csrf-rejected'], {
    before: withCsrf,
    after: (app) => { app.get('/clear', (_, response) => { response.clearCookie('csrf').send('cleared'); }); namesCsrfErrors(app); },
  }, async (browser, url) => {
    await visit(browser, `${url}/login`);
    await call(browser, `${url}/clear`);
    await submit(browser, { user: account.user, password: account.password });
  }),
  login('security/rate-limited/express', 'express-rate-limit allows three attempts.', ['wrong-credentials', 'rate-limited'], {
    before: (app) => app.use('/login', rateLimit({ windowMs: 60_000, limit: 3, skip: ({ method }) => method !== 'POST', standardHeaders: 'draft-8' })),
  }, async (browser, url) => {
    for (let attempt = 0; attempt < 4; attempt += 1) await logIn(browser, url, `wrong${attempt}`);
  }),
  login('server/insufficient-permissions/express', 'a signed-in user calls what only administrators may.', ['insufficient-permissions'], {
    after: (app) => { app.get('/api/admin', (request, response) => { /** @type {any} */ (request.session).user ? response.status(403).json({ error: 'administrators only' }) : response.status(401).json({ error: 'not signed in' }); }); },
  }, async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/api/me`);
    await call(browser, `${url}/api/admin`);
  }, true),
  login('server/permission-denied-as-401/express', 'the same, but the application says 401.', ['permission-denied-as-401'], {
    after: (app) => { app.get('/api/admin', (_, response) => { response.status(401).json({ error: 'administrators only' }); }); },
  }, async (browser, url) => {
    await logIn(browser, url);
    await call(browser, `${url}/api/me`);
    await call(browser, `${url}/api/admin`);
    await call(browser, `${url}/api/me`);
  }),
  login('server/login-answer-in-success/express', 'an API that refuses the password by 200, without a reason.', ['login-answer-in-success'], {
    before: (app) => { app.post('/api/enter', (request, response) => { response.json({ success: request.body.password === account.password, data: null }); }); },
  }, async (browser, url) => {
    await visit(browser, `${url}/login`);
    await call(browser, `${url}/api/enter`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user: account.user, password: 'wrong' }) });
  }, true),
  login('redirects/login-redirect-for-api/express', 'an API that leads a script to the login page.', ['login-redirect-for-api'], {
    after: (app) => { app.get('/api/orders', (request, response) => { /** @type {any} */ (request.session).user ? response.json([]) : response.redirect('/login'); }); },
  }, async (browser, url) => {
    await visit(browser, `${url}/login`);
    await call(browser, `${url}/api/orders`);
  }),
  login('redirects/method-changed-on-redirect/express', 'a 301 for the trailing slash turns the login POST into a GET.', ['method-changed-on-redirect'], {
    before: (app) => {
      app.post('/login', (request, response, next) => { request.path.endsWith('/') ? next() : response.redirect(301, '/login/'); });
    },
  }, undefined, true),
  login('cookies/cookie-rejected-secure/express-loop', 'an application that keeps no session and lets nobody stop at its login.', ['cookie-rejected-secure'], {
    cookie: { secure: true }, proxied: true,
    before: (app) => {
      app.use((request, _, next) => next());
      app.get('/login', (_, response) => response.redirect('/sso'));
      app.get('/sso', (_, response) => { response.setHeader('Set-Cookie', `session=${account.password}; Path=/; HttpOnly; Secure`); response.redirect('/'); });
    },
  }, async (browser, url) => visit(browser, `${url}/`)),
];
