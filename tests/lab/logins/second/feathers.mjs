// Feathers with its own accounts and tokens, behind a Turkish page that keeps the token in its storage.

import { AuthenticationService, JWTStrategy, authenticate } from '@feathersjs/authentication';
import { LocalStrategy, hooks } from '@feathersjs/authentication-local';
import { feathers } from '@feathersjs/feathers';
import { bodyParser, errorHandler, koa, parseAuthentication, rest } from '@feathersjs/koa';
import { memory } from '@feathersjs/memory';
import { freePort, sleep } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { inPage, login, page, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const account = { eposta: 'ayse@app.test', sifre: secret() };

/** @param {string} reads the name in the storage under which the page looks for its token */
const start = (reads) => page('tr', 'Depo', `<p id="sonuc"></p>
<form id="f"><label>E-posta <input name="n1"></label><label>Parola <input name="n2" type="password"></label><button>Giriş yap</button></form>
<script>
const list = async () => {
  const answer = await fetch('/siparisler', { headers: { Authorization: 'Bearer ' + localStorage.getItem('${reads}') } });
  sonuc.textContent = answer.ok ? 'Siparişler: ' + (await answer.json()).length : 'Siparişler alınamadı.';
};
f.onsubmit = async (event) => {
  event.preventDefault();
  const answer = await fetch('/kapi', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ strategy: 'local', eposta: f.n1.value, sifre: f.n2.value }) });
  if (!answer.ok) { sonuc.textContent = 'E-posta veya parola hatalı.'; return; }
  localStorage.setItem('t', (await answer.json()).accessToken);
  await list();
};
</script>`);

/** @typedef {{ expiresIn?: string, reads?: string }} Options */

/**
 * @param {Options} options
 * @param {(url: string, restart: () => Promise<void>) => Promise<unknown>} use `restart` starts the server anew, with
 *   another secret
 */
async function running({ expiresIn = '1d', reads = 't' }, use) {
  const port = await freePort();
  const begin = async () => {
    const app = koa(feathers());
    app.set('authentication', {
      entity: 'kisi', service: 'kisiler', secret: secret(24), authStrategies: ['jwt', 'local'],
      jwtOptions: { header: { typ: 'access' }, audience: 'http://app.test', algorithm: 'HS256', expiresIn },
      local: { usernameField: 'eposta', passwordField: 'sifre' },
    });
    app.use(async (/** @type {any} */ context, /** @type {any} */ next) => {
      if (context.path !== '/') { await next(); return; }
      context.type = 'html';
      context.body = start(reads);
    });
    app.use(errorHandler());
    app.use(parseAuthentication());
    app.use(bodyParser());
    app.configure(rest());
    const service = new AuthenticationService(app);
    service.register('jwt', new JWTStrategy());
    service.register('local', new LocalStrategy());
    app.use('kapi', service);
    app.use('kisiler', memory());
    app.service('kisiler').hooks({ before: { all: [async (/** @type {any} */ context) => { if (context.params.provider) await authenticate('jwt')(context); }], create: [hooks.hashPassword('sifre')] } });
    app.use('siparisler', memory());
    app.service('siparisler').hooks({ before: { all: [authenticate('jwt')] } });
    const server = await app.listen(port, '127.0.0.1');
    await app.service('kisiler').create(account);
    return () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  };
  let end = await begin();
  try {
    await use(`http://app.test:${port}`, async () => { await end(); end = await begin(); });
  } finally {
    await end();
  }
}

/** @param {Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = account.sifre) {
  await visit(browser, `${url}/`);
  await submit(browser, { n1: account.eposta, n2: password });
}

const NAME = 'Feathers, a Turkish page that keeps the token in its storage: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('feathers-typo', `${NAME}a wrong password, and then the right one.`, ['wrong-credentials'], (browser) => running({}, async (url) => {
    await logIn(browser, url, 'yanlis-parola');
    await submit(browser, { n1: account.eposta, n2: account.sifre });
  }), { browser: 'firefox', recovers: true }),
  login('feathers-bearer-null', `${NAME}the page looks for its token under another name than the one that it kept it under.`, ['malformed-authorization'],
    (browser) => running({ reads: 'jeton' }, (url) => logIn(browser, url)), { browser: 'firefox', also: ['token-malformed', 'missing-credentials'], never: ['token-expired', 'wrong-credentials', 'token-signature-invalid'] }),
  login('feathers-expired', `${NAME}a token of two seconds, which nobody renews.`, ['token-expired'], (browser) => running({ expiresIn: '2s' }, async (url) => {
    await logIn(browser, url);
    await sleep(3500);
    await inPage(browser, 'list()');
  }), { never: ['wrong-credentials', 'session-expired', 'token-revoked', 'clock-skew'] }),
  login('feathers-secret-of-each-start', `${NAME}the server makes its secret at every start, and starts anew.`, ['token-signature-invalid'], (browser) => running({}, async (url, restart) => {
    await logIn(browser, url);
    await restart();
    await inPage(browser, 'list()');
  }), { also: ['signing-keys-stale', 'session-expired'], never: ['token-expired', 'wrong-credentials', 'token-malformed'] }),
];
