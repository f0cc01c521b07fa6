// What the oracles share: servers on 127.0.0.1 behind several names, over http and https, and a real
// browser that takes those names for them. The browsers must be installed.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

export const HOSTS = ['a.test', 'www.a.test', 'b.test', 'www.b.test'];

/** @typedef {'chrome' | 'chrome-blocking' | 'firefox'} Which `chrome-blocking` blocks third-party cookies */

function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'why401-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=a.test', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}

/** @param {http.Server | https.Server} server */
async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/**
 * @param {Which} which
 * @param {http.RequestListener} answer to every request, whatever its host
 */
export async function start(which, answer) {
  const plain = http.createServer(answer);
  const secure = https.createServer(certificate(), answer);
  const ports = { 'http:': await listen(plain), 'https:': await listen(secure) };
  const profile = mkdtempSync(join(tmpdir(), 'why401-'));
  const firefox = which === 'firefox';
  if (!firefox) {
    mkdirSync(join(profile, 'Default'));
    const blocks = which === 'chrome-blocking';
    writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: blocks ? 1 : 0, block_third_party_cookies: blocks } }));
  }
  const browser = await puppeteer.launch(firefox
    ? { browser: 'firefox', executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr', headless: true, acceptInsecureCerts: true,
        extraPrefsFirefox: { 'network.dns.localDomains': HOSTS.join(','), 'dom.security.https_first': false, 'security.mixed_content.block_active_content': false } }
    : { executablePath: process.env.CHROME ?? '/usr/bin/chromium', headless: true, acceptInsecureCerts: true, userDataDir: profile,
        args: ['--no-sandbox', '--host-resolver-rules=MAP *.test 127.0.0.1', '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LocalNetworkAccessChecks', '--disable-site-isolation-trials'] });
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
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** One row to a line, so that a difference shows. @param {unknown[]} list */
export const rows = (list) => list.map((one) => JSON.stringify(one)).join(',\n');
