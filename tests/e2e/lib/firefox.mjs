// Drives Firefox's DevTools over Marionette, with nothing but Firefox itself.

import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, temporaryDirectory } from '../../lab/process.mjs';
import { binary, FIREFOX_ID, HOSTS } from './browser.mjs';
import { Marionette, settled, settling } from './marionette.mjs';
import { Panel } from './panel.mjs';
import * as privileged from './privileged.mjs';

/** The extension's address in every browser of the tests. */
const UUID = '5d3f9c52-7c1e-4c0e-9f5b-401401401401';

/** @param {import('./browser.mjs').Options} options */
const preferences = ({ theme, pac }) => ({
  'marionette.port': 0,
  'network.dns.localDomains': HOSTS.join(','),
  'network.proxy.type': pac ? 2 : 0,
  'network.proxy.autoconfig_url': pac ? `data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(pac).toString('base64')}` : '',
  'dom.security.https_first': false,
  // Kerberos, where this process has a ticket.
  'network.negotiate-auth.trusted-uris': 'apache.test',
  // Firefox stops asking for a password on a site where the dialog was cancelled twice.
  'prompts.authentication_dialog_abuse_limit': -1,
  'devtools.theme': theme,
  'devtools.toolbox.host': 'bottom',
  'devtools.toolbox.footer.height': 640,
  'datareporting.policy.dataSubmissionEnabled': false,
  'browser.aboutwelcome.enabled': false,
  // Ours is a temporary add-on; as one from the store it keeps its address and its storage when the browser ends.
  'extensions.webextensions.uuids': JSON.stringify({ [FIREFOX_ID]: UUID }),
  'extensions.webextensions.keepUuidOnUninstall': true,
  'extensions.webextensions.keepStorageOnUninstall': true,
});

/**
 * @param {import('./browser.mjs').Options} options
 * @returns {Promise<import('./browser.mjs').Browser>}
 */
