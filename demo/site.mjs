// The demo site: a page of buttons that each make a login fail in another way.
// `node demo/site.mjs` serves it to people.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { page } from './answers.mjs';
import { scenarios } from './scenarios.mjs';

/** @typedef {import('./scenarios.mjs').Route} Route */

/** The names under which a browser of the tests finds this machine. */
export const HOST = 'app.test';
const API_HOST = 'api.test';
const STATIC = new Map([['/page.js', 'text/javascript'], ['/page.css', 'text/css']]);

/**
 * Starts the demo site on 127.0.0.1. It answers under every host name; with `app.test` and `api.test` mapped to the
 * loopback address, as our drivers do, it behaves like a site on the network, without the rights browsers give to localhost.
 * @param {{ port?: number }} [options] 0, and no option at all, take a free port
 * @returns {Promise<{ url: string, local: string, api: string, scenarios: { name: string, title: string, healthy: boolean }[], stop: () => Promise<void> }>}
 *   `url` and `api` name our hosts, `local` is the same site by its loopback address
 */
export async function start({ port = 0 } = {}) {
  // Nobody listens there any more when the page calls it.
  const { port: closed, close } = await listen(0, () => {});
  await close();
  const api = await listen(0, answer(routesOf('api')));
  const site = routesOf('routes');
  site.set('GET /', (request, response) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const named = host === HOST;
    index(response, { api: `http://${named ? API_HOST : host}:${api.port}`, closed: `http://${host}:${closed}` });
  });
  site.set('GET /favicon.ico', (_, response) => { response.writeHead(204); response.end(); });
  site.set('GET /scenarios.js', (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/javascript' });
    response.end(`export const presses = {\n${scenarios.map(({ name, press }) => `${JSON.stringify(name)}: ${press}`).join(',\n')}\n};\n`);
  });
  for (const [path, type] of STATIC) {
    site.set(`GET ${path}`, async (_, response) => {
      const text = await readFile(new URL(`.${path}`, import.meta.url));
      response.writeHead(200, { 'Content-Type': type });
      response.end(text);
    });
  }
  const main = await listen(port, answer(site));
  return {
    url: `http://${HOST}:${main.port}/`,
    local: `http://127.0.0.1:${main.port}/`,
    api: `http://${API_HOST}:${api.port}`,
    scenarios: scenarios.map(({ name, title, healthy = false }) => ({ name, title, healthy })),
    stop: async () => { await Promise.all([main.close(), api.close()]); },
  };
}

/**
 * @param {'routes' | 'api'} origin
 * @returns {Map<string, Route>}
 */
function routesOf(origin) {
  return new Map(scenarios.flatMap((scenario) => Object.entries(scenario[origin] ?? {})));
}

/**
 * @param {Map<string, Route>} routes
 * @returns {http.RequestListener}
 */
function answer(routes) {
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const route = routes.get(`${request.method} ${pathname}`);
    if (route) route(request, response, Buffer.concat(chunks).toString());
    else page(response, 404, 'Not here', '<p>There is no such page.</p>');
  };
}

/**
 * @param {import('./answers.mjs').Response} response
 * @param {import('./scenarios.mjs').Origins} origins
 */
function index(response, origins) {
  /** @param {boolean} healthy */
  const buttons = (healthy) => scenarios.filter((scenario) => Boolean(scenario.healthy) === healthy)
    .map(({ name, title }) => `<button data-scenario="${name}">${title}</button>`).join('\n');
  const given = Object.fromEntries(scenarios.map((scenario) => [scenario.name, scenario.given?.(origins)]));
  page(response, 200, 'Why401 demo', `
<p>Each button makes a login fail in another way. Open DevTools, choose Why401, press one, and read why.</p>
<h2>Logins that fail</h2><div class="scenarios">${buttons(false)}</div>
<h2>Logins that work</h2><div class="scenarios">${buttons(true)}</div>
<h2>What came of it</h2><ol id="outcome" aria-live="polite"></ol>
<script type="application/json" id="given">${JSON.stringify(given).replaceAll('<', '\\u003c')}</script>
<script type="module" src="/page.js"></script>`);
}

/**
 * @param {number} port
 * @param {http.RequestListener} listener
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
function listen(port, listener) {
  const server = http.createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({
      port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
      close: () => new Promise((done) => { server.close(() => done()); server.closeAllConnections(); }),
    }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const demo = await start({ port: Number(process.env.PORT ?? 4010) });
  console.log(`The demo site is at ${demo.local}
Two scenarios need a name that browsers do not count as trustworthy, as localhost is: Secure cookies over http, and
__Host- cookies. "./build.sh run" opens a browser that knows ${demo.url} for them. Ctrl+C ends it.`);
}
