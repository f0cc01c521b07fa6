// NestJS with passport-jwt, a Greek page that signs in by script. Decorators are applied by hand, since Node reads none.

import 'reflect-metadata';
import jsonwebtoken from 'jsonwebtoken';
import { Controller, Dependencies, Get, HttpCode, Module, Post, Req, SetMetadata, UnauthorizedException, UseGuards } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { start as startNginx } from '../../nginx.mjs';
import { sleep } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { inPage, login, page, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */
/** @typedef {{ life?: number, scheme?: string, renews?: boolean, api?: string, origins?: string[] }} Settings `life` of a token in seconds */

const clerk = { name: 'eleni', word: secret() };

/** @param {any} target @param {string} name @param {MethodDecorator[]} decorators */
const decorate = (target, name, ...decorators) => {
  for (const decorator of decorators.reverse()) decorator(target.prototype, name, /** @type {any} */ (Object.getOwnPropertyDescriptor(target.prototype, name)));
};

/** @param {Settings} settings */
const start = ({ scheme = 'Bearer', api = '' }) => page('el', 'Αποθήκη', `<p id="m"></p>
<form id="f"><label>Όνομα <input name="a1"></label><label>Κωδικός <input name="a2" type="password"></label><button>Είσοδος</button></form>
<script>
let pair = {};
const send = (path, body) => fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const get = (path) => fetch('${api}' + path, { headers: { Authorization: '${scheme} ' + pair.t } });
const renew = async () => { const answer = await send('/y/2', { r: pair.r }); if (!answer.ok) { m.textContent = 'Συνδεθείτε ξανά'; throw new Error(); } pair = await answer.json(); };
const load = async (path) => {
  let answer = await get(path).catch(() => ({ status: 0 }));
  if (answer.status === 401 && pair.r) { await renew(); answer = await get(path); }
  m.textContent = answer.ok ? '40 κιβώτια' : answer.status === 403 ? 'Δεν επιτρέπεται' : 'Δεν ήταν δυνατό';
};
f.onsubmit = async (event) => {
  event.preventDefault();
  const answer = await send('/y/1', { a1: f.a1.value, a2: f.a2.value });
  if (!answer.ok) { m.textContent = 'Λάθος στοιχεία'; return; }
  pair = await answer.json();
  await load('/y/3');
};
</script>`);

/** @param {Settings} settings */
async function application(settings) {
  const key = secret(36);
  /** Those that were not redeemed yet. @type {Set<string>} */
  const renewals = new Set();
  const issue = () => {
    const r = secret(24);
    if (settings.renews) renewals.add(r);
    return { t: jsonwebtoken.sign({ sub: '31', groups: ['clerk'] }, key, { expiresIn: settings.life ?? 600 }), ...settings.renews ? { r } : {} };
  };

  class Tokens extends PassportStrategy(Strategy) {
    constructor() { super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: key }); }

    /** @param {object} claims */
    validate(claims) { return claims; }
  }

  class Groups {
    /** @param {Reflector} reflector */
    constructor(reflector) { this.reflector = reflector; }

    /** @param {import('@nestjs/common').ExecutionContext} context */
    canActivate(context) {
      const wanted = this.reflector.get('group', context.getHandler());
      return !wanted || context.switchToHttp().getRequest().user.groups.includes(wanted);
    }
  }
  Dependencies(Reflector)(Groups);

  class Store {
    start() { return start(settings); }

    /** @param {any} request */
    enter({ body }) {
      if (body.a1 !== clerk.name || body.a2 !== clerk.word) throw new UnauthorizedException();
      return issue();
    }

    /** @param {any} request */
    renew({ body }) {
      if (!renewals.delete(body.r)) { renewals.clear(); throw new UnauthorizedException(); }
      return issue();
    }

    boxes() { return { boxes: 40 }; }

    prices() { return { price: 12 }; }
  }
  const request = (/** @type {string} */ name) => Req()(Store.prototype, name, 0);
  request('enter');
  request('renew');
  decorate(Store, 'start', Get('/'));
  decorate(Store, 'enter', Post('y/1'), HttpCode(200));
  decorate(Store, 'renew', Post('y/2'), HttpCode(200));
  decorate(Store, 'boxes', Get('y/3'), UseGuards(AuthGuard('jwt'), Groups));
  decorate(Store, 'prices', Get('y/4'), UseGuards(AuthGuard('jwt'), Groups), SetMetadata('group', 'head'));
  Controller()(Store);

  class Application {}
  Module({ imports: [PassportModule], controllers: [Store], providers: [Tokens, Groups] })(Application);
  const app = await NestFactory.create(Application, { logger: false });
  if (settings.origins) app.enableCors({ origin: settings.origins });
  return app;
}

