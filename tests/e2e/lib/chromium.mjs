// Drives Chromium's DevTools, with puppeteer-core over a pipe: the browser ends with this process, whatever happens to it.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { sleep, temporaryDirectory } from '../../lab/process.mjs';
import { binary, HOSTS, TITLE } from './browser.mjs';
import { Panel } from './panel.mjs';

/**
 * @param {() => any} look
 * @param {string} what is waited for, in words
 * @param {number} [timeout] milliseconds
 */
async function until(look, what, timeout = 15_000) {
  for (const end = Date.now() + timeout; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Chromium did not come to: ${what}`);
    await sleep(30);
  }
}

/** The names by which DevTools' settings know the themes. */
const THEMES = { dark: 'dark', light: 'default' };

/**
 * Makes the DevTools of a new profile wear that theme from the start and sit below the page.
 * @param {{ path: string }} profile
 * @param {import('./browser.mjs').Theme} theme
 */
function prepare(profile, theme) {
  if (existsSync(join(profile.path, 'Default'))) return;
  mkdirSync(join(profile.path, 'Default'));
  writeFileSync(join(profile.path, 'Default', 'Preferences'), JSON.stringify({
    devtools: {
      preferences: { currentDockState: '"bottom"' },
      synced_preferences_sync_disabled: { 'ui-theme': JSON.stringify(THEMES[theme]) },
    },
  }));
}

/**
 * @param {import('./browser.mjs').Options} options
 * @returns {Promise<import('./browser.mjs').Browser>}
 */
export async function openChromium({ extension, headless, theme, pac, profile: kept }) {
  const profile = kept ?? temporaryDirectory();
  prepare(profile, theme);
  const browser = await puppeteer.launch({
    userDataDir: profile.path,
    executablePath: binary('chrome'),
    headless,
    pipe: true,
    enableExtensions: true,
    defaultViewport: null,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--window-size=1280,900',
      `--host-resolver-rules=${HOSTS.map((host) => `MAP ${host} 127.0.0.1`).join(',')}`,
      ...(pac ? [`--proxy-pac-url=data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(pac).toString('base64')}`] : []),
    ],
  });
  const closed = /** @type {Promise<void>} */ (new Promise((resolve) => { browser.once('disconnected', () => resolve()); })).then(() => sleep(200)).then(() => { if (!kept) profile.remove(); });
  try {
    const id = await browser.installExtension(extension);
    const origin = `chrome-extension://${id}`;
    const [tab] = await browser.pages();
    /** @type {import('puppeteer-core').Page} */
    let devtools;

    /** @param {string} file */
    const frame = (file) => until(() => devtools.frames().find((child) => child.url().startsWith(`${origin}/${file}`)), file);
    const panelFrame = () => frame('panel/panel.html');

    /**
     * Runs a function of DevTools' own code, by the modules that its front end is made of.
     * @param {Function} fn
     * @param {unknown[]} args
     */
    const inFrontEnd = (fn, ...args) => devtools.evaluate(/** @type {any} */ (fn), ...args);

    const ready = async () => {
      await until(async () => (await panelFrame()).evaluate(() => document.documentElement?.dataset.ready === '1').catch(() => false), 'a ready panel');
    };

    /** @type {import('./browser.mjs').Browser} */
    const driver = {
      name: 'chrome',
      version: await browser.version(),
      goto: async (url) => { await tab.goto(url); },
      evaluate: (fn, ...args) => tab.evaluate(/** @type {any} */ (fn), ...args),
      click: (selector) => tab.evaluate((css) => {
        const element = /** @type {HTMLElement} */ (document.querySelector(css));
        setTimeout(() => element.click());
      }, selector),

      async gotoProtected(url, credentials) {
        // Headless Chromium shows no dialog that could be filled in; this answers in its place, once, and then cancels.
        await tab.authenticate(credentials ?? null);
        // Without an answer the browser waits with its dialog over an empty page, which counts as an error.
        try { await tab.goto(url).catch((error) => { if (credentials) throw error; }); } finally { await tab.authenticate(null); }
      },

      async openDevTools() {
        devtools = /** @type {import('puppeteer-core').Page} */ (await tab.openDevTools());
        await until(async () => (await frame('devtools/devtools.html')).evaluate(() => /** @type {any} */ (globalThis).why401Ready === true).catch(() => false),
          'a devtools page that captures');
      },

      async closeDevTools() {
        const page = devtools;
        await inFrontEnd(() => { setTimeout(() => /** @type {any} */ (globalThis).InspectorFrontendHost.closeWindow()); });
        await until(() => page.isClosed(), 'closed DevTools');
      },

      async showPanel() {
        await inFrontEnd((/** @type {string} */ panel) => /** @type {any} */ (globalThis).InspectorFrontendAPI.showPanel(panel), `${origin}${TITLE}`);
        await ready();
      },

      inDevToolsPage: async (fn, ...args) => (await frame('devtools/devtools.html')).evaluate(/** @type {any} */ (fn), ...args),

      async dock(where) {
        const before = await panelFrame();
        await inFrontEnd(async (/** @type {string} */ side) => {
          const name = './ui/legacy/legacy.js';
          (await import(name)).DockController.DockController.instance().setDockSide(side);
        }, where === 'window' ? 'undocked' : where);
        await sleep(300);
        if (!before.detached) return;
        await ready();
      },

      async setTheme(wanted) {
        await inFrontEnd(async (/** @type {string} */ value) => {
          const name = './core/common/common.js';
          (await import(name)).Settings.Settings.instance().moduleSetting('ui-theme').set(value);
        }, THEMES[wanted]);
      },

      panel: new Panel({
        evaluate: async (fn, ...args) => (await panelFrame()).evaluate(/** @type {any} */ (fn), ...args),
        click: async (selector) => (await panelFrame()).click(selector),
        screenshot: async (file) => { await devtools.screenshot({ path: /** @type {`${string}.png`} */ (file) }); },
      }),

      importHar: (har) => inFrontEnd(async (/** @type {string} */ text) => {
        const [network, logs] = ['./panels/network/network.js', './models/logs/logs.js'];
        const view = (await import(network)).NetworkPanel.NetworkPanel.instance().networkLogView;
        await view.onLoadFromFile(new File([text], 'imported.har'));
        return (await import(logs)).NetworkLog.NetworkLog.instance().requests().map((/** @type {any} */ request) => [request.url(), request.statusCode]);
      }, har),

      async extensionPage(path) {
        const page = await browser.newPage();
        await page.goto(`${origin}/${path}`);
        return {
          evaluate: (fn, ...args) => page.evaluate(/** @type {any} */ (fn), ...args),
          click: (selector) => page.click(selector),
          choose: async (selector, path) => {
            const input = await page.$(selector);
            await /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (input).uploadFile(path);
          },
          async screenshot(file, size) {
            if (size) await page.setViewport(size);
            await page.screenshot({ path: /** @type {`${string}.png`} */ (file) });
          },
          async wear({ width, height, theme: scheme, forced = false }) {
            await page.setViewport({ width, height });
            // Its own typing knows fewer features than the protocol.
            const session = await page.createCDPSession();
            await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }, { name: 'forced-colors', value: forced ? 'active' : 'none' }] });
          },
          close: () => page.close(),
        };
      },

      async blockCookies() {
        await (await panelFrame()).evaluate(() => /** @type {any} */ (globalThis).chrome.contentSettings.cookies.set({ primaryPattern: '<all_urls>', setting: 'block' }));
      },

      async stopBackground() {
        const session = await tab.createCDPSession();
        await session.send('ServiceWorker.enable');
        await session.send('ServiceWorker.stopAllWorkers');
        await session.detach();
      },

      async reloadExtension() {
        await browser.installExtension(extension);
      },

      async crashTab() {
        const session = await tab.createCDPSession();
        // It is not answered any more.
        void session.send('Page.crash').catch(() => {});
        await new Promise((resolve) => { tab.once('error', resolve); });
      },

      async kill() {
        browser.process()?.kill('SIGKILL');
        await closed;
      },

      closed,
      async close() {
        await browser.close();
        await closed;
      },
    };
    return driver;
  } catch (error) {
    await browser.close();
    throw new Error(`Chromium does not start with the extension ${basename(extension)}: ${error}`, { cause: error });
  }
}
