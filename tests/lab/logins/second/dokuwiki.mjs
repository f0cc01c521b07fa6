// DokuWiki in Japanese, by PHP's own server.

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const password = secret();

/** @param {(url: string) => Promise<unknown>} use */
async function running(use) {
  const directory = temporaryDirectory();
  const site = join(directory.path, 'site');
  cpSync('/usr/share/dokuwiki', site, { recursive: true, dereference: true, filter: (file) => !file.includes('/_test') });
  cpSync('/etc/dokuwiki', join(site, 'conf'), { recursive: true, filter: (file) => !file.endsWith('.auth.php') });
  cpSync('/var/lib/dokuwiki/data', join(directory.path, 'data'), { recursive: true });
  rmSync(join(site, 'inc/preload.php'));
  writeFileSync(join(site, 'inc/preload.php'), `<?php define('DOKU_CONF', '${site}/conf/');\n`);
  writeFileSync(join(site, 'conf/local.php'), `<?php
$conf['title'] = '台帳'; $conf['lang'] = 'ja'; $conf['license'] = ''; $conf['useacl'] = 1; $conf['superuser'] = '@admin'; $conf['savedir'] = '${directory.path}/data';
$conf['updatecheck'] = 0; $conf['rememberme'] = 0;
`);
  const hash = createHash('md5').update(password).digest('hex');
  writeFileSync(join(site, 'conf/users.auth.php'), `hana:${hash}:Hana:hana@app.test:user\n`);
  writeFileSync(join(site, 'conf/acl.auth.php'), '*\t@ALL\t1\nkin:*\t@ALL\t0\n');
  for (const page of ['start', 'kin']) mkdirSync(join(directory.path, 'data/pages', page), { recursive: true });
  writeFileSync(join(directory.path, 'data/pages/kin/start.txt'), '====== 給与 ======\n');
  const port = await freePort();
  const stop = await startServer('php', ['-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, '-t', site], port);
  try { await use(`http://app.test:${port}`); } finally { await stop(); directory.remove(); }
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = password) {
  await visit(browser, `${url}/doku.php?id=start&do=login`);
  await submit(browser, { u: 'hana', p: word }, '#dw__login');
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('dokuwiki-typo', 'DokuWiki in Japanese: a wrong password, and then the right one.', ['wrong-credentials'], (browser) => running(async (url) => {
    await logIn(browser, url, 'machigai');
    await logIn(browser, url);
  }), { browser: 'firefox', recovers: true }),
  login('dokuwiki-wrong', 'DokuWiki in Japanese: a wrong password.', ['wrong-credentials'], (browser) => running((url) => logIn(browser, url, 'machigai'))),
  login('dokuwiki-denied', 'DokuWiki in Japanese: a page that this user may not read.', ['insufficient-permissions'], (browser) => running(async (url) => {
    await logIn(browser, url);
    await visit(browser, `${url}/doku.php?id=kin:start`);
  }), { never: ['wrong-credentials', 'unauthenticated-as-403', 'session-expired', 'csrf-rejected'] }),
];
