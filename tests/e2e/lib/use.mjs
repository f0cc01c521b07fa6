// How the panel holds up while people use it: nothing is lost under load, nothing leaks, everything can be reached.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as demoSite from '../../../demo/site.mjs';
import { open } from './browser.mjs';
import { press, settle } from './scenario.mjs';

const SCREENSHOTS = fileURLToPath(new URL('../../../target/screenshots', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SECRETS = { token: 'planted-token-5d1f0c9a7b3e', cookie: 'planted-cookie-81c2d4e6f0a9', password: 'planted-password-Zx9' };

/** A page whose every answer is a refusal, and that counts what is sent to it. */
async function refusingSite() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const server = http.createServer((request, response) => {
    const name = `${request.method} ${request.url?.split('?', 1)[0]}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (request.method === 'POST' && request.url === '/login') {
      response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': `sid=${SECRETS.cookie}; HttpOnly` }).end('<title>answer</title>Wrong name or password');
    } else if (request.url?.startsWith('/api')) {
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer error="invalid_token"' }).end('{"error":"unauthorized"}');
    } else {
      response.writeHead(200, { 'content-type': 'text/html' })
        .end('<title>form</title><form method=post action=/login><input name=user value=a><input name=password type=password value=' + SECRETS.password + '><button>in</button></form>');
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://www.app.test:${port}/`, counts, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

/** @param {import('./browser.mjs').BrowserName} name */
export function use(name) {
  /** @type {Awaited<ReturnType<typeof refusingSite>>} */
  let site;
  /** @type {Awaited<ReturnType<typeof demoSite.start>>} */
  let demo;
  /** @type {import('./browser.mjs').Browser} */
  let browser;

  before(async () => {
    [site, demo] = await Promise.all([refusingSite(), demoSite.start()]);
    browser = await open(name);
    await browser.goto(site.url);
    await browser.openDevTools();
    await browser.showPanel();
  });
  after(async () => {
    await browser?.close();
    await Promise.all([site?.stop(), demo?.stop()]);
  });

  /** One refused call of the page. @param {string} path */
  const call = (path) => browser.evaluate((/** @type {string} */ to, /** @type {string} */ token) =>
    fetch(to, { headers: { Authorization: `Bearer ${token}` } }).then((response) => response.text()).then(() => undefined), path, SECRETS.token);

  /** Presses a key where the focus is. @param {string} pressed */
  const key = (pressed) => browser.panel.evaluate((/** @type {string} */ name) => {
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  }, pressed);

  test('before anything happened the panel says what to do, and where it cannot look', async () => {
    await browser.panel.clear();
    await browser.panel.waitFor(() => document.querySelector('#verdict')?.getAttribute('data-verdict') === 'no-login-seen', [], { what: 'the state nothing seen' });
    assert.match(await browser.panel.text('#verdict'), /popup/i);
  });

  test('clicks, focus, selection, scrolling and unfolded parts survive fifty requests a second', async () => {
    const { panel } = browser;
    for (let at = 0; at < 40; at++) await call(`/api/first/${at}`);
    await panel.waitFor(() => document.querySelectorAll('#exchanges [data-index]').length > 20, [], { what: 'the rows' });
    await settle(browser);
    await panel.click('.handles summary');
    await panel.click('#exchanges [data-index="12"]');
    await panel.waitFor(() => document.querySelector('#detail'), [], { what: 'the opened exchange' });
    const announced = await panel.evaluate(() => {
      /** @type {HTMLElement} */ (document.querySelector('#exchanges')).scrollTop = 66;
      const field = /** @type {HTMLInputElement} */ (document.querySelector('#filter'));
      field.focus();
      const { dataset } = document.documentElement;
      dataset.pressed = '0';
      document.addEventListener('click', ({ target }) => { if (/** @type {Element} */ (target).closest('[data-for]')) dataset.pressed = String(Number(dataset.pressed) + 1); }, true);
      return document.querySelector('[aria-live]')?.textContent;
    });
    assert.ok(announced, 'the failure was announced');
    await browser.evaluate((/** @type {string} */ token) => {
      const load = setInterval(() => {
        if (document.documentElement.dataset.calm) clearInterval(load);
        else void fetch(`/api/load/${Math.random()}`, { headers: { Authorization: `Bearer ${token}` } }).then((answer) => answer.text());
      }, 20);
    }, SECRETS.token);
    for (let at = 0; at < 20; at++) await panel.click(`.remedies [data-for=${at % 2 ? 'user' : 'developer'}]`);
    assert.equal(await panel.evaluate(() => document.documentElement.dataset.pressed), '20');
    await browser.evaluate(() => { document.documentElement.dataset.calm = '1'; });
    // A view is drawn with the next frame, not within the click.
    await panel.waitFor(() => document.querySelector('.remedies [data-for=user][aria-selected=true]'), [], { what: 'the last choice' });
    const kept = await panel.evaluate(() => ({
      audience: document.querySelector('.remedies [aria-selected=true]')?.getAttribute('data-for'),
      unfolded: /** @type {HTMLDetailsElement | null} */ (document.querySelector('.handles'))?.open,
      selected: document.querySelector('#exchanges [aria-selected=true]')?.getAttribute('data-index'),
      detail: document.querySelector('#detail .facts')?.textContent?.startsWith('#12 '),
      scrolled: document.querySelector('#exchanges')?.scrollTop,
    }));
    assert.deepEqual(kept, { audience: 'user', unfolded: true, selected: '12', detail: true, scrolled: 66 });
  });

  test('a reader hears a failure once, however often it comes again', async () => {
    // What is still under way from before would come after the clearing.
    await browser.goto(site.url);
    await new Promise((resolve) => { setTimeout(resolve, 1500); });
    await browser.panel.clear();
    await browser.panel.evaluate(() => {
      const { dataset } = document.documentElement;
      dataset.announced = '0';
      new MutationObserver(() => { dataset.announced = String(Number(dataset.announced) + 1); }).observe(/** @type {Element} */ (document.querySelector('[aria-live]')), { childList: true, characterData: true, subtree: true });
    });
    for (let at = 0; at < 15; at++) await call('/api/same');
    await browser.panel.waitFor(() => document.querySelector('.failure'), [], { what: 'the failure' });
    await settle(browser);
    const announced = await browser.panel.evaluate(() => document.documentElement.dataset.announced);
    assert.ok(announced === '1' || announced === '2', announced);
  });

  test('no secret is in the page while it is masked; a press shows one, a second press or leaving hides it', async () => {
    const { panel } = browser;
    await browser.goto(site.url);
    await panel.clear();
    await call(`/api/secret?access_token=${SECRETS.token}`);
    await browser.evaluate((/** @type {string} */ password) => fetch('/login', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `user=a&password=${password}` }).then((answer) => answer.text()).then(() => undefined), SECRETS.password);
    await panel.waitFor(() => document.querySelectorAll('#exchanges [data-index]').length >= 2, [], { what: 'both requests' });
    await settle(browser);
    const html = () => panel.evaluate(() => document.documentElement.outerHTML);
    const assertMasked = async (/** @type {string} */ where) => {
      const shown = await html();
      for (const secret of Object.values(SECRETS)) assert.ok(!shown.includes(secret), `${secret} ${where}`);
    };
    for (const index of await panel.evaluate(() => [...document.querySelectorAll('#exchanges [data-index]')].map((row) => row.getAttribute('data-index')))) {
      await panel.click(`#exchanges [data-index="${index}"]`);
      await panel.waitFor((/** @type {string} */ number) => document.querySelector('#detail .facts')?.textContent?.startsWith(`#${number} `), [index], { what: 'the opened exchange' });
      for (const leaf of await panel.evaluate(() => [...document.querySelectorAll('[data-leaf]')].map((tab) => tab.getAttribute('data-leaf')))) {
        await panel.click(`[data-leaf="${leaf}"]`);
        await assertMasked(`in ${leaf} of #${index}`);
      }
    }
    for (const tab of ['timeline', 'cookies', 'login']) {
      await panel.click(`#tab-${tab}`);
      await new Promise((resolve) => { setTimeout(resolve, 200); });
      await assertMasked(`in ${tab}`);
    }
    await panel.click('[data-leaf=request]');
    await panel.waitFor(() => document.querySelector('#leaf[aria-labelledby=leaf-request] .secret'), [], { what: 'the request with its masks' });
    const shows = () => panel.waitFor(() => document.querySelector('.secret.revealed'), [], { what: 'a revealed value' });
    const hides = () => panel.waitFor(() => !document.querySelector('.secret.revealed'), [], { what: 'masks only' });
    await panel.click('#leaf .secret');
    await shows();
    await panel.click('#leaf .secret');
    await hides();
    await panel.click('#leaf .secret');
    await shows();
    await panel.evaluate(() => { dispatchEvent(new Event('blur')); });
    await hides();
    await assertMasked('after hiding');
  });

  test('reloading the answer to a login does not send the login again', async () => {
    await browser.goto(site.url);
    const sent = site.counts.get('POST /login') ?? 0;
    await browser.click('button');
    await until(() => browser.evaluate(() => document.title === 'answer').catch(() => false));
    assert.equal(site.counts.get('POST /login'), sent + 1);
    const got = site.counts.get('GET /login') ?? 0;
    await browser.panel.click('#reload');
    await until(async () => (site.counts.get('GET /login') ?? 0) > got);
    assert.equal(site.counts.get('POST /login'), sent + 1);
  });

  test('hostile text runs nothing and stays where it is', async () => {
    const { panel } = browser;
    await browser.goto(site.url);
    await panel.clear();
    await browser.evaluate(() => fetch(`/api/${encodeURIComponent('<img src=x onerror="document.documentElement.dataset.ran=1">\u202egnp.exe')}`, {
      headers: { Authorization: 'Bearer <script>document.documentElement.dataset.ran=1</script>', 'X-Long': 'x'.repeat(4000) } }).then((answer) => answer.text()).then(() => undefined));
    await panel.waitFor(() => document.querySelector('.failure') && document.querySelector('#exchanges [data-index]'), [], { what: 'the failure and its request' });
    await panel.click('#exchanges [data-index]');
    await panel.waitFor(() => document.querySelector('#detail'), [], { what: 'the opened exchange' });
    for (const leaf of ['request', 'raw']) await panel.click(`[data-leaf="${leaf}"]`);
    const state = await panel.evaluate(() => ({ ran: 'ran' in document.documentElement.dataset, images: document.images.length,
      wide: document.documentElement.scrollWidth > innerWidth, bare: [...document.querySelectorAll('#detail .url, .cell.path')].some((place) => [...place.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim())) }));
    assert.deepEqual(state, { ran: false, images: 0, wide: false, bare: false });
  });

  test('a whole diagnosis by keyboard', async () => {
    const { panel } = browser;
    await panel.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
    await key('Escape');
    await key('j');
    await panel.waitFor(() => document.querySelector('#detail'), [], { what: 'an exchange opened by j' });
    await key('2');
    await panel.waitFor(() => document.querySelector('[data-view=timeline] [role=button]'), [], { what: 'the timeline by 2' });
    await key('1');
    await key('/');
    assert.equal(await panel.evaluate(() => document.activeElement?.id), 'filter');
    await panel.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('[role=tab][data-leaf]')).focus());
    await key('ArrowRight');
    await panel.waitFor(() => document.querySelector('[data-leaf]:nth-child(2)[aria-selected=true]'), [], { what: 'the next leaf by an arrow key' });
    await key('Escape');
    await panel.waitFor(() => !document.querySelector('#detail'), [], { what: 'the exchange closed by Escape' });
  });

  test('the list is sorted, its columns are widened and its menu is opened by keyboard', async () => {
    const { panel } = browser;
    for (const path of ['/api/b', '/api/a']) await call(path);
    await panel.waitFor(() => document.querySelectorAll('#exchanges [data-index]').length >= 2, [], { what: 'two requests' });
    await panel.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#exchanges .header button:not([tabindex="-1"])')).focus());
    for (let times = 0; times < 3; times++) await key('ArrowRight');
    assert.equal(await panel.evaluate(() => document.activeElement?.closest('[data-column]')?.getAttribute('data-column')), 'path');
    const width = () => panel.evaluate(() => document.activeElement?.closest('[data-column]')?.getBoundingClientRect().width);
    const before = await width();
    await panel.evaluate(() => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', shiftKey: true, bubbles: true, cancelable: true })));
    await panel.waitFor((/** @type {number} */ wide) => (document.querySelector('[data-column=path]')?.getBoundingClientRect().width ?? wide) < wide, [before], { what: 'a smaller column' });
    // A button is pressed by a key whose default nobody prevents.
    assert.ok(await panel.evaluate(() => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))));
    await panel.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).click());
    await panel.waitFor(() => document.querySelector('[data-column=path][aria-sort=ascending]'), [], { what: 'the list by path' });
    const paths = await panel.evaluate(() => [...document.querySelectorAll('#exchanges [data-index]')].map((row) => row.querySelector('.path')?.textContent));
    assert.deepEqual(paths, paths.toSorted());

    await panel.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#exchanges')).focus());
    await key('j');
    await panel.waitFor(() => document.querySelector('#detail'), [], { what: 'a selected request' });
    await panel.evaluate(() => {
      /** @type {HTMLElement} */ (document.querySelector('#exchanges')).focus();
      document.activeElement?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
    });
    await panel.waitFor(() => document.activeElement?.getAttribute('role') === 'menuitem', [], { what: 'the menu, with the focus in it' });
    if (name === 'chrome') assert.match(await panel.text('[role=menu]'), /Show in Network/);
    await key('ArrowDown');
    assert.equal(await panel.evaluate(() => document.activeElement?.parentElement?.children[1] === document.activeElement), true);
    await key('Escape');
    await panel.waitFor(() => !document.querySelector('.menu') && document.activeElement?.id === 'exchanges', [], { what: 'the list in focus again' });
    const offers = await panel.evaluate(() => {
      const press = new MouseEvent('contextmenu', { button: 2, bubbles: true, cancelable: true });
      return document.querySelector('[data-column=number]')?.dispatchEvent(press);
    });
    await settle(browser);
    assert.deepEqual([offers, await panel.evaluate(() => document.querySelector('.menu'))], [true, null], 'a press beside the rows is of none of them');
    await panel.click('[data-column=number] button');
    await key('Escape');
  });

  test('the page of a cause opens beside what proves it, and Escape leads back', async () => {
    const { panel } = browser;
    await panel.clear();
    await press(browser, demo.url, 'token-expired');
    await settle(browser);
    const id = await panel.evaluate(() => document.querySelector('[data-explain]')?.getAttribute('data-explain'));
    await panel.click('[data-explain]');
    await panel.waitFor((/** @type {string} */ cause) => document.querySelector(`[data-explains="${cause}"]`), [id], { what: 'the page of the cause' });
    await panel.waitFor(() => document.activeElement?.id === 'back', [], { what: 'the way back in focus' });
    assert.match(await panel.text('.explanation pre'), /^> /, 'an example session');
    await key('Escape');
    await panel.waitFor((/** @type {string} */ cause) => document.activeElement?.getAttribute('data-explain') === cause, [id], { what: 'the button that opened it, in focus again' });
  });

  test('what is shared is what was shown, without a secret, and less where the user says so', async () => {
    const { panel } = browser;
    await browser.goto(site.url);
    await panel.clear();
    await call(`/api/secret?access_token=${SECRETS.token}`);
    await call('/api/other');
    await panel.waitFor(() => document.querySelector('.failure') && document.querySelectorAll('#exchanges [data-index]').length >= 2, [], { what: 'both requests' });
    await panel.evaluate(() => { document.addEventListener('copy', () => { document.documentElement.dataset.copied = /** @type {HTMLTextAreaElement} */ (document.activeElement).value; }); });
    const shown = async () => {
      await panel.waitFor(() => document.querySelector('#share-text[aria-busy=false]'), [], { what: 'a finished report' });
      return panel.evaluate(() => document.querySelector('#share-text')?.textContent ?? '');
    };
    const copied = async () => {
      await panel.click('[data-act=copy]');
      return panel.evaluate(() => document.documentElement.dataset.copied ?? '');
    };
    await panel.click('#share');
    const markdown = await shown();
    assert.match(markdown, /\*\*GET \/api\/secret was refused\*\* \(401\)/);
    assert.equal(await copied(), markdown);
    for (const format of ['html', 'jira', 'har', 'json', 'admin']) {
      await panel.click(`#sharing input[value=${format}]`);
      await panel.waitFor((/** @type {string} */ before) => document.querySelector('#share-text[aria-busy=false]')?.textContent !== before, [markdown], { what: format });
      const text = await shown();
      for (const secret of Object.values(SECRETS)) assert.ok(!text.includes(secret), `${secret} in ${format}`);
    }
    await panel.click('#sharing input[value=har]');
    await panel.click('.leave-out:last-of-type summary');
    const first = await panel.waitFor(() => [...document.querySelectorAll('.leave-out label')].find((label) => label.textContent?.includes('/api/secret'))
      ?.querySelector('input')?.dataset.leaves, [], { what: 'the requests, one by one' });
    await panel.click(`[data-leaves="${first}"]`);
    await panel.waitFor(() => document.querySelector('#share-text[aria-busy=false]')?.textContent?.includes('/api/other')
      && !document.querySelector('#share-text')?.textContent?.includes('/api/secret'), [], { what: 'a capture without the first request' });
    assert.ok(!(await copied()).includes('/api/secret'));
    await panel.evaluate(() => { document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true })); });
    await panel.waitFor(() => !document.querySelector('dialog') && document.activeElement?.id === 'share', [], { what: 'the dialog closed by Escape, and the focus back' });
  });

  test('every view is open to everybody, and looks as the screenshots show', async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const { panel } = browser;
    await browser.dock('window');
    await press(browser, demo.url, 'cookie-rejected-secure');
    await settle(browser);
    await panel.click('#exchanges [data-index]');
    const assertOpen = async (/** @type {string} */ where) => {
      await new Promise((resolve) => { setTimeout(resolve, 250); });
      assert.deepEqual(await panel.evaluate(new Function(`${AXE}; return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')));`)), [], where);
      await panel.screenshot(join(SCREENSHOTS, `${name}-${where}.png`));
    };
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await browser.setTheme(theme);
      await panel.waitFor((/** @type {string} */ worn) => document.documentElement.dataset.theme === worn, [theme], { what: `the theme ${theme}` });
      for (const tab of ['login', 'timeline', 'cookies', 'settings']) {
        await panel.click(`#tab-${tab}`);
        await panel.waitFor((/** @type {string} */ view) => document.querySelector(`[data-view=${view}] > :not(.offscreen)`), [tab], { what: `the view ${tab}` });
        await assertOpen(`${theme}-${tab}`);
      }
      await panel.click('#tab-login');
      await panel.waitFor(() => document.querySelector('[data-explain]'), [], { what: 'the verdict' });
      await panel.click('[data-explain]');
      await panel.waitFor(() => document.querySelector('[data-explains]'), [], { what: 'the page of the cause' });
      await assertOpen(`${theme}-explanation`);
      await panel.click('#share');
      await panel.waitFor(() => document.querySelector('#share-text[aria-busy=false]'), [], { what: 'a finished report' });
      await assertOpen(`${theme}-share`);
      await panel.click('#sharing .close');
    }
    await browser.setTheme('light');
    await panel.click('#tab-login');
    await browser.dock('right');
    await settle(browser);
    await panel.screenshot(join(SCREENSHOTS, `${name}-narrow.png`));
  });
}

/** @param {() => Promise<boolean>} look */
async function until(look) {
  for (const end = Date.now() + 10_000; !await look(); await new Promise((resolve) => { setTimeout(resolve, 50); })) {
    if (Date.now() > end) throw new Error(`It did not come to: ${look}`);
  }
}
