// The oracles' own certificate authority: made for one run, and known to one profile of one browser.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'Why401 test authority';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** @param {string} program @param {string[]} args */
const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * An authority, and a key pair that it certifies for these hosts.
 * @param {string} folder where its files may lie
 * @param {string[]} hosts
 */
export function authority(folder, hosts) {
  const at = (/** @type {string} */ name) => join(folder, name);
  run('openssl', 'req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${NAME}`, '-addext', 'keyUsage=critical,keyCertSign', '-keyout', at('ca.key'), '-out', at('ca.pem'));
  run('openssl', 'req', ...NEW_KEY, '-subj', `/CN=${hosts[0]}`, '-keyout', at('key.pem'), '-out', at('request.pem'));
  writeFileSync(at('names'), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}\nextendedKeyUsage=serverAuth\n`);
  run('openssl', 'x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-set_serial', `${Date.now()}`, '-days', '2', '-extfile', at('names'), '-out', at('cert.pem'));
  return {
    key: readFileSync(at('key.pem')),
    cert: readFileSync(at('cert.pem')),
    /** Makes a certificate store trust it: a Firefox profile, or Chromium's shared one. @param {string} store */
    trustIn(store) {
      mkdirSync(store, { recursive: true });
      run('certutil', '-N', '-d', `sql:${store}`, '--empty-password');
      run('certutil', '-A', '-d', `sql:${store}`, '-n', NAME, '-t', 'C,,', '-i', at('ca.pem'));
    },
  };
}
