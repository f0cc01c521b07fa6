// A Kerberos realm of its own, and Apache with mod_auth_gssapi. Debian's Chromium sends no tickets; Firefox does.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../apache.mjs';
import { freePort, startServer, temporaryDirectory } from '../process.mjs';
import { account } from './express.mjs';
import { visit } from './steps.mjs';

const REALM = 'LAB.TEST';

/**
 * Makes a realm with one user and the service of `apache.test`, and points this process at it, so that the browser
 * which starts next belongs to it.
 * @param {{ hasTicket?: boolean }} how
 */
async function realm({ hasTicket = true }) {
  const directory = temporaryDirectory();
  const at = (/** @type {string} */ name) => join(directory.path, name);
  const port = await freePort();
  mkdirSync(at('kdc'));
  writeFileSync(at('krb5.conf'), `
[libdefaults]
  default_realm = ${REALM}
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  ${REALM} = {
    kdc = 127.0.0.1:${port}
  }
[domain_realm]
  .test = ${REALM}
`);
  writeFileSync(at('kdc.conf'), `
[kdcdefaults]
  kdc_listen = 127.0.0.1:${port}
  kdc_tcp_listen = 127.0.0.1:${port}
[realms]
  ${REALM} = {
    database_name = ${at('kdc/principal')}
    key_stash_file = ${at('kdc/stash')}
    acl_file = ${at('kdc/acl')}
  }
[logging]
  kdc = FILE:${at('kdc/log')}
`);
  Object.assign(process.env, { KRB5_CONFIG: at('krb5.conf'), KRB5_KDC_PROFILE: at('kdc.conf'), KRB5CCNAME: `FILE:${at('tickets')}`, KRB5_KTNAME: `FILE:${at('keytab')}` });
  const admin = (/** @type {string} */ query) => execFileSync('kadmin.local', ['-r', REALM, '-q', query], { stdio: 'pipe' });
  execFileSync('kdb5_util', ['create', '-s', '-r', REALM, '-P', account.password], { stdio: 'pipe' });
  admin(`addprinc -pw ${account.password} ${account.user}`);
  admin('addprinc -randkey HTTP/apache.test');
  admin(`ktadd -k ${at('keytab')} HTTP/apache.test`);
  const stop = await startServer('krb5kdc', ['-n', '-r', REALM], port);
  if (hasTicket) execFileSync('kinit', [account.user], { input: `${account.password}\n`, stdio: ['pipe', 'pipe', 'pipe'] });
  execFileSync('chmod', ['-R', 'a+rX', directory.path]);
  return {
    keytab: at('keytab'),
    /** The service gets another key than the one in its keytab, as when its account is another one. */
    changeKey: () => admin('cpw -randkey HTTP/apache.test'),
    stop: async () => { await stop(); directory.remove(); },
  };
}

/** @param {string} keytab */
const guarded = (keytab) => `
LoadModule auth_gssapi_module /usr/lib/apache2/modules/mod_auth_gssapi.so
<Location /staff/>
  AuthType GSSAPI
  AuthName "Staff"
  GssapiCredStore keytab:${keytab}
  Require valid-user
</Location>`;

/**
 * @param {string} name @param {string} what @param {string[]} failures @param {{ hasTicket?: boolean, otherKey?: boolean }} how
 * @returns {import('./recorder.mjs').Login}
 */
function login(name, what, failures, { hasTicket, otherKey = false }) {
  /** @type {Awaited<ReturnType<typeof realm>>} */
  let lab;
  return {
    name, failures, firefox: true, chrome: false, source: `Apache httpd with mod_auth_gssapi in an MIT Kerberos realm: ${what}`,
    async before() {
      lab = await realm({ hasTicket });
      if (otherKey) lab.changeKey();
    },
    async run(browser) {
      const apache = await start({ more: (directory) => {
        mkdirSync(join(directory, 'site', 'staff'));
        writeFileSync(join(directory, 'site', 'staff', 'index.html'), '<!doctype html><title>Staff</title><h1>Staff</h1>');
        return guarded(lab.keytab);
      } });
      try {
        await visit(browser, `${apache.url}staff/`);
      } finally {
        await apache.stop();
        await lab.stop();
      }
    },
  };
}

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/kerberos-apache', 'a ticket that is taken.', [], {}),
  login('windows/negotiate-no-ticket/apache', 'a browser without a ticket.', ['negotiate-no-ticket'], { hasTicket: false }),
  login('windows/negotiate-rejected/apache-other-key', 'a ticket for another key than the one in the keytab.', ['negotiate-rejected'], { otherKey: true }),
];
