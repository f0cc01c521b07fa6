// Two Express applications side by side: at two ports of one host, one in a frame of the other, or one that calls the other.

import session from 'express-session';
import { account, express, loginForm, page, served } from './express.mjs';
import { call, quiet, submit, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */

/** An application that calls its cookie as express-session does. @param {string} title */
function application(title) {
  const app = express();
  app.use(express.urlencoded({ extended: false }), session({ secret: `${title} ${account.password}`, resave: false, saveUninitialized: true }));
  app.get('/login', (_, response) => { response.send(loginForm()); });
  app.post('/login', (request, response) => {
    /** @type {any} */ (request.session).user = request.body.password === account.password ? account.user : undefined;
    response.redirect(303, '/');
  });
  app.get('/', (request, response) => { /** @type {any} */ (request.session).user ? response.send(page(title, 'Hello')) : response.redirect('/login'); });
  return app;
}

/** @param {Browser} browser @param {string} url */
async function logIn(browser, url) {
  await visit(browser, `${url}/login`);
  await submit(browser, { user: account.user, password: account.password });
}

/** A page that shows another application in a frame. @param {string} framed */
function framing(framed) {
  const app = express();
  app.get('/', (_, response) => { response.send(page('Portal', `<iframe src="${framed}/login" title="Sign in"></iframe>`)); });
  return app;
}

/** A page that may call nobody but its own origin. */
function strict() {
  const app = express();
  app.get('/', (_, response) => { response.set('Content-Security-Policy', "default-src 'self' 'unsafe-inline' 'unsafe-eval'; connect-src 'self'").send(page('Shop', '<p>Please sign in.</p>')); });
  return app;
}

/** @param {string} field @param {string} value */
function unframed(field, value) {
  const app = express();
  app.use((_, response, next) => { response.set(field, value); next(); });
  app.use(application('Accounts'));
  return app;
}

/** @param {string} name @param {string} what @param {[string, string]} field */
const framed = (name, what, field) => ({
  name: `security/frame-refused/${name}`, failures: ['frame-refused'], source: `Two Express applications: ${what}`,
  run: (/** @type {Browser} */ browser) => served(unframed(...field), 'id.test', (provider) => served(framing(provider), 'app.test', async (site) => {
    await visit(browser, `${site}/`);
    await quiet(browser);
  })),
});

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  {
    name: 'cookies/cookie-overwritten-by-neighbour/express', failures: ['cookie-overwritten-by-neighbour'], firefox: true,
    source: 'Two Express applications at two ports of one host, each with express-session and its usual cookie.',
    run: (browser) => served(application('Shop'), 'app.test', (shop) => served(application('Wiki'), 'app.test', async (wiki) => {
      await logIn(browser, shop);
      await visit(browser, `${wiki}/login`);
      await visit(browser, `${shop}/`);
    })),
  },
  {
    // Chrome tells DevTools nothing of what a policy stopped.
    name: 'security/csp-blocks-login/express', failures: ['csp-blocks-login'], firefox: true, chrome: false,
    source: 'Two Express applications: a page whose policy lets it call its own origin only sends a token to another.',
    run: (browser) => served(application('Accounts'), 'id.test', (provider) => served(strict(), 'app.test', async (site) => {
      await visit(browser, `${site}/`);
      await call(browser, `${provider}/`, { headers: { Authorization: `Bearer ${account.password}` } });
    })),
  },
  framed('express-x-frame-options', 'a login page that refuses frames, in a frame.', ['X-Frame-Options', 'DENY']),
  framed('express-frame-ancestors', 'a login page that only its own pages may frame, in a frame of another.', ['Content-Security-Policy', "frame-ancestors 'self'"]),
];
