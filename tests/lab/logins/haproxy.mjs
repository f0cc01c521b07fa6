// HAProxy before two Express applications that each keep their own sessions.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import session from 'express-session';
import { freePort, startServer, temporaryDirectory } from '../process.mjs';
import { account, express, loginForm, page, served } from './express.mjs';
import { call, submit, visit } from './steps.mjs';

/** @param {string} name of the server */
function application(name) {
  const app = express();
  app.use((_, response, next) => { response.set('X-Served-By', name); next(); });
  app.use(express.urlencoded({ extended: false }), session({ secret: account.password, resave: false, saveUninitialized: false }));
  app.get('/login', (_, response) => { response.send(loginForm()); });
  app.post('/login', (request, response) => { /** @type {any} */ (request.session).user = request.body.user; response.redirect(303, '/'); });
  app.get('/', (request, response) => { /** @type {any} */ (request.session).user ? response.send(page('Home', 'Hello')) : response.redirect('/login'); });
  app.get('/api/me', (request, response) => { /** @type {any} */ (request.session).user ? response.json({ user: 'alice' }) : response.status(401).json({ error: 'not signed in' }); });
  return app;
}

/**
 * @param {boolean} isSticky @param {(url: string) => Promise<void>} use
 */
async function balanced(isSticky, use) {
  await served(application('app-1'), '127.0.0.1', (first) => served(application('app-2'), '127.0.0.1', async (second) => {
    const directory = temporaryDirectory();
    const port = await freePort();
    const configuration = join(directory.path, 'haproxy.cfg');
    const server = (/** @type {string} */ name, /** @type {string} */ url) => `server ${name} ${new URL(url).host}${isSticky ? ` cookie ${name}` : ''}`;
    writeFileSync(configuration, `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend site
  bind 127.0.0.1:${port}
  default_backend applications
backend applications
  balance roundrobin
  ${isSticky ? 'cookie SERVERID insert indirect nocache' : ''}
  ${server('app-1', first)}
  ${server('app-2', second)}
`);
    const stop = await startServer('/usr/sbin/haproxy', ['-db', '-f', configuration], port);
    try {
      await use(`http://app.test:${port}`);
    } finally {
      await stop();
      directory.remove();
    }
  }));
}

/** @param {import('./recorder.mjs').Browser} browser @param {string} url */
async function logInAndAsk(browser, url) {
  await visit(browser, `${url}/login`);
  await submit(browser, { user: 'alice', password: account.password });
  for (let n = 0; n < 4; n += 1) await call(browser, `${url}/api/me`);
}

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  { name: 'healthy/haproxy-sticky', source: 'HAProxy: two applications, and a cookie that leads back to the same.', failures: [], run: (browser) => balanced(true, (url) => logInAndAsk(browser, url)) },
  { name: 'cookies/session-not-sticky/haproxy', source: 'HAProxy: two applications that share no sessions, in turn.', failures: ['session-not-sticky'], firefox: true,
    run: (browser) => balanced(false, (url) => logInAndAsk(browser, url)) },
];
