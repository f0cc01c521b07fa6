// WordPress as Debian ships it, by PHP's own server, with a MariaDB of its own.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, sleep, startServer, temporaryDirectory } from '../process.mjs';
import { account } from './express.mjs';
import { submit, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */

/** A database server that is reached by its socket alone. @param {string} directory */
async function database(directory) {
  const socket = join(directory, 'mysql.sock');
  const data = join(directory, 'data');
  execFileSync('mariadb-install-db', [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--user=root'], { stdio: 'ignore' });
  const server = spawn('/usr/sbin/mariadbd', ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, '--skip-networking', '--user=root', `--pid-file=${directory}/pid`], { stdio: 'ignore' });
  for (const end = Date.now() + 20_000; !existsSync(socket); await sleep(100)) {
    if (Date.now() > end) throw new Error('MariaDB does not start');
  }
  execFileSync('mariadb', [`--socket=${socket}`, '-u', 'root', '-e', 'CREATE DATABASE wordpress']);
  return { socket, stop: () => new Promise((resolve) => { server.once('exit', resolve); server.kill('SIGTERM'); }) };
}

/**
 * Installs WordPress at `app.test` and runs it.
 * @param {string} settings further lines of wp-config.php
 * @param {(url: string) => Promise<unknown>} use
 */
async function running(settings, use) {
  const directory = temporaryDirectory();
  const { socket, stop: stopDatabase } = await database(directory.path);
  const site = join(directory.path, 'site');
  mkdirSync(site);
  cpSync('/usr/share/wordpress', site, { recursive: true, dereference: true });
  rmSync(join(site, 'wp-config.php'));
  const port = await freePort();
  const url = `http://app.test:${port}`;
  writeFileSync(join(site, 'wp-config.php'), `<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:${socket}');
$key = '${account.password}';
define('AUTH_KEY', $key . 'a'); define('SECURE_AUTH_KEY', $key . 'b'); define('LOGGED_IN_KEY', $key . 'c'); define('NONCE_KEY', $key . 'd');
define('AUTH_SALT', $key . 'e'); define('SECURE_AUTH_SALT', $key . 'f'); define('LOGGED_IN_SALT', $key . 'g'); define('NONCE_SALT', $key . 'h');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('CONCATENATE_SCRIPTS', true); define('DISABLE_WP_CRON', true); define('WP_HOME', '${url}'); define('WP_SITEURL', '${url}');
$table_prefix = 'wp_';
if (file_exists('${directory.path}/broken.php')) require '${directory.path}/broken.php';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`);
  const stop = await startServer('php', ['-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, '-t', site], port);
  try {
    const installed = await fetch(`http://127.0.0.1:${port}/wp-admin/install.php?step=2`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `${new URLSearchParams({ weblog_title: 'Site', user_name: account.user, admin_password: account.password, admin_password2: account.password, admin_email: 'alice@example.test', blog_public: '0', pw_weak: 'on' })}` });
    if (!installed.ok) throw new Error(`WordPress is not installed: ${installed.status}`);
    writeFileSync(join(directory.path, 'broken.php'), `<?php\n${settings}\n`);
    await use(url);
  } finally {
    await stop();
    await stopDatabase();
    directory.remove();
  }
}

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(browser: Browser, url: string) => Promise<unknown>} then
 * @param {{ firefox?: boolean, settings?: string }} [more]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, then, { firefox = false, settings = '' } = {}) => ({
  name, failures, firefox, source: `WordPress: ${what}`, run: (browser) => running(settings, (url) => then(browser, url)),
});

/** @param {Browser} browser @param {string} url @param {string} [password] @param {string} [user] */
async function logIn(browser, url, password = account.password, user = account.user) {
  await visit(browser, `${url}/wp-login.php`);
  await submit(browser, { log: user, pwd: password });
}

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/wordpress-login', 'a login that works.', [], (browser, url) => logIn(browser, url), { firefox: true }),
  login('credentials/wrong-credentials/wordpress', 'a wrong password.', ['wrong-credentials'], (browser, url) => logIn(browser, url, 'wrong'), { firefox: true }),
  login('credentials/wrong-credentials/wordpress-unknown-user', 'a name that nobody has.', ['wrong-credentials'], (browser, url) => logIn(browser, url, 'wrong', 'nobody')),
  login('cookies/cookie-rejected-domain/wordpress', 'COOKIE_DOMAIN of another site.', ['cookie-rejected-domain'], (browser, url) => logIn(browser, url), { settings: "define('COOKIE_DOMAIN', '.example.test');", firefox: true }),
];
