// squid as a proxy that asks for a password.

import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { freePort, startServer, temporaryDirectory } from '../process.mjs';

const port = await freePort();
const password = randomBytes(9).toString('base64url');

/** @param {(url: string) => Promise<unknown>} use */
async function running(use) {
  const directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  writeFileSync(join(directory.path, 'passwords'), `alice:${execFileSync('openssl', ['passwd', '-apr1', password]).toString()}`);
  const configuration = join(directory.path, 'squid.conf');
  writeFileSync(configuration, `
http_port 127.0.0.1:${port}
pid_filename none
cache deny all
access_log none
cache_log ${directory.path}/cache.log
coredump_dir ${directory.path}
auth_param basic program /usr/lib/squid/basic_ncsa_auth ${directory.path}/passwords
auth_param basic realm Office
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
`);
  const proxy = Number(execFileSync('id', ['-u', 'proxy']).toString());
  chownSync(directory.path, proxy, proxy);
  const stop = await startServer('/usr/sbin/squid', ['-N', '-f', configuration], port);
  try {
    await use('http://intranet.test/');
  } finally {
    await stop();
    directory.remove();
  }
}

const pac = `function FindProxyForURL(url, host) { return host === "intranet.test" ? "PROXY 127.0.0.1:${port}" : "DIRECT"; }`;

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  { name: 'network/proxy-authentication-required/squid', source: 'squid: a proxy that asks for a password, and a dialog that is cancelled.', failures: ['proxy-authentication-required'], pac, firefox: true,
    run: (browser) => running((url) => browser.gotoProtected(url)) },
  { name: 'network/proxy-authentication-required/squid-wrong', source: 'squid: a proxy that does not accept the password.', failures: ['proxy-authentication-required'], pac,
    run: (browser) => running((url) => browser.gotoProtected(url, { username: 'alice', password: 'wrong' })) },
];
