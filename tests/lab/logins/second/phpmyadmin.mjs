// phpMyAdmin as Debian ships it, in Ukrainian, by PHP's own server, with MariaDB.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, sleep, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const person = { name: 'oksana', word: secret() };

/** @param {string} directory */
async function database(directory) {
  const data = join(directory, 'database');
  const socket = join(directory, 'socket');
  execFileSync('mariadb-install-db', [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--user=root'], { stdio: 'ignore' });
  const server = spawn('/usr/sbin/mariadbd', ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, '--skip-networking', '--user=root', `--pid-file=${directory}/pid`], { stdio: 'ignore' });
  for (const end = Date.now() + 30_000; !existsSync(socket); await sleep(100)) {
    if (Date.now() > end) throw new Error('MariaDB does not start');
  }
  execFileSync('mariadb', [`--socket=${socket}`, '-u', 'root', '-e', `CREATE DATABASE sklad; CREATE USER '${person.name}'@'localhost' IDENTIFIED BY '${person.word}'; GRANT ALL ON sklad.* TO '${person.name}'@'localhost'`]);
  const gone = new Promise((resolve) => { server.once('exit', resolve); });
  return { socket, stop: async () => { server.kill('SIGTERM'); await gone; } };
}

/**
 * @param {string} settings further lines of its configuration
 * @param {(url: string, of: { endDatabase: () => Promise<void>, forget: () => void }) => Promise<unknown>} use `forget` deletes all sessions
 */
async function running(settings, use) {
  const directory = temporaryDirectory();
  const { socket, stop: endDatabase } = await database(directory.path);
  const site = join(directory.path, 'site');
  const sessions = join(directory.path, 'sessions');
  cpSync('/usr/share/phpmyadmin', site, { recursive: true, dereference: true, filter: (file) => existsSync(file) && !file.includes('/doc') });
  for (const folder of [sessions, join(directory.path, 'temp')]) mkdirSync(folder);
  const file = join(site, 'libraries/vendor_config.php');
  rmSync(file);
  writeFileSync(file, `<?php return ['autoloadFile' => '/usr/share/phpmyadmin/autoload.php', 'tempDir' => '${directory.path}/temp/', 'changeLogFile' => '', 'licenseFile' => '', 'sqlDir' => '${site}/sql/',
  'configFile' => '${site}/config.inc.php', 'customHeaderFile' => '', 'customFooterFile' => '', 'versionCheckDefault' => false, 'localePath' => '${site}/locale/', 'cacheDir' => '${directory.path}/temp/', 'versionSuffix' => ''];
`);
  writeFileSync(join(site, 'config.inc.php'), `<?php
$cfg['blowfish_secret'] = '${secret(24)}';
$cfg['Lang'] = 'uk'; $cfg['SendErrorReports'] = 'never'; $cfg['ShowGitRevision'] = false; $cfg['ZeroConf'] = false;
$cfg['Servers'][1] = ['auth_type' => 'cookie', 'socket' => '${socket}', 'host' => 'localhost', 'AllowNoPassword' => false];
${settings}
`);
  const port = await freePort();
  const stop = await startServer('php', ['-d', 'display_errors=0', '-d', `session.save_path=${sessions}`, '-S', `127.0.0.1:${port}`, '-t', site], port);
  try {
    await use(`http://app.test:${port}`, { endDatabase, forget: () => { for (const name of readdirSync(sessions)) rmSync(join(sessions, name)); } });
  } finally {
    await stop();
    await endDatabase();
    directory.remove();
  }
}

/** @param {Browser} browser @param {string} url @param {{ name?: string, word?: string }} [as] */
async function logIn(browser, url, { name = person.name, word = person.word } = {}) {
  await visit(browser, `${url}/index.php`);
  await submit(browser, { pma_username: name, pma_password: word }, '#login_form');
}

const NAME = 'phpMyAdmin in Ukrainian: ';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('phpmyadmin-login', `${NAME}a login that works.`, [], (browser) => running('', (url) => logIn(browser, url)), { browser: 'firefox' }),
  login('phpmyadmin-wrong', `${NAME}a wrong password.`, ['wrong-credentials'], (browser) => running('', (url) => logIn(browser, url, { word: 'pomylka' })),
    { never: ['auth-backend-unavailable', 'csrf-rejected', 'missing-credentials'] }),
  login('phpmyadmin-database-away', `${NAME}the database that knows the passwords does not answer.`, ['auth-backend-unavailable'], (browser) => running('', async (url, { endDatabase }) => {
    await endDatabase();
    await logIn(browser, url);
  }), { browser: 'firefox', never: ['wrong-credentials', 'csrf-rejected', 'missing-credentials'] }),
  login('phpmyadmin-rules', `${NAME}its rules let this user in from one other address alone.`, ['ip-denied'],
    (browser) => running(`$cfg['Servers'][1]['AllowDeny'] = ['order' => 'explicit', 'rules' => ['allow ${person.name} from 192.0.2.7']];`, (url) => logIn(browser, url)),
    { equally: ['insufficient-permissions'], also: ['waf-blocked'], never: ['wrong-credentials', 'csrf-rejected', 'auth-backend-unavailable'] }),
  login('phpmyadmin-form-left-open', `${NAME}the sessions were cleared away while the form stood open.`, ['session-expired'], (browser) => running('', async (url, { forget }) => {
    await visit(browser, `${url}/index.php`);
    forget();
    await submit(browser, { pma_username: person.name, pma_password: person.word }, '#login_form');
  }), { equally: ['csrf-rejected', 'session-ended-by-server'], never: ['wrong-credentials', 'cookies-disabled', 'cookie-rejected-secure', 'auth-backend-unavailable'] }),
];
