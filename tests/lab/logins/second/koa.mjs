// Koa with koa-session, and with koa-jwt.

import cors from '@koa/cors';
import Router from '@koa/router';
import jwt from 'jsonwebtoken';
import Koa from 'koa';
import bodyParser from 'koa-bodyparser';
import protect from 'koa-jwt';
import session from 'koa-session';
import { fileURLToPath } from 'node:url';
import { start as startNginx } from '../../nginx.mjs';
import { freePort, sleep, startServer } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { inPage, listening, login, page, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const account = { name: 'uta', word: secret() };

/** A German application whose session lies in a signed cookie. @param {string} key @param {object} [options] of koa-session */
function signed(key, options = {}) {
  const app = new Koa({ keys: [key] });
  const router = new Router();
  app.use(session({ key: 'k2', ...options }, app)).use(bodyParser()).use(router.routes());
  router.get('/a/7', (context) => {
    context.body = page('de', 'Stechuhr', '<form method="post"><label>Kürzel <input name="f1"></label><label>Kennwort <input name="f2" type="password"></label><button>Weiter</button></form>');
  });
  router.post('/a/7', (context) => {
    const { f1, f2 } = /** @type {any} */ (context.request.body);
    if (f1 === account.name && f2 === account.word) /** @type {any} */ (context.session).u = f1;
    context.redirect('/a/8');
  });
  router.get('/a/8', (context) => {
    if (context.session?.u) context.body = page('de', 'Stechuhr', '<p>Heute: 3 h 12 min</p>');
    else context.redirect('/a/7');
  });
  return app;
}

/** @param {Browser} browser @param {string} url */
async function clockIn(browser, url) {
  await visit(browser, `${url}/a/7`);
  await submit(browser, { f1: account.name, f2: account.word });
}

/** A French page whose token lives two seconds and is renewed by a cookie. */
function renewing() {
  const key = secret(24);
  const app = new Koa();
  const router = new Router();
  const token = () => jwt.sign({ sub: '7' }, key, { expiresIn: 2 });
  let renewal = '';
  app.use(bodyParser()).use(protect({ secret: key }).unless({ path: ['/', '/c/1', '/c/2'] })).use(router.routes());
  const answer = (/** @type {any} */ context) => {
    renewal = secret(24);
    context.cookies.set('r', renewal, { path: '/c/2', sameSite: 'strict' });
    context.body = { j: token() };
  };
  router.post('/c/1', (context) => {
    if (/** @type {any} */ (context.request.body).x2 === account.word) answer(context); else context.throw(401, 'Identifiants incorrects');
  });
  router.post('/c/2', (context) => { if (context.cookies.get('r') === renewal) answer(context); else context.throw(401, 'Reconnectez-vous'); });
  router.get('/stock', (context) => { context.body = [3, 5]; });
  router.get('/', (context) => {
    context.body = page('fr', 'Réserve', `<p id="avis"></p>
<form id="f"><label>Identifiant <input name="x1"></label><label>Mot de passe <input name="x2" type="password"></label><button>Entrer</button></form>
<script>
let j;
const post = (path, body) => fetch(path, { method: 'POST', body });
const stock = () => fetch('/stock', { headers: { Authorization: 'Bearer ' + j } });
const load = async () => {
  let answer = await stock();
  if (answer.status === 401) { ({ j } = await (await post('/c/2')).json()); answer = await stock(); }
  avis.textContent = await answer.text();
};
f.onsubmit = async (event) => { event.preventDefault(); ({ j } = await (await post('/c/1', new URLSearchParams(new FormData(f)))).json()); await load(); };
</script>`);
  });
  return app;
}

/** @param {import('koa')} app @param {(url: string) => Promise<unknown>} use */
async function running(app, use) {
  const server = await listening(app.callback());
  try { await use(`http://app.test:${server.port}`); } finally { await server.stop(); }
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('koa-session-own-keys', 'Koa with koa-session, a German application: three instances behind nginx, each with keys of its own.', ['session-not-sticky'], async (browser) => {
    const servers = await Promise.all([1, 2, 3].map(() => listening(signed(secret()).callback())));
    const nginx = await startNginx({
      global: `upstream pool { ${servers.map(({ port }) => `server 127.0.0.1:${port};`).join(' ')} }`,
      locations: 'location /a/ { proxy_pass http://pool; proxy_set_header Host $http_host; }',
    });
    try {
      const url = nginx.url.slice(0, -1);
      await clockIn(browser, url);
      await clockIn(browser, url);
    } finally {
      await nginx.stop();
      for (const server of servers) await server.stop();
    }
  }, { equally: ['session-ended-by-server', 'session-corrupt', 'inconsistent-authentication'], never: ['wrong-credentials', 'cookies-disabled', 'session-expired'] }),
  login('koa-session-login', 'Koa with koa-session, a German application: a guarded page, and the login that it leads to.', [], (browser) => running(signed(secret()), async (url) => {
    await visit(browser, `${url}/a/8`);
    await submit(browser, { f1: account.name, f2: account.word });
  }), { browser: 'firefox' }),
  login('koa-session-domain', 'Koa with koa-session, a German application: the domain of a cookie of another site.', ['cookie-rejected-domain'],
    (browser) => running(signed(secret(), { domain: 'zeit.example' }), (url) => clockIn(browser, url)), { browser: 'firefox', never: ['wrong-credentials', 'session-expired'] }),
  login('koa-jwt-renewed', 'Koa with koa-jwt, a French page: a token that is over, renewed and tried again.', ['token-expired'], (browser) => running(renewing(), async (url) => {
    await visit(browser, `${url}/`);
    await submit(browser, { x1: account.name, x2: account.word });
    await sleep(3000);
    await inPage(browser, 'load()');
  }), { recovers: true }),
  login('koa-jwt-clock-ahead', 'Koa with koa-jwt, a French page: the application that hands out the tokens is twelve minutes ahead of the API.', ['clock-skew'], async (browser) => {
    const key = secret(24);
    const api = new Koa();
    api.use(cors()).use(protect({ secret: key })).use((context) => { context.body = { jours: 12 }; });
    const server = await listening(api.callback());
    const port = await freePort();
    const stop = await startServer('faketime', ['-f', '+12m', process.execPath, fileURLToPath(new URL('koa_issuer.mjs', import.meta.url)), `${port}`, key, `http://api.test:${server.port}`], port);
    try {
      await visit(browser, `http://app.test:${port}/`);
      await submit(browser, { x1: account.name, x2: account.word });
    } finally {
      await stop();
      await server.stop();
    }
  }, { browser: 'firefox', equally: ['token-not-yet-valid'], never: ['token-expired', 'wrong-credentials', 'token-signature-invalid', 'cors-hides-401'] }),
];
