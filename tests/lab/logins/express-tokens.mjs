// An API that takes JWTs by express-jwt, at another origin than the page that calls it by way of the cors middleware.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import cors from 'cors';
import { expressjwt } from 'express-jwt';
import jwt from 'jsonwebtoken';
import { express, page, served } from './express.mjs';
import { call, visit } from './steps.mjs';

const ISSUER = 'https://id.test';
const AUDIENCE = 'https://api.test';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
const API_KEY = randomBytes(18).toString('base64url');

/**
 * @param {object} [claims] @param {import('jsonwebtoken').SignOptions} [options] @param {import('node:crypto').KeyObject} [key]
 */
const token = (claims = {}, options = {}, key = keys.privateKey) =>
  jwt.sign({ sub: 'alice', scope: 'orders:read', ...claims }, key, { algorithm: 'RS256', issuer: ISSUER, audience: AUDIENCE, expiresIn: 300, ...options });

/**
 * @typedef {object} Options
 * @property {import('cors').CorsOptions | false} [cors] false sends no field of CORS
 * @property {(app: import('express').Express) => void} [before]
 */

/** @param {Options} [options] */
function api({ cors: options = { origin: true, credentials: true, allowedHeaders: ['Authorization', 'Content-Type', 'X-Api-Key'] }, before } = {}) {
  const app = express();
  before?.(app);
  if (options !== false) app.use(cors(options));
  app.get('/keyed', (request, response) => {
    const key = request.headers['x-api-key'];
    if (key === API_KEY) response.json({ orders: [] });
    else response.status(401).json({ message: key === undefined ? 'No API key found in request' : 'Invalid API key' });
  });
  app.use(expressjwt({ secret: keys.publicKey, algorithms: ['RS256'], issuer: ISSUER, audience: AUDIENCE }));
  app.get('/orders', (_, response) => { response.json({ orders: [] }); });
  app.delete('/orders', (/** @type {any} */ request, response) => {
    if (!request.auth.scope.includes('orders:write')) {
      response.set('WWW-Authenticate', 'Bearer error="insufficient_scope", scope="orders:write"').status(403).json({ error: 'insufficient_scope' });
    } else response.json({});
  });
  app.use((/** @type {any} */ error, /** @type {any} */ _, /** @type {any} */ response, /** @type {any} */ next) => {
    if (error.name !== 'UnauthorizedError') return next(error);
    response.status(error.status).json({ code: error.code, message: error.message });
  });
  return app;
}

const site = express();
site.get('/', (_, response) => { response.send(page('Orders', '<p>This page calls an API.</p>')); });

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(browser: import('./recorder.mjs').Browser, url: string) => Promise<unknown>} then takes the API's origin
 * @param {{ firefox?: boolean, options?: Options }} [more]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, then, { firefox = false, options } = {}) => ({
  name, failures, firefox, source: `Express with express-jwt and cors: ${what}`,
  run: (browser) => served(site, 'app.test', (home) => served(api(options), 'api.test', async (url) => {
    await visit(browser, `${home}/`);
    await then(browser, url);
  })),
});

/** @param {string} bearer */
const bearing = (bearer) => ({ headers: { Authorization: `Bearer ${bearer}` } });
/** The token is made when it is sent, or it would grow old while other logins are recorded. @param {() => string} make */
const orders = (make) => (/** @type {any} */ browser, /** @type {string} */ url) => call(browser, `${url}/orders`, bearing(make()));
const cookied = (/** @type {any} */ browser, /** @type {string} */ url) => call(browser, `${url}/orders`, { credentials: 'include', ...bearing(token()) });

/** @param {import('express').Express} app */
function takesLogins(app) {
  app.post('/login', (_, response) => { response.cookie('session', randomBytes(18).toString('base64url'), { httpOnly: true }).json({}); });
}

