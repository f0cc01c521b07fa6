// iron-session in a Hungarian application on Node's own server.

import { getIronSession } from 'iron-session';
import { submit, visit } from '../steps.mjs';
import { listening, login, page, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const guest = { name: 'zsofi', word: secret() };

/** @param {object} options of iron-session @param {string} [password] with which it seals */
function allotment(options, password = secret(36)) {
  return async (/** @type {import('node:http').IncomingMessage} */ request, /** @type {import('node:http').ServerResponse} */ response) => {
    const { pathname } = new URL(request.url ?? '', 'http://app.test');
    /** @type {any} */
    const session = await getIronSession(request, response, { cookieName: 'h1', password, ...options });
    const html = (/** @type {string} */ body) => { response.setHeader('Content-Type', 'text/html'); response.end(page('hu', 'Kiskertek', body)); };
    const to = (/** @type {string} */ path) => { response.writeHead(303, { Location: path }).end(); };
    if (pathname === '/k/4' && request.method === 'POST') {
      let text = '';
      for await (const chunk of request) text += chunk;
      const fields = new URLSearchParams(text);
      if (fields.get('e1') !== guest.name || fields.get('e2') !== guest.word) { to('/k/4?b=1'); return; }
      session.e = guest.name;
      await session.save();
      to('/k/5');
    } else if (pathname === '/k/4') {
      html('<form method="post" action="/k/4"><label>Név <input name="e1"></label><label>Jelszó <input name="e2" type="password"></label><button>Belépés</button></form>');
    } else if (session.e) {
      html(`<p>Parcella: 27 – öntözés kedden</p><a href="/k/${pathname === '/k/5' ? 6 : 5}">Tovább</a>`);
    } else {
      to('/k/4');
    }
  };
}

/** @param {Browser} browser @param {string} url */
async function comeIn(browser, url) {
  await visit(browser, `${url}/k/5`);
  await submit(browser, { e1: guest.name, e2: guest.word });
}

/** @param {object} options @param {(browser: Browser, url: string, port: number) => Promise<unknown>} [then] */
const using = (options, then = comeIn) => async (/** @type {Browser} */ browser) => {
  const server = await listening(allotment(options));
  try { await then(browser, `http://app.test:${server.port}`, server.port); } finally { await server.stop().catch(() => {}); }
};

const PLAIN = { cookieOptions: { secure: false } };
const NAME = 'iron-session, a Hungarian application: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('iron-session-minute', `${NAME}sessions of half a minute, from which the library takes a minute for clocks that differ.`, ['cookie-expired-on-arrival'], using({ ttl: 30, ...PLAIN }),
    { never: ['wrong-credentials', 'cookies-disabled', 'session-expired', 'session-ended-by-server'] }),
  login('iron-session-none', `${NAME}SameSite=None over http, without Secure.`, ['cookie-rejected-samesite-none'], using({ cookieOptions: { secure: false, sameSite: 'none' } }),
    { never: ['wrong-credentials', 'cookies-disabled', 'session-expired'] }),
  login('iron-session-new-password', `${NAME}started anew, with another password to seal with; somebody who was signed in goes on.`, ['session-corrupt'], async (browser) => {
    const server = await listening(allotment(PLAIN));
    const url = `http://app.test:${server.port}`;
    await comeIn(browser, url);
    await server.stop();
    const anew = await listening(allotment(PLAIN), server.port);
    try { await visit(browser, `${url}/k/6`); } finally { await anew.stop(); }
  }, { browser: 'firefox', equally: ['session-expired', 'session-ended-by-server'], never: ['wrong-credentials', 'cookies-disabled', 'missing-credentials', 'session-cookie-lost'] }),
  login('iron-session-in-between', `${NAME}a guarded page, the login that it leads to, a mistyped name at first.`, ['wrong-credentials'], using(PLAIN, async (browser, url) => {
    await visit(browser, `${url}/k/5`);
    await submit(browser, { e1: 'zsofia', e2: guest.word });
    await submit(browser, { e1: guest.name, e2: guest.word });
    await visit(browser, `${url}/k/6`);
  }), { browser: 'firefox', recovers: true }),
];
