// What the oracles share: servers on 127.0.0.1 behind several names, over http and https, and a real
// browser that takes those names for them. The browsers must be installed.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { binary } from '../../e2e/lib/browser.mjs';
import { authority } from './authority.mjs';

export const HOSTS = ['a.test', 'www.a.test', 'b.test', 'www.b.test'];

/** @typedef {'chrome' | 'chrome-blocking' | 'firefox'} Which `chrome-blocking` blocks third-party cookies */

/** @param {http.Server | https.Server} server */
async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/**
 * @param {Which} which
 * @param {http.RequestListener} answer to every request, whatever its host
 * @param {string[]} [args] more of the command line, for Chrome
 */
export async function start(which, answer, args = []) {
  const home = mkdtempSync(join(tmpdir(), 'why401-'));
  const certified = authority(home, HOSTS);
  const plain = http.createServer(answer);
  const secure = https.createServer({ key: certified.key, cert: certified.cert }, answer);
  const ports = { 'http:': await listen(plain), 'https:': await listen(secure) };
  const profile = join(home, 'profile');
  const firefox = which === 'firefox';
  certified.trustIn(firefox ? profile : join(home, '.pki', 'nssdb'));
  if (!firefox) {
    mkdirSync(join(profile, 'Default'), { recursive: true });
    const blocks = which === 'chrome-blocking';
    writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: blocks ? 1 : 0, block_third_party_cookies: blocks } }));
  }
  const browser = await puppeteer.launch(firefox
    ? { browser: 'firefox', executablePath: binary('firefox'), headless: true, userDataDir: profile,
        extraPrefsFirefox: { 'network.dns.localDomains': HOSTS.join(','), 'dom.security.https_first': false, 'security.mixed_content.block_active_content': false } }
    : { executablePath: binary('chrome'), headless: true, userDataDir: profile, env: { ...process.env, HOME: home },
        args: ['--no-sandbox', '--host-resolver-rules=MAP *.test 127.0.0.1', '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LocalNetworkAccessChecks', '--disable-site-isolation-trials', ...args] });
  return {
    browser,
    firefox,
    version: await browser.version(),
    /** The address under which the browser finds it: with the server's port. @param {string} url */
    real(url) {
      const parsed = new URL(url);
      const port = ports[/** @type {'http:' | 'https:'} */ (parsed.protocol)];
      if (port) parsed.port = `${port}`;
      return parsed.href;
    },
    /** A text of the browser or the server as if the ports were the usual ones. @param {string} text */
    usual(text) {
      return text.replaceAll(`:${ports['http:']}`, '').replaceAll(`:${ports['https:']}`, '');
    },
    async close() {
      await browser.close();
      plain.close();
      secure.close();
      plain.closeAllConnections();
      secure.closeAllConnections();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** One row to a line, so that a difference shows. @param {unknown[]} list */
export const rows = (list) => list.map((one) => JSON.stringify(one)).join(',\n');
