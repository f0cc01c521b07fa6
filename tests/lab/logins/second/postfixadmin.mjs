// Postfixadmin as Debian ships it, in Finnish, by PHP's own server.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

/** A new password must have digits and letters. */
const word = `${secret()}a12`;
const ALL = 'aino@posti.test';
const ONE_DOMAIN = 'mika@posti.test';

/**
 * @param {string[]} options of PHP
 * @param {(url: string, forget: () => void) => Promise<unknown>} use `forget` deletes all sessions
 */
async function running(options, use) {
  const directory = temporaryDirectory();
  const site = join(directory.path, 'site');
  const sessions = join(directory.path, 'sessions');
  mkdirSync(sessions);
  cpSync('/usr/share/postfixadmin', site, { recursive: true, dereference: true, filter: (file) => existsSync(file) && !/templates_c|config\.local/.test(file) });
  mkdirSync(join(site, 'templates_c'));
  writeFileSync(join(directory.path, 'db'), '');
  writeFileSync(join(site, 'dbconfig.inc.php'), `<?php $dbtype = 'sqlite'; $dbname = '${directory.path}/db'; $dbuser = $dbpass = '';\n`);
  writeFileSync(join(site, 'config.local.php'), "<?php $CONF['configured'] = true; $CONF['default_language'] = 'fi'; $CONF['encrypt'] = 'php_crypt:SHA256'; $CONF['emailcheck_resolve_domain'] = 'NO';\n");
  const php = (/** @type {string[]} */ ...words) => execFileSync('php', ['-d', 'display_errors=0', '-d', `session.save_path=${sessions}`, ...words], { cwd: join(site, 'public'), stdio: 'ignore' });
  const make = (/** @type {string[]} */ ...words) => php('../scripts/postfixadmin-cli.php', ...words);
  php('upgrade.php');
  make('domain', 'add', 'posti.test');
  make('admin', 'add', ALL, '--password', word, '--password2', word, '--superadmin', '1', '--active', '1');
  make('admin', 'add', ONE_DOMAIN, '--password', word, '--password2', word, '--domains', 'posti.test', '--active', '1');
  const port = await freePort();
  const stop = await startServer('php', ['-d', 'display_errors=0', '-d', `session.save_path=${sessions}`, ...options, '-S', `127.0.0.1:${port}`, '-t', join(site, 'public')], port);
  try {
    await use(`http://app.test:${port}`, () => { for (const name of readdirSync(sessions)) rmSync(join(sessions, name)); });
  } finally {
    await stop();
    directory.remove();
  }
}

/** @param {Browser} browser @param {string} url @param {string} [name] @param {string} [password] */
async function logIn(browser, url, name = ALL, password = word) {
  await visit(browser, `${url}/login.php`);
  // Somebody chose the language in this browser before.
  await browser.evaluate(() => { document.cookie = 'lang=fi; path=/'; });
  await visit(browser, `${url}/login.php`);
  await submit(browser, { fUsername: name, fPassword: password });
}

const NAME = 'Postfixadmin in Finnish: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('postfixadmin-wrong', `${NAME}a wrong password.`, ['wrong-credentials'], (browser) => running([], (url) => logIn(browser, url, ALL, 'vaarin')), { never: ['csrf-rejected', 'missing-credentials', 'session-expired'] }),
  login('postfixadmin-secure-cookie', `${NAME}PHP makes its session cookies Secure, over http.`, ['cookie-rejected-secure'], (browser) => running(['-d', 'session.cookie_secure=1'], (url) => logIn(browser, url)),
    { browser: 'firefox', also: ['csrf-rejected'], never: ['wrong-credentials', 'cookies-disabled', 'session-expired'] }),
  login('postfixadmin-admins', `${NAME}who administers one domain writes to the people of all of them.`, ['insufficient-permissions'], (browser) => running([], async (url) => {
    await logIn(browser, url, ONE_DOMAIN);
    await visit(browser, `${url}/broadcast-message.php`);
  }), { also: ['session-ended-by-server', 'session-expired'], never: ['wrong-credentials', 'csrf-rejected', 'session-cookie-lost', 'cookies-disabled'] }),
  login('postfixadmin-cleared', `${NAME}the sessions were cleared away while somebody was signed in.`, ['session-ended-by-server'], (browser) => running([], async (url, forget) => {
    await logIn(browser, url);
    forget();
    await visit(browser, `${url}/list.php?table=domain`);
  }), { equally: ['session-expired'], never: ['wrong-credentials', 'cookies-disabled', 'missing-credentials', 'session-cookie-lost'] }),
  login('postfixadmin-own-password', `${NAME}somebody changes their password, leaves, and comes back with the new one.`, [], (browser) => running([], async (url) => {
    await logIn(browser, url);
    const next = `${secret()}b34`;
    await visit(browser, `${url}/edit.php?table=admin&edit=${encodeURIComponent(ALL)}`);
    await submit(browser, { 'value[password]': next, 'value[password2]': next });
    await visit(browser, `${url}/login.php`);
    await submit(browser, { fUsername: ALL, fPassword: next });
  }), { browser: 'firefox' }),
];
