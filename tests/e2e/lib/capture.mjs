// What happens in a browser, what of it is captured, and what the panel says, by what a server counted.

import http from 'node:http';
import { sleep } from '../../lab/process.mjs';
import { open } from './browser.mjs';
import { grantedExtension } from './granted.mjs';

/** @typedef {{ what: string, happened: number, captured: number, shown: string }} Row */

/** A site that refuses, and counts what it is asked. */
async function site() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const server = http.createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    counts.set(path, (counts.get(path) ?? 0) + 1);
    if (path === '/left' || path === '/from-worker') response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('{}');
    else if (path === '/preflight' || path === '/framed') response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' }).end('{}');
    else if (path === '/frame') response.writeHead(200, { 'content-type': 'text/html' }).end('<script>fetch("/framed", { headers: { Authorization: "Bearer undefined" } })</script>');
    else if (path === '/popup-login') response.writeHead(401, { 'content-type': 'text/html' }).end('<title>no</title>Wrong name or password');
    else if (path === '/popup') response.writeHead(200, { 'content-type': 'text/html' }).end('<form method=post action=/popup-login><input name=user value=a><input type=password name=password value=b></form><script>document.forms[0].submit()</script>');
    else if (path === '/worker.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end('fetch("/from-worker").then((answer) => postMessage(answer.status))');
    else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (path === '/asks') response.writeHead(401, { 'www-authenticate': 'Basic realm="Wiki"', 'content-type': 'text/html' }).end('<title>no</title>');
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>');
  });
  server.on('upgrade', (request, socket) => {
    counts.set('/socket', (counts.get('/socket') ?? 0) + 1);
    socket.end('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://www.app.test:${port}/`, counts, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

/** How often a request is left. */
const TIMES = 10;

/** What a page does, by the path that the server counts, and what it answers there. @type {{ what: string, path: string, status: string, method?: string, act: (browser: import('./browser.mjs').Browser, url: string) => Promise<void> }[]} */
const HAPPENS = [
  {
    what: 'a refused fetch whose page is left at once', path: '/left', status: '401',
    async act(browser, url) {
      for (let time = 0; time < TIMES; time++) {
        await browser.goto(url);
        // The page goes away while this is awaited, so it begins a little later.
        await browser.evaluate((/** @type {number} */ n) => {
          setTimeout(() => void fetch(`/left?n=${n}`).then(() => { location.href = `/next?n=${n}`; }), 20);
        }, time);
        await sleep(400);
      }
    },
  },
  {
    what: 'a failed login in a popup', path: '/popup-login', status: '401',
    async act(browser, url) {
      await browser.goto(url);
      await browser.evaluate(() => { window.open('/popup', '', 'width=300,height=200'); });
    },
  },
  {
    what: 'a refused WebSocket', path: '/socket', status: '401',
    async act(browser, url) {
      await browser.goto(url);
      await browser.evaluate(() => new Promise((resolve) => { new WebSocket(`ws://${location.host}/socket`).onerror = () => resolve(undefined); }));
    },
  },
  {
    what: 'a refused call of a worker', path: '/from-worker', status: '401',
    async act(browser, url) {
      await browser.goto(url);
      await browser.evaluate(() => new Promise((resolve) => { new Worker('/worker.js').onmessage = () => resolve(undefined); }));
    },
  },
  {
    what: 'a refused call of a frame of another site', path: '/framed', status: '401',
    async act(browser, url) {
      await browser.goto(url);
      await browser.evaluate((/** @type {string} */ src) => { document.body.append(Object.assign(document.createElement('iframe'), { src })); }, `${url.replace('www.app.test', 'api.test')}frame`);
    },
  },
  {
    what: 'a refused preflight', path: '/preflight', status: '401', method: 'OPTIONS',
    async act(browser, url) {
      await browser.goto(url);
      await browser.evaluate((/** @type {string} */ to) => fetch(to, { headers: { Authorization: 'Bearer undefined' } }).then(() => undefined, () => undefined), `${url.replace('www.app.test', 'api.test')}preflight`);
    },
  },
  {
    what: 'a page that redirects to itself', path: '/loop', status: '302',
    async act(browser, url) {
      await browser.goto(url);
      await browser.evaluate(() => { setTimeout(() => { location.href = '/loop'; }); });
    },
  },
  {
    what: 'a password dialog that is cancelled or waits', path: '/asks', status: '401',
    act: (browser, url) => browser.gotoProtected(`${url}asks`),
  },
];

/**
 * @param {import('./browser.mjs').BrowserName} name
 * @param {boolean} granted whether access to sites is granted
 * @returns {Promise<Row[]>}
 */
export async function whatIsCaptured(name, granted) {
  const extension = granted ? grantedExtension() : undefined;
  const served = await site();
  const browser = await open(name, extension ? { extension: extension.path } : {});
  try {
    await browser.goto(served.url);
    await browser.openDevTools();
    await browser.showPanel();
    /** @type {Row[]} */
    const rows = [];
    for (const { what, path, status, method, act } of HAPPENS) {
      await browser.panel.clear();
      const before = served.counts.get(path) ?? 0;
      await act(browser, served.url);
      await sleep(3000);
      const { count, shown } = await browser.panel.evaluate(async (/** @type {string} */ wanted, /** @type {string} */ answered) => {
        const type = (/** @type {string} */ text) => {
          const field = /** @type {HTMLInputElement} */ (document.querySelector('#filter'));
          field.value = text;
          field.dispatchEvent(new Event('input'));
        };
        const box = /** @type {HTMLInputElement} */ (document.querySelector('#auth-only'));
        if (box.checked) box.click();
        type(wanted);
        await new Promise((resolve) => { setTimeout(resolve, 600); });
        const statuses = [...document.querySelectorAll('#exchanges [data-index] .status')].map((cell) => cell.textContent);
        type('');
        return { count: statuses.filter((status) => status === answered).length, shown: document.querySelector('#verdict')?.getAttribute('data-verdict') ?? '' };
      }, `path:${path} ${method ? `method:${method}` : '-method:OPTIONS'}`, status);
      rows.push({ what, happened: (served.counts.get(path) ?? 0) - before, captured: count, shown });
    }
    return rows;
  } finally {
    await browser.close();
    await served.stop();
    extension?.remove();
  }
}
