// A site that counts what it was asked for, so that a recording can be held against it.

import http from 'node:http';
import { once } from 'node:events';

/**
 * @typedef {object} CountingServer
 * @property {string} url
 * @property {Map<number, number>} served when each numbered request had been answered, milliseconds since 1970
 * @property {() => Promise<void>} stop
 */

/**
 * Answers `/request?n=NUMBER`; every other path is a page.
 * @returns {Promise<CountingServer>}
 */
export async function countingServer() {
  /** @type {Map<number, number>} */
  const served = new Map();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://app.test');
    if (url.pathname !== '/request') {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<!doctype html><title>Counted</title><link rel="icon" href="data:,">');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' });
    response.end('counted', () => served.set(Number(url.searchParams.get('n')), Date.now()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://app.test:${port}/`,
    served,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
