// oidc-provider, a certified OpenID provider, and an application that signs in with it: a page that asks for
// its tokens itself, or a server that does so behind its callback.

import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';
import { freePort, sleep } from '../process.mjs';
import { express, page, served } from './express.mjs';
import { call, quiet, submit, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */
/** @typedef {{ site: string, provider: string, secret: string }} Place */

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

/**
 * Runs the provider at `id.test` and the application at `app.test`.
 * @param {(place: Place) => Promise<unknown>} use
 * @param {(app: import('express').Express, place: Place) => void} [routes] of the application
 */
async function running(use, routes = () => {}) {
  const port = await freePort();
  const issuer = `http://id.test:${port}`;
  const secret = randomBytes(24).toString('base64url');
  const app = express();
  await served(app, 'app.test', async (site) => {
    const provider = new Provider(issuer, {
      clients: [
        { client_id: 'page', token_endpoint_auth_method: 'none', redirect_uris: [`${site}/callback`, `${site}/silent`], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] },
        { client_id: 'server', client_secret: secret, redirect_uris: [`${site}/callback`], response_types: ['code'] },
      ],
      clientBasedCORS: () => true,
      scopes: ['openid', 'profile', 'offline_access'],
      features: { revocation: { enabled: true } },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Alice' }) }),
      cookies: { keys: [secret] },
      pkce: { required: (_, client) => client.clientId === 'page' },
    });
    const server = provider.listen(port, '127.0.0.1');
    const place = { site, provider: issuer, secret };
    routes(app, place);
    app.get('/', (_, response) => { response.send(page('Application', '<p>Please sign in.</p>')); });
    app.get('/callback', (_, response) => { response.send(page('One moment', '')); });
    app.get('/silent', (_, response) => { response.send(page('Silent', '')); });
    try {
      await use(place);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    }
  });
}

/** @param {Place} place @param {Record<string, string>} [changed] an empty value leaves a parameter out */
function authorizeUrl({ site, provider }, changed = {}) {
  const parameters = { client_id: 'page', response_type: 'code', redirect_uri: `${site}/callback`, scope: 'openid', state: randomBytes(12).toString('base64url'),
    nonce: randomBytes(12).toString('base64url'), code_challenge: challenge, code_challenge_method: 'S256', ...changed };
  return `${provider}/auth?${new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''))}`;
}

/** Signs in at the provider's own pages and agrees. @param {Browser} browser @param {string} url */
async function signIn(browser, url) {
  await visit(browser, url);
  await submit(browser, { login: 'alice', password: randomBytes(6).toString('hex') });
  await submit(browser, {});
}

/** @param {Browser} browser */
const returned = async (browser) => Object.fromEntries(new URLSearchParams(await browser.evaluate(() => location.search)));

/** @param {Browser} browser @param {Place} place @param {Record<string, string>} parameters */
const askToken = (browser, { provider, site }, parameters) => call(browser, `${provider}/token`, {
  method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: `${new URLSearchParams({ client_id: 'page', redirect_uri: `${site}/callback`, ...parameters })}`,
});

/** @param {Browser} browser @param {Place} place @param {Record<string, string>} [changed] */
async function fullFlow(browser, place, changed) {
  await visit(browser, `${place.site}/`);
  await signIn(browser, authorizeUrl(place, changed));
  const { code } = await returned(browser);
  const answer = await askToken(browser, place, { grant_type: 'authorization_code', code, code_verifier: verifier });
  return { code, tokens: JSON.parse(/** @type {any} */ (answer).text) };
}

/**
 * Asks for the tokens as the application's server does, out of the browser's sight.
 * @param {Place} place @param {string} code @param {string} secret @returns {Promise<number>}
 */
const exchange = ({ provider, site }, code, secret) => new Promise((resolve, reject) => {
  const { port, host } = new URL(provider);
  const request = http.request({ host: '127.0.0.1', port, path: '/token', method: 'POST', headers: { host, 'Content-Type': 'application/x-www-form-urlencoded',
    Authorization: `Basic ${Buffer.from(`server:${secret}`).toString('base64')}` } }, (response) => { response.resume(); resolve(response.statusCode ?? 0); });
  request.once('error', reject);
  request.end(`${new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: `${site}/callback` })}`);
});

