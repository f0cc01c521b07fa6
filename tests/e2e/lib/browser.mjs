// One way to drive the browsers that Why401 runs in.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {'chrome' | 'firefox'} BrowserName
 * @typedef {'dark' | 'light'} Theme
 * @typedef {{ username: string, password: string }} Credentials
 *
 * @typedef {object} Options
 * @property {string} extension the directory of the unpacked extension
 * @property {boolean} headless
 * @property {Theme} theme of DevTools
 * @property {ReturnType<typeof import('../../lab/process.mjs').temporaryDirectory>} [profile] one to keep; without it the browser
 *   gets one of its own, gone with it
 * @property {string} [pac] the proxy auto-configuration, as JavaScript; without it everything is reached directly
 *
 * @typedef {object} Browser
 * @property {BrowserName} name
 * @property {string} version
 * @property {(url: string) => Promise<void>} goto in the inspected tab
 * @property {(fn: Function, ...args: unknown[]) => Promise<any>} evaluate in the inspected page; JSON goes in and out
 * @property {(selector: string) => Promise<void>} click in the inspected page; does not wait for what follows
 * @property {(url: string, credentials?: Credentials) => Promise<void>} gotoProtected goes to a page that asks for a password:
 *   the browser's dialog is answered once with `credentials`, if there are any, then it is cancelled
 * @property {() => Promise<void>} openDevTools on another panel than ours; resolves when our devtools page captures
 * @property {() => Promise<void>} closeDevTools resolves when it is gone
 * @property {() => Promise<void>} showPanel brings our panel to the front; resolves when it is ready
 * @property {(fn: Function, ...args: unknown[]) => Promise<any>} inDevToolsPage evaluates in our devtools page
 * @property {(where: 'bottom' | 'right' | 'window') => Promise<void>} dock moves DevTools; resolves when our panel is ready again
 * @property {(theme: Theme) => Promise<void>} setTheme of DevTools; resolves when the panel wears it
 * @property {import('./panel.mjs').Panel} panel
 * @property {(har: string) => Promise<[url: string, status: number][]>} importHar opens a HAR in the browser's own Network panel,
 *   while DevTools is open, and answers with what is listed there
 * @property {(path: string) => Promise<ExtensionPage>} extensionPage opens a page of the extension in a tab of its own
 * @property {() => Promise<void>} stopBackground ends the extension's background as the browser does when it is idle, at once
 * @property {() => Promise<void>} blockCookies has the browser keep none from here on; in Chromium with an extension that has
 *   `contentSettings`, once its panel is shown
 * @property {() => Promise<void>} reloadExtension as the browser does when there is a new version; its pages are gone with it.
 *   Resolves when it is there again
 * @property {() => Promise<void>} crashTab ends the process of the inspected tab
 * @property {(shortcut: string) => Promise<void>} [pressKeys] as `Alt+Shift+R`; what is pressed in Chromium reaches its pages alone
 * @property {() => Promise<void>} kill ends the browser with all its processes, as a crash does
 * @property {Promise<void>} closed resolves when the browser is gone, whoever closed it
 * @property {() => Promise<void>} close
 *
 * @typedef {object} ExtensionPage
 * @property {(fn: Function, ...args: unknown[]) => Promise<any>} evaluate in the page; JSON goes in and out
 * @property {(selector: string) => Promise<void>} click a real press of the mouse
 * @property {(selector: string, path: string) => Promise<void>} choose a file of this computer
 * @property {(file: string, size?: { width: number, height: number }) => Promise<void>} screenshot as a PNG; only Chromium
 *   can be told its size
 * @property {(look: Look) => Promise<void>} wear resolves when the page looks so
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Look of a page
 * @property {number} width of its window in CSS pixels
 * @property {number} height
 * @property {Theme} theme
 * @property {boolean} [forced] whether the system forces its own colors
 */

export const EXTENSION = fileURLToPath(new URL('../../../extension', import.meta.url));
export const OUTPUT = fileURLToPath(new URL('../output', import.meta.url));
/** Every host of the laboratory; the browsers map them to 127.0.0.1. */
export const HOSTS = ['app.test', 'www.app.test', 'api.test', 'id.test', 'apache.test', 'nginx.test'];
export const TITLE = 'Why401';
export const FIREFOX_ID = 'why401@why401.example';

/**
 * Starts a browser with the extension in it and one empty tab.
 * @param {BrowserName} name
 * @param {Partial<Options>} [options]
 * @returns {Promise<Browser>}
 */
export async function open(name, { extension = EXTENSION, headless = true, theme = 'light', pac, profile } = {}) {
  const driver = name === 'chrome' ? (await import('./chromium.mjs')).openChromium : (await import('./firefox.mjs')).openFirefox;
  return driver({ extension, headless, theme, pac, profile });
}

/**
 * @param {BrowserName} name
 * @returns {string | undefined} the path of that browser: $CHROME or $FIREFOX, else the first usual name that $PATH knows
 */
export function find(name) {
  const asked = process.env[name === 'chrome' ? 'CHROME' : 'FIREFOX'];
  if (asked) return asked;
  const names = name === 'chrome' ? ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] : ['firefox-esr', 'firefox'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((file) => folders.map((folder) => join(folder, file))).find(isProgram);
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {BrowserName} name
 * @returns {string}
 */
export function binary(name) {
  const path = find(name);
  if (!path) throw new Error(`There is no ${name === 'chrome' ? 'Chromium or Chrome' : 'Firefox'} on this machine; name one in $${name === 'chrome' ? 'CHROME' : 'FIREFOX'}`);
  return path;
}