export async function openFirefox(options) {
  const { extension, headless } = options;
  const profile = options.profile ?? temporaryDirectory();
  writeFileSync(join(profile.path, 'user.js'),
    Object.entries(preferences(options)).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  // A browser that was killed has left the port of its own.
  rmSync(join(profile.path, 'MarionetteActivePort'), { force: true });
  const child = spawn(binary('firefox'), ['-marionette', '-remote-allow-system-access', '-no-remote', '-profile', profile.path,
    ...(headless ? ['-headless'] : []), '--width=1280', '--height=900', 'about:blank'], { stdio: 'ignore' });
  const closed = /** @type {Promise<void>} */ (new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  })).then(() => { if (!options.profile) profile.remove(); });
  // Firefox does not end with its parent; this is for the ends that leave no time to ask it.
  const kill = () => { child.kill('SIGKILL'); };
  process.once('exit', kill);

  try {
    const marionette = await Marionette.connect(await portOf(profile.path, child));
    await marionette.send('Addon:Install', { path: extension, temporary: true });
    const { value: tab } = await marionette.send('WebDriver:GetWindowHandle');

    /**
     * @param {'panel' | 'devtools'} which
     * @returns {(fn: Function, ...args: unknown[]) => Promise<any>}
     */
    const inExtension = (which) => async (fn, ...args) => {
      const answer = await marionette.privileged(privileged.inExtension, FIREFOX_ID, which, settling(fn), args);
      if (answer.missing) throw new Error(`The ${which} page of the extension is not there`);
      return settled(answer);
    };

    /**
     * @param {'panel' | 'devtools'} which
     * @param {Function} condition
     */
    const until = async (which, condition) => {
      for (const end = Date.now() + 15_000; ;) {
        if (await inExtension(which)(condition).catch(() => false)) return;
        if (Date.now() > end) throw new Error(`Firefox did not come to: ${which}, ${condition}`);
        await sleep(50);
      }
    };
    const panelReady = () => until('panel', () => document.documentElement.dataset.ready === '1');

    /**
     * Makes the panel what the session looks at, for one act.
     * @template T
     * @param {() => Promise<T>} act
     */
    const inPanel = async (act) => {
      await marionette.privileged(privileged.lookAtPanel, FIREFOX_ID, marionette.sessionId);
      try { return await act(); } finally { await marionette.send('WebDriver:SwitchToWindow', { handle: tab }); }
    };

    /** @type {import('./browser.mjs').Browser} */
    const driver = {
      name: 'firefox',
      version: marionette.version,
      goto: async (url) => { await marionette.send('WebDriver:Navigate', { url }); },
      evaluate: (fn, ...args) => marionette.evaluate(fn, ...args),
      click: (selector) => marionette.evaluate((/** @type {string} */ css) => {
        const element = /** @type {HTMLElement} */ (document.querySelector(css));
        setTimeout(() => element.click());
      }, selector),

      async gotoProtected(url, credentials) {
        await marionette.privileged(privileged.answerDialogs, credentials ? [credentials] : []);
        await marionette.evaluate((/** @type {string} */ to) => {
          document.documentElement.dataset.left = '1';
          setTimeout(() => { location.href = to; });
        }, url);
        // The page of a refused proxy never becomes complete.
        const arrived = () => document.readyState !== 'loading' && !document.documentElement.dataset.left;
        // Every command is refused while a dialog is open.
        for (const end = Date.now() + 15_000; !await marionette.evaluate(arrived).catch(() => false); await sleep(100)) {
          if (Date.now() > end) throw new Error(`Firefox did not come to ${url}`);
        }
      },

      async openDevTools() {
        await marionette.privileged(privileged.openToolbox, FIREFOX_ID, null);
        await until('devtools', () => /** @type {any} */ (globalThis).why401Ready === true);
      },
      closeDevTools: () => marionette.privileged(privileged.closeToolbox),
      async showPanel() {
        await marionette.privileged(privileged.selectPanel, FIREFOX_ID);
        await panelReady();
      },
      inDevToolsPage: inExtension('devtools'),
      async dock(where) {
        await marionette.privileged(privileged.moveToolbox, where);
        await panelReady();
      },
      setTheme: async (wanted) => { await marionette.privileged(privileged.setDevToolsTheme, wanted); },

      panel: new Panel({
        evaluate: inExtension('panel'),
        click: (selector) => inPanel(() => marionette.click(selector)),
        screenshot: async (file) => { writeFileSync(file, await inPanel(() => marionette.screenshot())); },
      }),

      importHar: (har) => marionette.privileged(privileged.importHar, har),

      async extensionPage(path) {
        const { handle } = await marionette.send('WebDriver:NewWindow', { type: 'tab', focus: false });
        /** @template T @param {() => Promise<T>} act */
        const inPage = async (act) => {
          await marionette.send('WebDriver:SwitchToWindow', { handle, focus: false });
          try { return await act(); } finally { await marionette.send('WebDriver:SwitchToWindow', { handle: tab, focus: false }); }
        };
        await inPage(() => marionette.send('WebDriver:Navigate', { url: `moz-extension://${UUID}/${path}` }));
        return {
          evaluate: (fn, ...args) => inPage(() => marionette.evaluate(fn, ...args)),
          click: (selector) => inPage(() => marionette.click(selector)),
          choose: (selector, path) => inPage(() => marionette.choose(selector, path)),
          screenshot: async (file) => { writeFileSync(file, await inPage(() => marionette.screenshot())); },
          wear: (look) => marionette.privileged(privileged.wear, `moz-extension://${UUID}/${path}`, look),
          close: () => inPage(() => marionette.send('WebDriver:CloseWindow')),
        };
      },
      blockCookies: () => marionette.privileged(privileged.blockCookies),
      stopBackground: () => marionette.privileged(privileged.stopBackground, FIREFOX_ID),
      async reloadExtension() {
        await marionette.privileged(privileged.reloadExtension, FIREFOX_ID);
      },
      async crashTab() {
        process.kill(await marionette.privileged(privileged.processOfTab), 'SIGKILL');
        await marionette.privileged(privileged.tabCrashed);
      },
      pressKeys: (shortcut) => marionette.privileged(privileged.pressKeys, shortcut),
      async kill() {
        kill();
        await closed;
        process.off('exit', kill);
        marionette.disconnect();
      },

      closed,
      async close() {
        await marionette.send('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => {});
        const patience = setTimeout(kill, 10_000);
        await closed;
        clearTimeout(patience);
        process.off('exit', kill);
        marionette.disconnect();
      },
    };
    return driver;
  } catch (error) {
    kill();
    await closed;
    throw new Error(`Firefox does not start with the extension: ${error}`, { cause: error });
  }
}

/**
 * The port that Firefox chose for Marionette; it writes it into its profile.
 * @param {string} profile
 * @param {import('node:child_process').ChildProcess} child
 */
async function portOf(profile, child) {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    try {
      const port = Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'));
      if (port > 0) return port;
    } catch {
      // Not written yet.
    }
  }
  throw new Error('it did not open its Marionette port within a minute');
}
