// A forward proxy that lets nobody through without a password.

import http from 'node:http';

/** The one host that browsers reach through the proxy; it does not exist. */
const HOST = 'intranet.test';

/**
 * Starts the proxy on a free port of 127.0.0.1.
 * @returns {Promise<{ url: string, pac: string, realm: string, stop: () => Promise<void> }>}
 *   `url`: a page behind the proxy; `pac`: the proxy auto-configuration that a browser must start with
 */
export function start() {
  const realm = 'Office proxy';
  const server = http.createServer((_, response) => {
    response.writeHead(407, { 'Proxy-Authenticate': `Basic realm="${realm}"`, 'Content-Type': 'text/plain' });
    response.end('The proxy asks for a password.\n');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      resolve({
        url: `http://${HOST}/`,
        pac: `function FindProxyForURL(url, host) { return host === "${HOST}" ? "PROXY 127.0.0.1:${port}" : "DIRECT"; }`,
        realm,
        stop: () => new Promise((done) => { server.close(() => done()); server.closeAllConnections(); }),
      });
    });
  });
}
