// The lines that products are told parse where their parser is at hand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const table = readFileSync(new URL('../crate/data/settings.tsv', import.meta.url), 'utf8');
const rows = table.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => {
  const [cause = '', , format = '', lines = ''] = line.split('\t');
  return { cause, format, lines: lines.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c)) };
});
const of = (/** @type {string} */ format) => rows.filter((row) => row.format === format);

const folder = mkdtempSync(join(tmpdir(), 'why401-settings-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Whether a server reads a configuration, and what it says if not.
 * @param {string} program @param {string[]} args @param {string} configuration
 */
function says(program, args, configuration) {
  const file = join(folder, 'server.conf');
  writeFileSync(file, configuration);
  const { status, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? '' : stderr;
}

/** Holds that one of the contexts takes the lines. @param {string} lines @param {((lines: string) => string)[]} contexts */
function fits(lines, contexts) {
  const faults = contexts.map((context) => context(lines));
  assert.ok(faults.includes(''), `${lines}\n${faults.join('\n')}`);
}

test('JSON', () => {
  for (const { lines } of of('json')) JSON.parse(lines);
});

test('YAML', () => {
  const { load } = createRequire(new URL('../tests/package.json', import.meta.url))('js-yaml');
  for (const { lines } of of('yaml')) assert.equal(typeof load(lines), 'object', lines);
});

const nginx = '/usr/sbin/nginx';
test('nginx', { skip: existsSync(nginx) ? false : 'nginx is not installed' }, () => {
  const http = (/** @type {string} */ lines) => says(nginx, ['-t', '-q', '-p', folder, '-g', `pid ${folder}/pid; error_log stderr;`, '-c'], `events {}\nhttp {\naccess_log off;\n${lines}\n}\n`);
  const server = (/** @type {string} */ lines) => http(`server {\n${lines}\n}`);
  const location = (/** @type {string} */ lines) => server(`location / {\n${lines}\n}`);
  for (const { lines } of of('nginx')) fits(lines, [location, server, http]);
});

const apache = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';
const loaded = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_host', 'authz_user', 'authz_groupfile', 'auth_basic', 'auth_digest',
  'headers', 'env', 'setenvif', 'rewrite', 'socache_shmcb', 'ssl', 'slotmem_shm', 'proxy', 'proxy_http', 'proxy_balancer', 'lbmethod_byrequests'];
test('Apache httpd', { skip: existsSync(apache) ? false : 'Apache httpd is not installed' }, (context) => {
  const others = Object.entries({ Gssapi: 'auth_gssapi', WSGI: 'wsgi' }).filter(([, name]) => existsSync(`${modules}/mod_${name}.so`));
  const all = [...loaded, ...others.map(([, name]) => name)].map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so\n`).join('');
  const server = (/** @type {string} */ lines) => says(apache, ['-t', '-f'], `ServerName localhost\nDefaultRuntimeDir ${folder}\nErrorLog ${folder}/errors\n${all}${lines}\n`);
  const directory = (/** @type {string} */ lines) => server(`<Directory "/">\n${lines}\n</Directory>`);
  const known = (/** @type {string} */ lines) => !/\b(Gssapi|WSGI)/.test(lines) || others.some(([begin]) => lines.includes(begin));
  for (const { lines } of of('apache').filter((row) => known(row.lines))) fits(lines, [server, directory]);
  const left = of('apache').filter((row) => !known(row.lines)).length;
  if (left > 0) context.diagnostic(`${left} rows are of modules that are not installed`);
});