/** An application with a server side: /login, /callback, and the state in a cookie. @param {{ secret?: string, keepsState?: boolean, swallows?: boolean }} [how] */
const serverSide = ({ secret, keepsState = true, swallows = false } = {}) => (/** @type {import('express').Express} */ app, /** @type {Place} */ place) => {
  app.get('/login', (_, response) => {
    const state = randomBytes(12).toString('base64url');
    if (keepsState) response.cookie('state', state, { httpOnly: true, sameSite: 'lax' });
    response.redirect(authorizeUrl(place, { client_id: 'server', state, code_challenge: '', code_challenge_method: '' }));
  });
  app.get('/callback', async (request, response) => {
    const kept = /(?:^|; )state=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const { code, state, error } = /** @type {Record<string, string>} */ (request.query);
    if (error) swallows ? response.status(401).send(page('Sorry', '<p>Login failed.</p>')) : response.status(403).send(page('Sorry', `<p>${error}</p>`));
    else if (state !== kept) response.status(400).send(page('Sorry', '<p>The state parameter does not match.</p>'));
    else if (await exchange(place, code, secret ?? place.secret) !== 200) response.status(500).send(page('Sorry', '<p>Something went wrong.</p>'));
    else response.cookie('session', randomBytes(18).toString('base64url'), { httpOnly: true, sameSite: 'lax' }).redirect('/');
  });
};

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(browser: Browser, place: Place) => Promise<unknown>} then
 * @param {{ firefox?: boolean, routes?: (app: import('express').Express, place: Place) => void }} [more]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, then, { firefox = false, routes } = {}) => ({
  name, failures, firefox, source: `oidc-provider and an Express application: ${what}`,
  run: (browser) => running((place) => then(browser, place), routes),
});

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/oidc-provider-code-flow', 'a page that signs in by code and PKCE, and reads who signed in.', [], async (browser, place) => {
    const { tokens } = await fullFlow(browser, place);
    await call(browser, `${place.provider}/me`, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
  }, { firefox: true }),
  login('healthy/oidc-provider-server-side', 'a server that signs in by code.', [], (browser, { site }) => signIn(browser, `${site}/login`), { firefox: true, routes: serverSide() }),
  login('healthy/oidc-provider-refresh', 'a page that renews its token.', [], async (browser, place) => {
    const { tokens } = await fullFlow(browser, place, { scope: 'openid offline_access', prompt: 'consent' });
    await askToken(browser, place, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  }),
  login('healthy/oidc-provider-silent-check', 'a page that asks silently whether somebody is signed in, before anybody is.', [], async (browser, place) => {
    await visit(browser, `${place.site}/`);
    await browser.evaluate((/** @type {string} */ url) => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); },
      authorizeUrl(place, { prompt: 'none', redirect_uri: `${place.site}/silent` }));
    await sleep(800);
    await signIn(browser, authorizeUrl(place));
    const { code } = await returned(browser);
    await askToken(browser, place, { grant_type: 'authorization_code', code, code_verifier: verifier });
  }),
  login('oauth/oauth-redirect-uri-mismatch/oidc-provider', 'a redirect URI with a slash too many.', ['oauth-redirect-uri-mismatch'],
    (browser, place) => visit(browser, authorizeUrl(place, { redirect_uri: `${place.site}/callback/` })), { firefox: true }),
  login('oauth/oauth-invalid-client/oidc-provider', 'a client that the provider does not know.', ['oauth-invalid-client'], (browser, place) => visit(browser, authorizeUrl(place, { client_id: 'pgae' }))),
  login('oauth/oauth-invalid-client/oidc-provider-secret', 'a page that asks for tokens with the wrong secret.', ['oauth-invalid-client'], async (browser, place) => {
    await visit(browser, `${place.site}/`);
    await signIn(browser, authorizeUrl(place, { client_id: 'server', code_challenge: '', code_challenge_method: '' }));
    const { code } = await returned(browser);
    await askToken(browser, place, { grant_type: 'authorization_code', code, client_id: 'server', client_secret: randomBytes(24).toString('base64url') });
  }),
  login('oauth/oauth-invalid-request/oidc-provider-response-type', 'a response type that this client may not use.', ['oauth-invalid-request'],
    async (browser, place) => { await visit(browser, authorizeUrl(place, { response_type: 'token' })); }),
  login('oauth/oauth-invalid-request/oidc-provider-no-pkce', 'no PKCE where the provider asks for it.', ['oauth-invalid-request'],
    (browser, place) => visit(browser, authorizeUrl(place, { code_challenge: '', code_challenge_method: '' }))),
  login('oauth/token-request-malformed/oidc-provider-json', 'a page that asks for its tokens in JSON.', ['token-request-malformed'], async (browser, place) => {
    await visit(browser, `${place.site}/`);
    await signIn(browser, authorizeUrl(place));
    const { code } = await returned(browser);
    await call(browser, `${place.provider}/token`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: 'page', grant_type: 'authorization_code', code, redirect_uri: `${place.site}/callback`, code_verifier: verifier }) });
  }, { firefox: true }),
  login('oauth/token-request-malformed/oidc-provider-no-grant-type', 'a page that asks for its tokens without grant_type.', ['token-request-malformed'], async (browser, place) => {
    await visit(browser, `${place.site}/`);
    await signIn(browser, authorizeUrl(place));
    const { code } = await returned(browser);
    await askToken(browser, place, { code, code_verifier: verifier });
  }),
  login('oauth/oauth-consent-denied/oidc-provider', 'a user who aborts the login; the application says so.', ['oauth-consent-denied'], async (browser, place) => {
    await visit(browser, `${place.site}/login`);
    await browser.evaluate(() => { const abort = [...document.querySelectorAll('a')].find((link) => link.href.includes('abort')); setTimeout(() => abort?.click()); });
    await sleep(300);
    await quiet(browser);
  }, { routes: serverSide() }),
  login('oauth/provider-error-swallowed/oidc-provider', 'the same; the application hides why.', ['provider-error-swallowed'], async (browser, place) => {
    await visit(browser, `${place.site}/login`);
    await browser.evaluate(() => { const abort = [...document.querySelectorAll('a')].find((link) => link.href.includes('abort')); setTimeout(() => abort?.click()); });
    await sleep(300);
    await quiet(browser);
  }, { routes: serverSide({ swallows: true }) }),
  login('oauth/oauth-code-rejected/oidc-provider-verifier', 'another code_verifier than the one that the challenge was made of.', ['oauth-code-rejected'], async (browser, place) => {
    await visit(browser, `${place.site}/`);
    await signIn(browser, authorizeUrl(place));
    const { code } = await returned(browser);
    await askToken(browser, place, { grant_type: 'authorization_code', code, code_verifier: randomBytes(32).toString('base64url') });
  }, { firefox: true }),
  login('oauth/oauth-code-rejected/oidc-provider-twice', 'a code that is used a second time.', ['oauth-code-rejected'], async (browser, place) => {
    const { code } = await fullFlow(browser, place);
    await askToken(browser, place, { grant_type: 'authorization_code', code, code_verifier: verifier });
  }),
  login('oauth/oauth-code-rejected/oidc-provider-reloaded', 'a callback that is loaded a second time.', ['oauth-code-rejected'], async (browser, { site }) => {
    await signIn(browser, `${site}/login`);
    await visit(browser, `${site}/reload`);
  }, { routes: (app, place) => {
    let last = '';
    app.get('/callback', (request, _, next) => { last = request.originalUrl; next(); });
    app.get('/reload', (_, response) => { response.redirect(last); });
    serverSide()(app, place);
  } }),
  login('oauth/oauth-state-mismatch/oidc-provider', 'an application that does not keep its state.', ['oauth-state-mismatch'], (browser, { site }) => signIn(browser, `${site}/login`),
    { firefox: true, routes: serverSide({ keepsState: false }) }),
  login('oauth/oauth-login-required/oidc-provider', 'prompt=none for a user who is not signed in.', ['oauth-login-required'], async (browser, place) => {
    await visit(browser, authorizeUrl(place, { prompt: 'none', client_id: 'server', code_challenge: '', code_challenge_method: '' }));
  }, { routes: serverSide() }),
  login('tokens/refresh-token-reused/oidc-provider', 'a refresh token that is used a second time.', ['refresh-token-reused'], async (browser, place) => {
    const { tokens } = await fullFlow(browser, place, { scope: 'openid offline_access', prompt: 'consent' });
    await askToken(browser, place, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    await askToken(browser, place, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  }, { firefox: true }),
  login('tokens/token-revoked/oidc-provider', 'an access token that was revoked.', ['token-revoked'], async (browser, place) => {
    const { tokens } = await fullFlow(browser, place);
    const bearer = { headers: { Authorization: `Bearer ${tokens.access_token}` } };
    await call(browser, `${place.provider}/me`, bearer);
    await call(browser, `${place.provider}/token/revocation`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `${new URLSearchParams({ client_id: 'page', token: tokens.access_token })}` });
    await call(browser, `${place.provider}/me`, bearer);
  }),
];
