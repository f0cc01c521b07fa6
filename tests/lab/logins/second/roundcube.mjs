// Roundcube as Debian ships it, in Czech, by PHP's own server, with mail in Dovecot.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, sleep, startServer, temporaryDirectory } from '../../process.mjs';
import { submit, visit } from '../steps.mjs';
import { login, secret } from './login.mjs';

/** @typedef {import('./login.mjs').Browser} Browser */

const person = { name: 'jana', word: secret() };

/** An IMAP server of one person. @param {string} directory */
async function mail(directory) {
  const port = await freePort();
  const configuration = join(directory, 'dovecot.conf');
  // Root's Dovecot hands its work to users of its own; another's has none to hand it to.
  const id = (/** @type {string[]} */ ...words) => execFileSync('id', words, { encoding: 'utf8' }).trim();
  const me = id('-un');
  const [owner, users] = me === 'root' ? ['www-data', ''] : [me, `default_internal_user = ${me}\ndefault_login_user = ${me}`];
  writeFileSync(join(directory, 'people'), `${person.name}:{PLAIN}${person.word}\n`);
  writeFileSync(configuration, `
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
base_dir = ${directory}/run
log_path = ${directory}/dovecot.log
${users}
mail_location = maildir:${directory}/mail/%u
first_valid_uid = 0
passdb {
  driver = passwd-file
  args = ${directory}/people
}
userdb {
  driver = static
  args = uid=${owner} gid=${id('-gn', owner)} home=${directory}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
namespace inbox {
  inbox = yes
}
`);
  mkdirSync(join(directory, 'mail'));
  execFileSync('chown', [owner, join(directory, 'mail')]);
  return { port, stop: await startServer('dovecot', ['-F', '-c', configuration], port) };
}

/**
 * @param {string} settings further lines of its configuration
 * @param {(url: string, of: { endMail: () => Promise<void>, forget: () => void }) => Promise<unknown>} use `forget` deletes all sessions
 */
async function running(settings, use) {
  const directory = temporaryDirectory();
  execFileSync('chmod', ['755', directory.path]);
  const imap = await mail(directory.path);
  const site = join(directory.path, 'site');
  const configuration = join(directory.path, 'config');
  cpSync('/usr/share/roundcube', site, { recursive: true, dereference: true, filter: existsSync });
  rmSync(join(site, 'installer'), { recursive: true });
  cpSync('/etc/roundcube', configuration, { recursive: true, filter: (file) => !/debian-db|config\.inc/.test(file) });
  for (const folder of ['temp', 'logs']) mkdirSync(join(directory.path, folder));
  const database = join(directory.path, 'db');
  writeFileSync(join(configuration, 'config.inc.php'), `<?php
$config = ['db_dsnw' => 'sqlite:///${database}?mode=0640', 'imap_host' => 'localhost:${imap.port}', 'product_name' => 'Pošta', 'language' => 'cs_CZ', 'des_key' => '${secret(18)}',
  'plugins' => [], 'skin' => 'elastic', 'enable_spellcheck' => false, 'temp_dir' => '${directory.path}/temp/', 'log_dir' => '${directory.path}/logs/', 'session_lifetime' => 10];
${settings}
`);
  execFileSync('php', ['-r', `(new PDO('sqlite:${database}'))->exec(file_get_contents('/usr/share/roundcube/SQL/sqlite.initial.sql'));`]);
  const port = await freePort();
  const stop = await startServer('env', [`ROUNDCUBE_CONFIG_DIR=${configuration}`, 'php', '-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, '-t', site], port);
  try {
    await use(`http://app.test:${port}`, {
      endMail: imap.stop,
      forget: () => { execFileSync('php', ['-r', `(new PDO('sqlite:${database}'))->exec('DELETE FROM session');`]); },
    });
  } finally {
    await stop();
    await imap.stop();
    directory.remove();
  }
}

/** @param {Browser} browser @param {string} url @param {string} [word] */
async function logIn(browser, url, word = person.word) {
  await visit(browser, `${url}/`);
  await submit(browser, { _user: person.name, _pass: word });
  await sleep(1000);
}

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  login('roundcube-wrong', 'Roundcube in Czech: a wrong password.', ['wrong-credentials'], (browser) => running('', (url) => logIn(browser, url, 'spatne')), { browser: 'firefox', never: ['missing-credentials', 'csrf-rejected'] }),
  login('roundcube-mail-server-away', 'Roundcube in Czech: the mail server that knows the passwords does not answer.', ['auth-backend-unavailable'], (browser) => running('', async (url, { endMail }) => {
    await endMail();
    await logIn(browser, url);
  }), { never: ['wrong-credentials', 'missing-credentials', 'challenge-missing'] }),
  login('roundcube-form-left-open', 'Roundcube in Czech: the session of the form is over when it is sent.', ['csrf-rejected'], (browser) => running('', async (url, { forget }) => {
    await visit(browser, `${url}/`);
    forget();
    await submit(browser, { _user: person.name, _pass: person.word });
  }), { equally: ['session-expired', 'session-ended-by-server'], never: ['wrong-credentials', 'cookies-disabled', 'missing-credentials'] }),
  login('roundcube-cookie-path', 'Roundcube in Czech: its cookies are for the path that it once had.', ['cookie-not-sent-path'], (browser) => running("$config['session_path'] = '/posta/';", (url) => logIn(browser, url)),
    { never: ['wrong-credentials', 'csrf-rejected', 'cookies-disabled', 'missing-credentials'] }),
  login('roundcube-login', 'Roundcube in Czech: a login that works.', [], (browser) => running('', (url) => logIn(browser, url)), { browser: 'firefox' }),
];
