// The end-to-end tests, the same for every browser: a login fails at a real server, and the panel says why.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as apacheServer from '../../lab/apache.mjs';
import * as demoSite from '../../../demo/site.mjs';
import * as nginxServer from '../../lab/nginx.mjs';
import * as proxyServer from '../../lab/proxy.mjs';
import { open, OUTPUT } from './browser.mjs';
import { press, settle } from './scenario.mjs';

/**
 * What each failing scenario of the demo site must come to: the causes of its failures, of which the last is the one that
 * matters, and what the sentence on screen must name.
 * @type {{ scenario: string, causes: string[], says: RegExp }[]}
 */
const FAILING = [
  { scenario: 'wrong-password', causes: ['wrong-credentials'], says: /\/wrong-password\/session|app\.test/ },
  { scenario: 'wrong-password-grant', causes: ['wrong-credentials'], says: /invalid_grant|\/wrong-password-grant\/token|app\.test/ },
  { scenario: 'missing-credentials', causes: ['missing-credentials'], says: /Bearer/ },
  { scenario: 'stale-saved-credentials', causes: ['stale-saved-credentials'], says: /Wiki|Basic/ },
  { scenario: 'malformed-authorization', causes: ['malformed-authorization'], says: /scheme/ },
  { scenario: 'token-undefined', causes: ['malformed-authorization'], says: /undefined/ },
  { scenario: 'wrong-scheme', causes: ['wrong-scheme'], says: /Bearer.*Basic|Basic.*Bearer/ },
  { scenario: 'token-expired', causes: ['token-expired'], says: /\b5 min|\b31\d s/ },
  { scenario: 'clock-skew', causes: ['clock-skew'], says: /\b(3|2) h|\b10[78]\d\d s/ },
  { scenario: 'insufficient-scope', causes: ['insufficient-scope'], says: /orders:write/ },
  { scenario: 'insufficient-permissions', causes: ['insufficient-permissions'], says: /\/insufficient-permissions\/admin|403/ },
  { scenario: 'challenge-missing', causes: ['challenge-missing'], says: /WWW-Authenticate|scheme/i },
  { scenario: 'cookie-rejected-secure', causes: ['cookie-rejected-secure'], says: /shop_session/ },
  { scenario: 'cookie-rejected-samesite-none', causes: ['cookie-rejected-samesite-none'], says: /widget_session/ },
  { scenario: 'cookie-rejected-prefix', causes: ['cookie-rejected-prefix'], says: /__Host-session/ },
  { scenario: 'session-expired', causes: ['session-expired'], says: /session/ },
  { scenario: 'cors-preflight-unauthorized', causes: ['cors-preflight-unauthorized'], says: /preflight|OPTIONS/i },
  { scenario: 'redirect-loop', causes: ['redirect-loop'], says: /\/redirect-loop\/(app|login)/ },
  { scenario: 'rate-limited', causes: ['rate-limited'], says: /\b(60|59|58) s|\b1 min/ },
  { scenario: 'iis-401-3', causes: ['iis-401-3'], says: /ACL|access control|401\.3/i },
  { scenario: 'connection-failed', causes: ['connection-failed'], says: /app\.test/ },
];

/** The logins that succeed. What the browser hides of the first leg of Basic leaves nothing that looks like a login. */
const HEALTHY = [
  { scenario: 'healthy-form', verdicts: ['healthy'] },
  { scenario: 'healthy-refresh', verdicts: ['healthy'] },
  { scenario: 'healthy-basic', verdicts: ['healthy', 'no-login-seen'] },
];