/** @param {import('./recorder.mjs').Browser} browser @param {string} url */
const logInByFetch = (browser, url) => call(browser, `${url}/login`, {
  method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `${new URLSearchParams({ user: 'alice', password: API_KEY })}`,
});

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/express-token', 'a token in its time.', [], (browser, url) => call(browser, `${url}/orders`, bearing(token())), { firefox: true }),
  login('healthy/express-api-key', 'an API key that is known.', [], (browser, url) => call(browser, `${url}/keyed`, { headers: { 'X-Api-Key': API_KEY } })),
  login('healthy/express-token-renewed', 'a token that expired, and the call repeated with a new one.', [], async (browser, url) => {
    await call(browser, `${url}/orders`, bearing(token({}, { expiresIn: -60 })));
    await call(browser, `${url}/orders`, bearing(token()));
  }),
  login('tokens/token-expired/express-jwt', 'a token that expired five minutes ago.', ['token-expired'], orders(() => token({}, { expiresIn: -300 })), { firefox: true }),
  login('tokens/token-expired/express-jwt-ten-calls', 'ten calls with one token that expired.', ['token-expired'], async (browser, url) => {
    const expired = token({}, { expiresIn: -30 });
    for (let n = 0; n < 10; n += 1) await call(browser, `${url}/orders?page=${n}`, bearing(expired));
  }),
  login('tokens/token-not-yet-valid/express-jwt', 'a token of the future.', ['token-not-yet-valid'], orders(() => token({}, { notBefore: 600 }))),
  login('tokens/token-wrong-audience/express-jwt', 'a token for another API.', ['token-wrong-audience'], orders(() => token({}, { audience: 'https://mail.test' })), { firefox: true }),
  login('tokens/token-wrong-issuer/express-jwt', 'a token of another issuer.', ['token-wrong-issuer'], orders(() => token({}, { issuer: 'https://staging-id.test' }))),
  login('tokens/token-signature-invalid/express-jwt', 'a token that somebody else signed.', ['token-signature-invalid'], orders(() => token({}, {}, others.privateKey)), { firefox: true }),
  login('tokens/token-malformed/express-jwt-cut', 'a token that lost its last part.', ['token-malformed'], orders(() => token().split('.').slice(0, 2).join('.'))),
  login('credentials/malformed-authorization/express-jwt-undefined', 'a variable that was never set.', ['malformed-authorization'], orders(() => 'undefined')),
  login('credentials/malformed-authorization/express-jwt', 'a token without its scheme.', ['malformed-authorization'],
    (browser, url) => call(browser, `${url}/orders`, { headers: { Authorization: token() } }), { firefox: true }),
  login('credentials/missing-credentials/express-jwt', 'no token at all.', ['missing-credentials'], (browser, url) => call(browser, `${url}/orders`)),
  login('credentials/credentials-in-wrong-place/express-jwt', 'the token as a query parameter.', ['credentials-in-wrong-place'], (browser, url) => call(browser, `${url}/orders?access_token=${token()}`)),
  login('credentials/api-key-missing/express', 'no API key.', ['api-key-missing'], (browser, url) => call(browser, `${url}/keyed`)),
  login('credentials/api-key-invalid/express', 'an API key that nobody knows.', ['api-key-invalid'],
    (browser, url) => call(browser, `${url}/keyed`, { headers: { 'X-Api-Key': randomBytes(18).toString('base64url') } })),
  login('tokens/insufficient-scope/express', 'a token for reading that is to write.', ['insufficient-scope'],
    (browser, url) => call(browser, `${url}/orders`, { method: 'DELETE', ...bearing(token()) }), {
      options: { cors: { origin: true, allowedHeaders: ['Authorization'], methods: ['GET', 'DELETE'], exposedHeaders: ['WWW-Authenticate'] } },
    }),
  login('cors/cors-origin-not-allowed/express', 'cors that allows another origin.', ['cors-origin-not-allowed'], cookied, {
    firefox: true, options: { cors: { origin: 'https://www.app.test', credentials: true } },
  }),
  login('cors/cors-origin-not-allowed/express-without-cors', 'a login by fetch, without a preflight, at an API that knows nothing of CORS.', ['cors-origin-not-allowed'],
    logInByFetch, { options: { cors: false, before: takesLogins } }),
  login('cors/cors-credentials-not-allowed/express', 'cors without credentials, and a fetch with them.', ['cors-credentials-not-allowed'], cookied, {
    firefox: true, options: { cors: { origin: true, allowedHeaders: ['Authorization'] } },
  }),
  login('cors/cors-credentials-not-allowed/express-wildcard', 'a login by fetch with credentials at an API that allows everybody without.', ['cors-credentials-not-allowed'],
    logInByFetch, { options: { cors: {}, before: (app) => { app.use(cors()); takesLogins(app); } } }),
  login('cors/cors-header-not-allowed/express', 'cors that does not allow the Authorization field.', ['cors-header-not-allowed'], cookied, {
    firefox: true, options: { cors: { origin: true, credentials: true, allowedHeaders: ['Content-Type'] } },
  }),
  login('cors/cors-preflight-unauthorized/express', 'a check of the token that comes before cors.', ['cors-preflight-unauthorized'], cookied, {
    firefox: true,
    options: { before: (app) => app.use((request, response, next) => { request.headers.authorization ? next() : response.status(401).json({ message: 'No authorization token was found' }); }) },
  }),
  login('cors/cors-hides-401/express', 'an error handler that forgets the fields of CORS.', ['token-expired'],
    (browser, url) => call(browser, `${url}/orders`, { credentials: 'include', ...bearing(token({}, { expiresIn: -300 })) }), {
      options: {
        before: (app) => app.use((_, response, next) => {
          const json = response.json.bind(response);
          response.json = (body) => { if (response.statusCode === 401) response.removeHeader('Access-Control-Allow-Origin'); return json(body); };
          next();
        }),
      },
    }),
];
