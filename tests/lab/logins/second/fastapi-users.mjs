// FastAPI Users, called by a Spanish page.

import { account } from '../express.mjs';
import { running } from '../python.mjs';
import { submit, visit } from '../steps.mjs';
import { inPage, listening, login, page } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

/**
 * @param {string} api where the page finds the API
 * @param {string} how the `fetch` options of a login, as script
 */
const start = (api, how) => page('es', 'Panadería', `<p id="aviso"></p>
<form id="f"><label>Correo <input name="c9"></label><label>Contraseña <input name="c10" type="password"></label><button>Entrar</button></form>
<script>
let bearer = {};
const ask = async (path) => { const answer = await fetch('${api}' + path, { credentials: 'include', headers: bearer }); aviso.textContent = answer.ok ? 'Hola' : 'Sin acceso'; };
f.onsubmit = async (event) => {
  event.preventDefault();
  const answer = await fetch('${api}/s/login', { method: 'POST', credentials: 'include', ...(${how})(f.c9.value, f.c10.value) });
  if (!answer.ok) { aviso.textContent = 'No se pudo entrar'; return; }
  if (answer.status === 200) bearer = { Authorization: 'Bearer ' + (await answer.json()).access_token };
  await ask('/g/me');
};
</script>`);

const FORM = "(username, password) => ({ body: new URLSearchParams({ username, password }) })";
const JSON_TEXT = "(username, password) => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ username, password }) })";

/**
 * @param {object} settings of the application
 * @param {(browser: Browser) => Promise<unknown>} then after a login
 * @param {{ how?: string, host?: string, password?: string }} [more] `host`: where the API is reached
 */
const using = (settings, then = async () => {}, { how = FORM, host = 'app.test', password = account.password } = {}) => (/** @type {Browser} */ browser) =>
  running('second/fastapi_users_app.py', settings, async (url) => {
    const api = url.replace('app.test', host);
    const site = await listening(async (request, response) => {
      // The page and the API share an origin, as behind one proxy, unless the API has a host of its own.
      const passes = host === 'app.test' && request.url !== '/';
      if (!passes) { response.setHeader('Content-Type', 'text/html'); response.end(start(host === 'app.test' ? '' : api, how)); return; }
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { host: _, connection: __, 'content-length': ___, ...headers } = /** @type {any} */ (request.headers);
      const answer = await fetch(`${url.replace('app.test', '127.0.0.1')}${request.url}`, { method: request.method, headers, body: chunks.length > 0 ? Buffer.concat(chunks) : undefined });
      response.writeHead(answer.status, [...answer.headers].filter(([name]) => !/^(connection|transfer-encoding|content-encoding)$/.test(name)));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    try {
      await visit(browser, `http://app.test:${site.port}/`);
      await submit(browser, { c9: `${account.user}@app.example.com`, c10: password });
      await then(browser);
    } finally {
      await site.stop();
    }
  });

const NAME = 'FastAPI Users, a Spanish page that signs in by script: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('fastapi-users-secure-cookie', `${NAME}CookieTransport as it is, over http.`, ['cookie-rejected-secure'], using({ cookie: {} }),
    { never: ['wrong-credentials', 'session-expired', 'cookies-disabled'] }),
  login('fastapi-users-json', `${NAME}the login is sent as JSON, where a form is asked for.`, ['token-request-malformed'], using({}, undefined, { how: JSON_TEXT }),
    { browser: 'firefox', also: ['oauth-invalid-request', 'missing-credentials'], never: ['wrong-credentials', 'csrf-rejected'] }),
  login('fastapi-users-wrong', `${NAME}a wrong password, which the API calls a bad request.`, ['wrong-credentials'], using({}, undefined, { password: 'equivocada' }), { browser: 'firefox' }),
  login('fastapi-users-not-verified', `${NAME}an address that was never verified.`, ['account-disabled'], using({ verified: true }),
    { also: ['insufficient-permissions'], never: ['wrong-credentials', 'token-request-malformed'] }),
  login('fastapi-users-till', `${NAME}what only superusers may.`, ['insufficient-permissions'], using({}, (browser) => inPage(browser, "ask('/caja')")),
    { never: ['missing-credentials', 'csrf-rejected', 'unauthenticated-as-403'] }),
  login('fastapi-users-any-origin', `${NAME}an API of another host that allows every origin, but no credentials.`, ['cors-credentials-not-allowed'],
    using({ cors: { allow_origins: ['*'], allow_methods: ['*'], allow_headers: ['*'] } }, undefined, { host: 'api.test' }), { never: ['wrong-credentials', 'cors-origin-not-allowed'] }),
  login('fastapi-users-cookie-of-another-site', `${NAME}an API of another site, whose cookie is Lax.`, ['cookie-not-sent-samesite'], async (browser) => {
    // The origin is known only once the page is there, so the API allows whatever matches.
    await using({ cookie: { cookie_secure: false }, cors: { allow_origin_regex: 'http://app\\.test:.*', allow_credentials: true, allow_methods: ['*'], allow_headers: ['*'] } }, undefined, { host: 'api.test' })(browser);
  }, { equally: ['cookie-blocked-third-party'], never: ['wrong-credentials', 'cookies-disabled', 'session-expired', 'cookie-rejected-secure'] }),
];