/** @param {import('./browser.mjs').BrowserName} name */
export function suite(name) {
  /** @type {Awaited<ReturnType<typeof demoSite.start>>} */
  let demo;
  /** @type {Awaited<ReturnType<typeof proxyServer.start>>} */
  let proxy;
  /** @type {import('./browser.mjs').Browser} */
  let browser;

  before(async () => {
    demo = await demoSite.start();
    proxy = await proxyServer.start();
    browser = await open(name, { pac: proxy.pac });
  });
  after(async () => {
    await browser?.close();
    await proxy?.stop();
    await demo?.stop();
  });

  /**
   * Waits until a failure with that cause is on screen, then until nothing changes any more.
   * @param {string} cause
   */
  const read = async (cause) => {
    await browser.panel.waitFor((/** @type {string} */ id) => [...document.querySelectorAll('.failure')].some(
      (failure) => failure.querySelector('.cause')?.getAttribute('data-cause') === id), [cause], { what: `a failure by ${cause}` });
    return settle(browser);
  };

  test('what failed before the panel was first shown is in it', async () => {
    await browser.goto(demo.url);
    await browser.openDevTools();
    await browser.click('[data-scenario=token-expired]');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await browser.showPanel();
    const { verdict } = await read('token-expired');
    assert.equal(verdict, 'failing');
  });

  test('a page loaded before DevTools opened gets the offer to reload, which shows its requests', async () => {
    const { panel } = browser;
    await panel.waitFor(() => document.querySelector('#notice [data-notice="reload"], #notice[data-notice="reload"]'), [], { what: 'the offer to reload' });
    await panel.click('#reload');
    await panel.waitFor(() => !document.querySelector('#notice [data-notice="reload"], #notice[data-notice="reload"]'), [], { what: 'no more offer to reload' });
  });

  for (const { scenario, causes, says } of FAILING) {
    test(`${scenario}: ${causes.at(-1)}`, async (t) => {
      await press(browser, demo.url, scenario);
      const answer = /** @type {string} */ (causes.at(-1));
      // Once in hundreds of times Chromium hands a request out before it knows the Set-Cookie of its answer.
      const said = await read(answer).catch(async (error) => {
        t.diagnostic(`once more, since ${error.message.split('\n')[0]}`);
        await press(browser, demo.url, scenario);
        return read(answer);
      });
      assert.equal(said.verdict, 'failing');
      assert.deepEqual([...new Set(said.causes.map((cause) => cause.id))].sort(), [...causes].sort(), JSON.stringify(said.causes));
      const [{ summary }] = said.causes.filter((cause) => cause.id === answer);
      assert.match(summary, says);
    });
  }

  for (const { scenario, verdicts } of HEALTHY) {
    test(`${scenario}: calm`, async () => {
      await press(browser, demo.url, scenario);
      if (verdicts.length === 1) {
        await browser.panel.waitFor(() => document.querySelector('#verdict')?.getAttribute('data-verdict') === 'healthy', [], { what: 'the verdict healthy' });
      }
      const said = await settle(browser, 1500);
      assert.deepEqual(said.causes, []);
      assert.ok(verdicts.includes(said.verdict), said.verdict);
    });
  }

  test('Apache, Basic: a wrong password', async () => {
    const apache = await apacheServer.start();
    try {
      await browser.goto(apache.url);
      await browser.panel.clear();
      await browser.evaluate(async () => {
        await fetch('/basic/', { headers: { Authorization: `Basic ${btoa('alice:not-the-password')}` }, credentials: 'omit' });
      });
      const said = await read('wrong-credentials');
      assert.match(said.causes[0].summary, /Accounting|Basic/);
    } finally {
      await apache.stop();
    }
  });

  test('Apache, Digest: the password changed while the browser kept the old one', async () => {
    const apache = await apacheServer.start();
    try {
      await browser.goto(apache.url);
      await browser.gotoProtected(`${apache.url}digest/`, { username: apache.user, password: apache.password });
      await browser.panel.clear();
      apache.changePassword();
      await browser.gotoProtected(`${apache.url}digest/`);
      const said = await settle(browser, 1500);
      assert.equal(said.causes.length, 1, JSON.stringify(said));
      assert.ok(['wrong-credentials', 'stale-saved-credentials'].includes(said.causes[0].id), said.causes[0].id);
      assert.match(said.causes[0].summary, /Personnel files|Digest/);
    } finally {
      await apache.stop();
    }
  });

  test('nginx, Basic: a wrong password', async () => {
    const nginx = await nginxServer.start();
    try {
      await browser.goto(nginx.url);
      await browser.panel.clear();
      await browser.evaluate(async () => {
        await fetch('/basic/', { headers: { Authorization: `Basic ${btoa('alice:not-the-password')}` }, credentials: 'omit' });
      });
      const said = await read('wrong-credentials');
      assert.match(said.causes[0].summary, /Build server|Basic/);
    } finally {
      await nginx.stop();
    }
  });

  test('a proxy that asks for a password', async () => {
    await browser.goto(demo.url);
    await browser.panel.clear();
    await browser.gotoProtected(proxy.url);
    const said = await read('proxy-authentication-required');
    assert.match(said.causes[0].summary, /Office proxy|intranet\.test/);
  });

  test('the panel keeps what it showed when DevTools is docked elsewhere', async () => {
    await press(browser, demo.url, 'insufficient-scope');
    const shown = await read('insufficient-scope');
    await browser.dock('window');
    await read('insufficient-scope');
    await browser.dock('bottom');
    assert.deepEqual(await read('insufficient-scope'), shown);
  });

  test('the panel wears the theme of DevTools, and each looks as the screenshots show', async () => {
    mkdirSync(OUTPUT, { recursive: true });
    await browser.dock('window');
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await browser.setTheme(theme);
      await browser.panel.waitFor((/** @type {string} */ worn) => document.documentElement.dataset.theme === worn, [theme], { what: `the theme ${theme}` });
      await press(browser, demo.url, 'token-expired');
      await read('token-expired');
      await browser.panel.screenshot(join(OUTPUT, `${name}-${theme}-verdict.png`));
      await browser.panel.click('#exchanges [data-index]');
      await browser.panel.waitFor(() => document.querySelector('#detail')?.textContent?.trim(), [], { what: 'the detail of an exchange' });
      await browser.panel.screenshot(join(OUTPUT, `${name}-${theme}-detail.png`));
    }
  });
}