/** @param {Settings} settings @param {(url: string, port: number) => Promise<unknown>} use */
async function running(settings, use) {
  const app = await application(settings);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();
  try { await use(`http://app.test:${port}`, port); } finally { app.getHttpServer().closeAllConnections(); await app.close(); }
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function comeIn(browser, url, word = clerk.word) {
  await visit(browser, `${url}/`);
  await submit(browser, { a1: clerk.name, a2: word });
}

const NAME = 'NestJS with passport-jwt, a Greek page that signs in by script: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('nest-wrong', `${NAME}a wrong password, which is answered like a token that lacks.`, ['wrong-credentials'], (browser) => running({}, (url) => comeIn(browser, url, 'lathos')),
    { browser: 'firefox', never: ['missing-credentials', 'challenge-missing', 'token-expired', 'session-expired'] }),
  login('nest-group', `${NAME}what only another group may.`, ['insufficient-permissions'], (browser) => running({}, async (url) => {
    await comeIn(browser, url);
    await inPage(browser, "load('/y/4')");
  }), { never: ['wrong-credentials', 'token-expired', 'csrf-rejected', 'unauthenticated-as-403'] }),
  login('nest-other-scheme', `${NAME}the page sends its token with the scheme Token.`, ['wrong-scheme'], (browser) => running({ scheme: 'Token' }, (url) => comeIn(browser, url)),
    { equally: ['malformed-authorization'], also: ['credentials-in-wrong-place'], never: ['wrong-credentials', 'token-expired', 'missing-credentials', 'token-signature-invalid'] }),
  login('nest-renewed-twice', `${NAME}two calls at once renew with the same token, and the second ends all of them.`, ['refresh-token-reused'], (browser) => running({ life: 2, renews: true }, async (url) => {
    await comeIn(browser, url);
    await sleep(3000);
    await inPage(browser, "Promise.allSettled([load('/y/3'), load('/y/3')])");
    await sleep(3000);
    await inPage(browser, "load('/y/3')");
  }), { equally: ['token-refresh-failed'], also: ['token-expired', 'token-revoked'], never: ['wrong-credentials', 'clock-skew', 'insufficient-permissions'] }),
  login('nest-renewed', `${NAME}tokens of two seconds, renewed and tried again.`, [], (browser) => running({ life: 2, renews: true }, async (url) => {
    await comeIn(browser, url);
    await sleep(3000);
    await inPage(browser, "load('/y/3')");
    await sleep(3000);
    await inPage(browser, "load('/y/3')");
  }), { browser: 'firefox' }),
  login('nest-moved', `${NAME}nginx sends calls on to a host of their own, and the browser leaves the token behind.`, ['authorization-dropped-on-redirect'], async (browser) => {
    /** @type {string[]} */
    const origins = [];
    await running({ origins }, async (_, port) => {
      const nginx = await startNginx({ locations: `location ~ ^/(y/[12]|)$ { proxy_pass http://127.0.0.1:${port}; } location /y/ { return 307 http://api.test:${port}$request_uri; }` });
      origins.push(nginx.url.slice(0, -1));
      try { await comeIn(browser, nginx.url.slice(0, -1)); } finally { await nginx.stop(); }
    });
  }, { never: ['wrong-credentials', 'token-expired', 'missing-credentials', 'cors-origin-not-allowed'] }),
];
