// nginx as Debian ships it: a directory behind Basic, and a proxy that drops the Authorization header.

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer, temporaryDirectory } from './process.mjs';

/**
 * Starts nginx on a free port of 127.0.0.1. `/` is open and `/basic/` asks for the user. With `upstream`,
 * `/stripped/` is passed on to that origin without its Authorization field.
 * @param {{ command?: string, upstream?: string, global?: string, locations?: string }} [options] `global` is further configuration
 *   of all servers, `locations` of ours
 * @returns {Promise<{ url: string, user: string, password: string, realm: string, stop: () => Promise<void> }>}
 *   `url` names the host `nginx.test` and ends in a slash
 */
export async function start({ command = '/usr/sbin/nginx', upstream, global = '', locations = '' } = {}) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const user = 'alice';
  const password = randomBytes(9).toString('base64url');
  const realm = 'Build server';
  for (const [folder, words] of [['', 'Open to all'], ['basic', 'The builds']]) {
    mkdirSync(join(directory.path, 'site', folder), { recursive: true });
    writeFileSync(join(directory.path, 'site', folder, 'index.html'), `<!doctype html><title>${words}</title><h1>${words}</h1>`);
  }
  writeFileSync(join(directory.path, 'htpasswd'), `${user}:{SHA}${createHash('sha1').update(password).digest('base64')}\n`);
  const passed = upstream
    ? `location /stripped/ { proxy_pass ${upstream}/; proxy_set_header Host $host; proxy_set_header Authorization ""; }`
    : '';
  const configuration = join(directory.path, 'nginx.conf');
  // Run by root, nginx would hand its workers to nobody, who may not read this directory.
  const identity = process.getuid?.() === 0 ? 'user root;' : '';
  writeFileSync(configuration, `
${identity}
daemon off;
master_process off;
pid ${directory.path}/pid;
error_log stderr;
events {}
http {
  types { text/html html; }
  access_log off;
  ${global}
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory.path}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    server_name nginx.test;
    root ${directory.path}/site;
    location /basic/ { auth_basic "${realm}"; auth_basic_user_file ${directory.path}/htpasswd; }
    ${passed}
    ${locations}
  }
}
`);
  const end = await startServer(command, ['-c', configuration, '-p', directory.path, '-e', 'stderr'], port)
    .catch((error) => { directory.remove(); throw error; });
  return {
    url: `http://nginx.test:${port}/`, user, password, realm,
    stop: async () => { await end(); directory.remove(); },
  };
}
