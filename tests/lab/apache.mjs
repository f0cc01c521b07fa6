// Apache httpd as Debian ships it, with one directory behind Basic and one behind Digest.

import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from './process.mjs';

const REALM = { basic: 'Accounting', digest: 'Personnel files' };
/** For mod_auth_form with its session in a cookie, and for ModSecurity. */
const MORE_MODULES = ['alias', 'session', 'session_cookie', 'auth_form', 'request', 'headers', 'unique_id', 'security2'];
const MODULES = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_basic', 'auth_digest', 'dir', 'mime'];

/**
 * Starts Apache on a free port of 127.0.0.1. `/` is open, `/basic/` and `/digest/` ask for the user.
 * @param {{ command?: string, modules?: string, more?: (directory: string) => string }} [options] Debian's paths unless said
 *   otherwise; `more` is further configuration, for which modules of forms, sessions and firewalls are loaded as well
 * @returns {Promise<{ url: string, user: string, password: string, realm: typeof REALM, changePassword: () => void, stop: () => Promise<void> }>}
 *   `url` names the host `apache.test` and ends in a slash; after `changePassword` the old one opens nothing
 */
export async function start({ command = '/usr/sbin/apache2', modules = '/usr/lib/apache2/modules', more } = {}) {
  const directory = temporaryDirectory();
  // Started by root, Apache serves as www-data, who must be able to read this.
  chmodSync(directory.path, 0o755);
  const port = await freePort();
  const user = 'alice';
  const newPassword = () => randomBytes(9).toString('base64url');
  const password = newPassword();
  for (const [folder, words] of [['', 'Open to all'], ['basic', 'The accounts'], ['digest', 'The files']]) {
    mkdirSync(join(directory.path, 'site', folder), { recursive: true });
    writeFileSync(join(directory.path, 'site', folder, 'index.html'), `<!doctype html><title>${words}</title><h1>${words}</h1>`);
  }
  /** @param {string} secret */
  const setPassword = (secret) => {
    // The formats of htpasswd -s and of htdigest, Apache httpd 2.4 "Password Formats", read 2026-11-20.
    writeFileSync(join(directory.path, 'htpasswd'), `${user}:{SHA}${createHash('sha1').update(secret).digest('base64')}\n`);
    writeFileSync(join(directory.path, 'htdigest'),
      `${user}:${REALM.digest}:${createHash('md5').update(`${user}:${REALM.digest}:${secret}`).digest('hex')}\n`);
  };
  setPassword(password);
  const configuration = join(directory.path, 'apache.conf');
  writeFileSync(configuration, `
${[...MODULES, ...more ? MORE_MODULES : []].map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
ServerRoot ${directory.path}
ServerName apache.test
Listen 127.0.0.1:${port}
PidFile ${directory.path}/pid
ErrorLog ${directory.path}/error.log
Mutex file:${directory.path}
StartServers 1
TypesConfig /etc/mime.types
DocumentRoot ${directory.path}/site
DirectoryIndex index.html
<IfModule unixd_module>
  User www-data
  Group www-data
</IfModule>
<Directory ${directory.path}/site>
  Require all granted
</Directory>
<Location /basic/>
  AuthType Basic
  AuthName "${REALM.basic}"
  AuthUserFile ${directory.path}/htpasswd
  Require valid-user
</Location>
<Location /digest/>
  AuthType Digest
  AuthName "${REALM.digest}"
  AuthDigestDomain /digest/
  AuthUserFile ${directory.path}/htdigest
  Require valid-user
</Location>
${more?.(directory.path) ?? ''}
`);
  const end = await startServer(command, ['-X', '-f', configuration], port).catch((error) => { directory.remove(); throw error; });
  return {
    url: `http://apache.test:${port}/`, user, password, realm: REALM,
    changePassword: () => setPassword(newPassword()),
    stop: async () => { await end(); directory.remove(); },
  };
}
