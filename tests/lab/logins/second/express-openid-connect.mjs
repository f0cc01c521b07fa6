// express-openid-connect, Auth0's middleware, before a Chinese application; it signs in at oidc-provider.

import openidConnect from 'express-openid-connect';
import { fileURLToPath } from 'node:url';
import { freePort, startServer } from '../../process.mjs';
import { express } from '../express.mjs';
import { submit, visit } from '../steps.mjs';
import { listening, login, page, secret } from './login.mjs';

const { auth, requiresAuth } = openidConnect;

/** @typedef {import('./login.mjs').Browser} Browser */

/**
 * @param {object} options of the middleware @param {(url: string, last: () => string) => Promise<unknown>} use
 *   `last` is the path of the last callback
 * @param {string[]} [wrapper] a command that runs the provider
 */
async function running(options, use, wrapper = []) {
  const [port, providerPort] = [await freePort(), await freePort()];
  const url = `http://app.test:${port}`;
  const [client, clientSecret] = [secret(6), secret(24)];
  const provider = [...wrapper, process.execPath, fileURLToPath(new URL('openid_provider.mjs', import.meta.url)), `${providerPort}`, client, clientSecret, `${url}/callback`];
  const stop = await startServer(/** @type {string} */ (provider[0]), provider.slice(1), providerPort);
  const app = express();
  let callback = '';
  app.get('/callback', (request, _, next) => { callback = request.originalUrl; next(); });
  app.use(auth({
    issuerBaseURL: `http://localhost:${providerPort}`, baseURL: url, clientID: client, clientSecret, secret: secret(24), authRequired: false,
    authorizationParams: { response_type: 'code', scope: 'openid' }, ...options,
  }));
  app.get('/', (request, response) => { response.send(page('zh', '仓库', request.oidc.isAuthenticated() ? '<p>欢迎</p>' : '<a href="/login">登录</a>')); });
  app.get('/ding', requiresAuth(), (_, response) => { response.send(page('zh', '订单', '<p>没有订单</p>')); });
  app.use((/** @type {any} */ error, /** @type {any} */ _, /** @type {any} */ response, /** @type {any} */ next) => {
    response.headersSent ? next(error) : response.status(error.status ?? 500).send(page('zh', '出错了', `<p>${error.message}</p>`));
  });
  const site = await listening(app, port);
  try { await use(url, () => callback); } finally { await site.stop(); await stop(); }
}

/** @param {Browser} browser @param {string} url */
async function signIn(browser, url) {
  await visit(browser, url);
  await submit(browser, { login: 'mei', password: secret(6) });
  await submit(browser, {});
}

const NAME = 'express-openid-connect before a Chinese application, with oidc-provider: ';
const lost = { also: ['oauth-state-mismatch'], never: ['wrong-credentials', 'cookies-disabled', 'oauth-code-rejected'] };

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('express-openid-connect-bounce', `${NAME}a guarded page, a login by code, a logout; the provider still knows who it is and asks nothing.`, [], (browser) => running({}, async (url) => {
    await signIn(browser, `${url}/ding`);
    await visit(browser, `${url}/logout`);
    await visit(browser, `${url}/ding`);
  }), { browser: 'firefox' }),
  login('express-openid-connect-strict', `${NAME}the cookie of the transaction is Strict.`, ['cookie-not-sent-samesite'],
    (browser) => running({ transactionCookie: { sameSite: 'Strict' } }, (url) => signIn(browser, `${url}/ding`)), { browser: 'firefox', ...lost }),
  login('express-openid-connect-www', `${NAME}people begin at www.app.test and are sent back to app.test.`, ['cookie-not-sent-host'],
    (browser) => running({}, (url) => signIn(browser, `${url.replace('app.test', 'www.app.test')}/ding`)), lost),
  login('express-openid-connect-secret', `${NAME}another client secret.`, ['oauth-invalid-client'],
    (browser) => running({ clientSecret: secret(24) }, (url) => signIn(browser, `${url}/login`)), { browser: 'firefox', also: ['provider-error-swallowed'], never: ['wrong-credentials', 'oauth-code-rejected', 'oauth-state-mismatch'] }),
  login('express-openid-connect-clock', `${NAME}the provider is ten minutes ahead, which the application puts up with.`, [],
    (browser) => running({}, (url) => signIn(browser, `${url}/login`), ['faketime', '-f', '+10m'])),
  login('express-openid-connect-callback-again', `${NAME}the callback is loaded a second time while somebody is signed in.`, [], (browser) => running({}, async (url, last) => {
    await signIn(browser, `${url}/login`);
    await visit(browser, `${url}${last()}`);
  })),
  login('express-openid-connect-callback-after-logout', `${NAME}after a logout the callback is loaded a second time.`, ['oauth-state-mismatch'], (browser) => running({}, async (url, last) => {
    await signIn(browser, `${url}/login`);
    await visit(browser, `${url}/logout`);
    await visit(browser, `${url}${last()}`);
  }), { equally: ['oauth-code-rejected'], also: ['session-cookie-lost', 'wrong-url'], never: ['wrong-credentials', 'cookies-disabled', 'cookie-not-sent-samesite'] }),
];
