// ZNC's web pages.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start as startNginx } from '../../nginx.mjs';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const password = secret();

/** @param {(url: string, port: number) => Promise<unknown>} use */
async function running(use) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const salt = secret(9);
  mkdirSync(join(directory.path, 'configs'));
  writeFileSync(join(directory.path, 'configs/znc.conf'), `Version = 1.8.2
LoadModule = webadmin
ProtectWebSessions = true
<Listener l>
  Port = ${port}
  Host = 127.0.0.1
  IPv4 = true
  IPv6 = false
  SSL = false
  AllowIRC = false
  AllowWeb = true
</Listener>
<User greta>
  Admin = true
  Nick = greta
  Language = de-DE
  <Pass password>
    Method = sha256
    Hash = ${createHash('sha256').update(password + salt).digest('hex')}
    Salt = ${salt}
  </Pass>
</User>
`);
  const stop = await startServer('znc', ['--foreground', '--allow-root', '--datadir', directory.path], port);
  try { await use(`http://app.test:${port}`, port); } finally { await stop(); directory.remove(); }
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = password) {
  await visit(browser, `${url}/`);
  await submit(browser, { user: 'greta', pass: word });
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('znc-login', 'ZNC: a login that works, and its settings.', [], (browser) => running(async (url) => { await logIn(browser, url); await visit(browser, `${url}/mods/global/webadmin/edituser`); })),
  login('znc-wrong', 'ZNC: a wrong password.', ['wrong-credentials'], (browser) => running((url) => logIn(browser, url, 'falsch')), { browser: 'firefox' }),
  login('znc-other-address', 'ZNC, which binds sessions to addresses, behind an nginx that comes from two of them.', ['session-bound-to-address'], (browser) => running(async (_, port) => {
    const nginx = await startNginx({
      global: 'map $request_method $from { POST 127.0.0.2; default 127.0.0.3; }',
      locations: `location / { proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $http_host; proxy_bind $from; }`,
    });
    try {
      await logIn(browser, nginx.url.slice(0, -1));
      await visit(browser, `${nginx.url}mods/global/webadmin/edituser`);
    } finally {
      await nginx.stop();
    }
  }), { equally: ['session-not-sticky', 'session-ended-by-server', 'session-expired', 'inconsistent-authentication'], never: ['wrong-credentials', 'cookies-disabled', 'csrf-rejected'] }),
];
