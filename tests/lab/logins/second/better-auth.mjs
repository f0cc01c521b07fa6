// Better Auth with its store in memory, behind a Polish page that signs in by script.

import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { freePort } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { inPage, listening, login, page, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const account = { email: 'ala@app.test', password: secret(), name: 'Ala' };

const start = page('pl', 'Hurtownia', `<p id="wynik"></p>
<form id="f"><label>E-mail <input name="poczta" type="email"></label><label>Hasło <input name="tajne" type="password"></label><button>Zaloguj się</button></form>
<script>
const send = (path, body) => fetch(path, body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
send('/u/get-session');
const orders = async () => { const answer = await send('/zamowienia'); wynik.textContent = answer.ok ? await answer.text() : 'Nie udało się pobrać zamówień.'; };
f.onsubmit = async (event) => {
  event.preventDefault();
  const answer = await send('/u/sign-in/email', { email: f.poczta.value, password: f.tajne.value });
  if (answer.ok) await orders(); else wynik.textContent = 'Nie udało się zalogować.';
};
</script>`);

/**
 * @param {object} options of Better Auth
 * @param {(url: string, auth: any) => Promise<unknown>} use
 */
async function running(options, use) {
  const port = await freePort();
  const auth = betterAuth({
    baseURL: `http://app.test:${port}`, basePath: '/u', secret: secret(24), telemetry: { enabled: false }, logger: { disabled: true },
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], rateLimit: [] }),
    emailAndPassword: { enabled: true }, rateLimit: { enabled: false }, ...options,
  });
  await auth.api.signUpEmail({ body: account });
  const handler = toNodeHandler(auth);
  const server = await listening(async (request, response) => {
    if (request.url?.startsWith('/u/')) { await handler(request, response); return; }
    response.setHeader('Content-Type', request.url === '/' ? 'text/html' : 'application/json');
    if (request.url === '/') { response.end(start); return; }
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    response.statusCode = session ? 200 : 401;
    response.end(JSON.stringify(session ? { zamowienia: [17, 18] } : { komunikat: 'brak dostępu' }));
  }, port);
  try { await use(`http://app.test:${port}`, auth); } finally { await server.stop(); }
}

/** @param {Browser} browser @param {string} url @param {string} [password] */
async function logIn(browser, url, password = account.password) {
  await visit(browser, `${url}/`);
  await submit(browser, { poczta: account.email, tajne: password });
}

const NAME = 'Better Auth, a Polish page that signs in by script: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('better-auth-secure-cookies', `${NAME}useSecureCookies over http.`, ['cookie-rejected-secure'],
    (browser) => running({ advanced: { useSecureCookies: true } }, (url) => logIn(browser, url)),
    { browser: 'firefox', also: ['cookie-rejected-prefix'], never: ['wrong-credentials', 'session-expired', 'cookies-disabled'] }),
  login('better-auth-other-origin', `${NAME}people come by www.app.test, which is not among the trusted origins.`, ['csrf-rejected'],
    (browser) => running({}, (url) => logIn(browser, url.replace('app.test', 'www.app.test'))),
    { also: ['wrong-url', 'proxy-unaware-application'], never: ['wrong-credentials', 'insufficient-permissions', 'waf-blocked'] }),
  login('better-auth-too-many', `${NAME}three attempts a minute, and four wrong passwords.`, ['wrong-credentials', 'rate-limited'],
    (browser) => running({ rateLimit: { enabled: true, customRules: { '/sign-in/email': { window: 60, max: 3 } } } }, async (url) => {
      await visit(browser, `${url}/`);
      for (let attempt = 0; attempt < 4; attempt += 1) await submit(browser, { poczta: account.email, tajne: `zle${attempt}haslo` });
    })),
  login('better-auth-session-revoked', `${NAME}the password is set anew on another device, which ends all other sessions.`, ['session-expired'],
    (browser) => running({}, async (url, auth) => {
      await logIn(browser, url);
      const { token } = await auth.api.signInEmail({ body: account });
      const { headers } = await auth.api.signInEmail({ body: account, returnHeaders: true });
      const cookie = headers.getSetCookie().map((/** @type {string} */ line) => line.split(';')[0]).join('; ');
      if (!token) throw new Error('no second session');
      await auth.api.changePassword({ body: { currentPassword: account.password, newPassword: secret(), revokeOtherSessions: true }, headers: new Headers({ cookie }) });
      await inPage(browser, 'orders()');
    }), { browser: 'firefox', equally: ['session-ended-by-server'], also: ['token-revoked'], never: ['wrong-credentials', 'missing-credentials'] }),
  login('better-auth-sign-up', `${NAME}an account is made, with a password that is too short at first; sign-out, and sign-in.`, [],
    (browser) => running({}, async (url) => {
      await visit(browser, `${url}/`);
      await inPage(browser, "send('/u/sign-up/email', { email: 'ola@app.test', name: 'Ola', password: 'krotk' })");
      await inPage(browser, "send('/u/sign-up/email', { email: 'ola@app.test', name: 'Ola', password: 'dostatecznie-dlugie' })");
      await inPage(browser, 'orders()');
      await inPage(browser, "send('/u/sign-out', {})");
      await logIn(browser, url);
    })),
];
