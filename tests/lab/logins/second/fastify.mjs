// Fastify with @fastify/session and @fastify/csrf-protection, and with @fastify/jwt.

import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import formbody from '@fastify/formbody';
import jwt from '@fastify/jwt';
import limit from '@fastify/rate-limit';
import session from '@fastify/session';
import Fastify from 'fastify';
import { sleep } from '../../process.mjs';
import { quiet, submit, visit } from '../steps.mjs';
import { inPage, login, page, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const reader = { name: 'rita', word: secret() };

/** @param {import('fastify').FastifyInstance} app @param {(url: string) => Promise<unknown>} use */
async function running(app, use) {
  const at = await app.listen({ port: 0, host: '127.0.0.1' });
  try { await use(at.replace('127.0.0.1', 'app.test')); } finally { app.server.closeAllConnections(); await app.close(); }
}

/** A Portuguese library whose forms bear a token, bound to the session. @param {object} [options] of the session's cookie */
async function library(options = {}) {
  const app = Fastify();
  await app.register(formbody);
  await app.register(cookie);
  await app.register(session, { secret: secret(36), cookieName: 'b5', cookie: { secure: false, ...options } });
  await app.register(csrf, { sessionPlugin: '@fastify/session' });
  const html = (/** @type {any} */ reply, /** @type {string} */ body) => reply.type('text/html').send(page('pt', 'Biblioteca', body));
  const token = (/** @type {any} */ reply) => `<input type="hidden" name="_csrf" value="${reply.generateCsrf()}">`;
  app.get('/n/1', (_, reply) => html(reply, `<form method="post">${token(reply)}<label>Leitor <input name="v1"></label><label>Palavra-passe <input name="v2" type="password"></label><button>Entrar</button></form>`));
  app.post('/n/1', { preHandler: app.csrfProtection }, async (/** @type {any} */ request, reply) => {
    const { v1, v2 } = request.body;
    if (v1 !== reader.name || v2 !== reader.word) return html(reply.code(422), '<p>Leitor ou palavra-passe incorretos.</p><p><a href="/n/1">Voltar</a></p>');
    await request.session.regenerate();
    request.session.v = v1;
    return reply.redirect('/n/2', 303);
  });
  app.get('/n/2', (/** @type {any} */ request, reply) => (request.session?.v
    ? html(reply, `<p>2 livros emprestados</p><form method="post" action="/n/3">${token(reply)}<button>Renovar</button></form>`) : reply.redirect('/n/1')));
  app.post('/n/3', { preHandler: app.csrfProtection }, (_, reply) => html(reply, '<p>Renovado até 12 de março.</p>'));
  return app;
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function comeIn(browser, url, word = reader.word) {
  await visit(browser, `${url}/n/1`);
  await submit(browser, { v1: reader.name, v2: word });
}

/**
 * A Swedish page that signs in by script, with the token in a cookie.
 * @param {{ key?: string, audience?: string, max?: number }} [settings] `max`: requests in a minute
 */
async function ferry({ key = secret(36), audience = 'bat', max } = {}) {
  const app = Fastify();
  await app.register(cookie);
  if (max) await app.register(limit, { max, timeWindow: '1 minute' });
  await app.register(jwt, { secret: key, cookie: { cookieName: 'q', signed: false }, verify: { allowedAud: 'bat' } });
  app.get('/', (_, reply) => reply.type('text/html').send(page('sv', 'Färjan', `<p id="svar"></p>
<form id="f"><label>Namn <input name="s1"></label><label>Lösenord <input name="s2" type="password"></label><button>Logga in</button></form>
<script>
const ask = async () => { const answer = await fetch('/w/2'); svar.textContent = answer.ok ? 'Plats 14' : 'Logga in för att se din plats'; };
f.onsubmit = async (event) => {
  event.preventDefault();
  const answer = await fetch('/w/1', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ s1: f.s1.value, s2: f.s2.value }) });
  if (answer.ok) await ask(); else svar.textContent = 'Det gick inte';
};
ask();
</script>`)));
  app.post('/w/1', { schema: { body: { type: 'object', required: ['s1', 's2'], properties: { s1: { type: 'string', minLength: 1 }, s2: { type: 'string', minLength: 1 } } } } }, (/** @type {any} */ request, reply) => {
    const { s1, s2 } = request.body;
    if (s1 !== reader.name || s2 !== reader.word) return reply.code(401).send({ fel: 'uppgifterna stämmer inte' });
    return reply.setCookie('q', app.jwt.sign({ sub: s1, aud: audience }), { path: '/', httpOnly: true, sameSite: 'lax' }).send({});
  });
  app.get('/w/2', { onRequest: (/** @type {any} */ request) => request.jwtVerify() }, () => ({ plats: 14 }));
  return app;
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function board(browser, url, word = reader.word) {
  await visit(browser, `${url}/`);
  await submit(browser, { s1: reader.name, s2: word });
}

const SESSION = 'Fastify with @fastify/session, a Portuguese application: ';
const JWT = 'Fastify with @fastify/jwt, a Swedish page that signs in by script: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('fastify-session-one-page', `${SESSION}its cookie is for the page of the login alone.`, ['cookie-not-sent-path'], async (browser) => running(await library({ path: '/n/1' }), (url) => comeIn(browser, url)),
    { browser: 'firefox', also: ['redirect-loop'], never: ['wrong-credentials', 'insufficient-permissions', 'cookies-disabled', 'session-expired'] }),
  login('fastify-session-older-form', `${SESSION}a form that was opened before a login elsewhere in the browser is sent after it.`, ['csrf-rejected'], async (browser) => running(await library(), async (url) => {
    await visit(browser, `${url}/n/1`);
    // Another tab of the same browser signs in, which makes a session of its own.
    await browser.evaluate(async (/** @type {typeof reader} */ { name, word }) => {
      const other = new DOMParser().parseFromString(await (await fetch('/n/1')).text(), 'text/html');
      const form = new FormData(/** @type {HTMLFormElement} */ (other.querySelector('form')));
      form.set('v1', name);
      form.set('v2', word);
      await fetch('/n/1', { method: 'POST', body: new URLSearchParams(/** @type {any} */ (form)) });
    }, reader);
    await submit(browser, { v1: reader.name, v2: reader.word });
  }), { also: ['session-ended-by-server'], never: ['wrong-credentials', 'insufficient-permissions', 'cookies-disabled', 'waf-blocked'] }),
  login('fastify-session-wrong', `${SESSION}a wrong password, answered with 422.`, ['wrong-credentials'], async (browser) => running(await library(), (url) => comeIn(browser, url, 'errada')),
    { browser: 'firefox', never: ['csrf-rejected', 'missing-credentials', 'token-request-malformed'] }),
  login('fastify-jwt-audience', `${JWT}the tokens are made for another audience than the one that is asked for.`, ['token-wrong-audience'], async (browser) => running(await ferry({ audience: 'brygga' }), (url) => board(browser, url)),
    { never: ['wrong-credentials', 'missing-credentials', 'token-expired', 'token-signature-invalid', 'session-expired'] }),
  login('fastify-jwt-new-key', `${JWT}the key is made at every start, and the server starts anew.`, ['token-signature-invalid'], async (browser) => {
    let port = 0;
    await running(await ferry(), async (url) => { port = Number(new URL(url).port); await board(browser, url); });
    const app = await ferry();
    await app.listen({ port, host: '127.0.0.1' });
    try { await inPage(browser, 'ask()'); } finally { app.server.closeAllConnections(); await app.close(); }
  }, { also: ['signing-keys-stale', 'session-expired', 'session-ended-by-server'], never: ['token-expired', 'wrong-credentials', 'missing-credentials'] }),
  login('fastify-jwt-polling', `${JWT}eight requests a minute, which the page uses up by asking again and again.`, ['rate-limited'], async (browser) => running(await ferry({ max: 8 }), async (url) => {
    await board(browser, url);
    for (let times = 0; times < 6; times += 1) { await inPage(browser, 'ask()'); await sleep(200); }
    await quiet(browser);
  }), { never: ['wrong-credentials', 'missing-credentials', 'session-expired', 'token-expired'] }),
  login('fastify-jwt-empty-field', `${JWT}asks who is there before the login, and the first time the form is sent without a password.`, [], async (browser) => running(await ferry(), async (url) => {
    await board(browser, url, '');
    await submit(browser, { s1: reader.name, s2: reader.word });
  })),
];
