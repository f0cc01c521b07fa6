// An Express API whose challenges and clients do not fit together.

import { randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { sleep } from '../process.mjs';
import { account, express, page, served } from './express.mjs';
import { call, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */

/** @param {(app: import('express').Express) => void} routes */
function application(routes) {
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.get('/', (_, response) => { response.send(page('Application', 'Hello')); });
  routes(app);
  return app;
}

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(app: import('express').Express) => void} routes
 * @param {(browser: Browser, url: string) => Promise<unknown>} then
 * @param {boolean} [firefox]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, routes, then, firefox = false) => ({
  name, failures, firefox, source: `Express: ${what}`,
  run: (browser) => served(application(routes), 'app.test', async (url) => {
    await visit(browser, `${url}/`);
    await then(browser, url);
  }),
});

/** An API that takes Basic by the name and password of the account. @param {string} [parameters] of the challenge */
const basic = (parameters = '') => (/** @type {import('express').Express} */ app) => {
  app.get('/api', (request, response) => {
    request.headers.authorization === `Basic ${Buffer.from(`älice:${account.password}`).toString('base64')}` ? response.json({})
      : response.set('WWW-Authenticate', `Basic realm="API"${parameters}`).status(401).json({});
  });
};

const asking = (/** @type {string} */ authorization) => (/** @type {Browser} */ browser, /** @type {string} */ url) =>
  call(browser, `${url}/api`, { credentials: 'omit', headers: { Authorization: authorization } });

/** An API whose tokens live for two seconds and can be renewed. @param {import('express').Express} app */
function shortLived(app) {
  const refresh = randomBytes(24).toString('base64url');
  const pair = () => ({ access_token: jwt.sign({ sub: 'alice' }, account.password, { expiresIn: 2 }), token_type: 'Bearer', expires_in: 2, refresh_token: refresh });
  app.post('/token', (_, response) => { response.json(pair()); });
  app.get('/api', (request, response) => {
    try {
      jwt.verify((request.headers.authorization ?? '').slice(7), account.password);
      response.json({});
    } catch (error) {
      response.set('WWW-Authenticate', `Bearer error="invalid_token", error_description="${/** @type {Error} */ (error).message}"`).status(401).json({});
    }
  });
}

/** @param {Browser} browser @param {string} url @param {Record<string, string>} parameters */
async function askToken(browser, url, parameters) {
  const answer = await call(browser, `${url}/token`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `${new URLSearchParams(parameters)}` });
  return JSON.parse(/** @type {any} */ (answer).text);
}

const bearing = (/** @type {string} */ token) => ({ headers: { Authorization: `Bearer ${token}` } });

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/express-basic-in-utf-8', 'a name with an umlaut in the encoding that the server reads.', [], basic(', charset="UTF-8"'), asking(`Basic ${Buffer.from(`älice:${account.password}`).toString('base64')}`)),
  login('healthy/express-token-refreshed', 'a token that is renewed in time.', [], shortLived, async (browser, url) => {
    const { access_token: first, refresh_token: refresh } = await askToken(browser, url, { grant_type: 'password', username: 'alice', password: account.password });
    await call(browser, `${url}/api`, bearing(first));
    await sleep(2500);
    await call(browser, `${url}/api`, bearing(first));
    const { access_token: second } = await askToken(browser, url, { grant_type: 'refresh_token', refresh_token: refresh });
    await call(browser, `${url}/api`, bearing(second));
  }, true),
  login('tokens/token-refresh-missing/express', 'a token that could have been renewed and was not.', ['token-refresh-missing'], shortLived, async (browser, url) => {
    const { access_token: token } = await askToken(browser, url, { grant_type: 'password', username: 'alice', password: account.password });
    await call(browser, `${url}/api`, bearing(token));
    await sleep(3500);
    await call(browser, `${url}/api`, bearing(token));
    await call(browser, `${url}/api`, bearing(token));
  }),
  login('credentials/wrong-scheme/express', 'a bearer token for an API that asks for Basic.', ['wrong-scheme'], basic(), asking(`Bearer ${randomBytes(24).toString('base64url')}`), true),
  login('credentials/credentials-charset-mismatch/express', 'a name with an umlaut in Latin-1, where the server reads UTF-8.', ['credentials-charset-mismatch'], basic(', charset="UTF-8"'),
    asking(`Basic ${Buffer.from(`älice:${account.password}`, 'latin1').toString('base64')}`)),
  login('credentials/multiple-credentials/express', 'two tokens in one field.', ['multiple-credentials'], (app) => {
    app.get('/api', (_, response) => { response.set('WWW-Authenticate', 'Bearer error="invalid_request"').status(400).json({}); });
  }, asking(`Bearer ${randomBytes(24).toString('base64url')}, Bearer ${randomBytes(24).toString('base64url')}`)),
  login('server/inconsistent-authentication/express', 'one server of several that does not know the key.', ['inconsistent-authentication'], (app) => {
    let count = 0;
    app.get('/api', (_, response) => { count += 1; count === 2 ? response.set('WWW-Authenticate', 'Bearer').status(401).json({}) : response.json({}); });
  }, async (browser, url) => {
    const bearer = bearing(randomBytes(24).toString('base64url'));
    for (let n = 0; n < 3; n += 1) await call(browser, `${url}/api`, bearer);
  }),
  login('redirects/authorization-dropped-on-redirect/express', 'an API that redirects to another origin.', ['authorization-dropped-on-redirect'], (app) => {
    app.get('/api', (request, response) => { response.redirect(307, `http://${request.headers.host?.replace('app.test', 'www.app.test')}/moved`); });
    app.use('/moved', (request, response, next) => {
      response.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Authorization' });
      request.method === 'OPTIONS' ? response.status(204).end() : next();
    });
    app.get('/moved', (request, response) => { request.headers.authorization ? response.json({}) : response.set('WWW-Authenticate', 'Bearer').status(401).json({}); });
  }, asking(`Bearer ${randomBytes(24).toString('base64url')}`), true),
  login('digest/digest-algorithm-unsupported/express', 'a Digest challenge with SHA-512-256 alone.', ['digest-algorithm-unsupported'], (app) => {
    app.get('/files', (_, response) => { response.set('WWW-Authenticate', `Digest realm="Files", qop="auth", algorithm=SHA-512-256, nonce="${randomBytes(16).toString('hex')}"`).status(401).send('no'); });
  }, (browser, url) => visit(browser, `${url}/files`)),
  login('windows/negotiate-no-ticket/express', 'a challenge for Kerberos, and a browser without a ticket.', ['negotiate-no-ticket'], (app) => {
    app.get('/intranet', (_, response) => { response.set('WWW-Authenticate', 'Negotiate').status(401).send('no'); });
  }, (browser, url) => visit(browser, `${url}/intranet`), true),
];
