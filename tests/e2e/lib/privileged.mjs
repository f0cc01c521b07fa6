// Functions that run inside Firefox's own process, sent there as text: each sees its arguments and nothing else of this file.
// They reach DevTools by the modules Firefox itself uses for it; seen in Firefox 140 and 153.

/// <reference path="./privileged.d.ts" />

/**
 * Opens the toolbox on its console and waits until the extension has added its panel.
 * @param {string} extension id
 * @param {string | null} host `bottom`, `right` or `window`
 */
export async function openToolbox(extension, host) {
  const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = loader.require('devtools/client/framework/devtools');
  const window = Services.wm.getMostRecentWindow('navigator:browser');
  const toolbox = await gDevTools.showToolboxForTab(window.gBrowser.selectedTab, { toolId: 'webconsole', ...(host ? { hostType: host } : {}) });
  for (let tries = 0; tries < 400; tries++) {
    if (toolbox.getAdditionalTools().some((/** @type {any} */ tool) => tool.extensionId === extension)) return;
    await new Promise((resolve) => window.setTimeout(resolve, 50));
  }
  throw new Error('the extension has added no panel to the toolbox');
}

export async function closeToolbox() {
  const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = loader.require('devtools/client/framework/devtools');
  const window = Services.wm.getMostRecentWindow('navigator:browser');
  await gDevTools.closeToolboxForTab(window.gBrowser.selectedTab);
}

/**
 * Opens a HAR in the Network panel.
 * @param {string} har
 * @returns {Promise<[url: string, status: number][]>} what it lists
 */
export async function importHar(har) {
  const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = loader.require('devtools/client/framework/devtools');
  const [toolbox] = gDevTools.getToolboxes();
  const { panelWin } = await toolbox.selectTool('netmonitor');
  const all = panelWin.windowRequire('devtools/client/netmonitor/src/actions/index');
  const { HarImporter } = panelWin.windowRequire('devtools/client/netmonitor/src/har/har-importer');
  const actions = Object.fromEntries(Object.entries(all).map(([name, make]) => [name, (/** @type {any[]} */ ...given) => panelWin.store.dispatch(make(...given))]));
  new HarImporter(actions).import(har);
  await new Promise((resolve) => panelWin.setTimeout(resolve, 500));
  return panelWin.store.getState().requests.requests.map((/** @type {any} */ { url, status }) => [url, Number(status)]);
}

/**
 * Selects the extension's panel.
 * @param {string} extension id
 */
export async function selectPanel(extension) {
  const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = loader.require('devtools/client/framework/devtools');
  for (const toolbox of gDevTools.getToolboxes()) {
    const tool = toolbox.getAdditionalTools().find((/** @type {any} */ candidate) => candidate.extensionId === extension);
    if (tool) { await toolbox.selectTool(tool.id); return; }
  }
  throw new Error('no toolbox has the panel');
}

/**
 * Moves the toolbox to another place.
 * @param {string} host `bottom`, `right` or `window`
 */
export async function moveToolbox(host) {
  const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = loader.require('devtools/client/framework/devtools');
  for (const toolbox of gDevTools.getToolboxes()) await toolbox.switchHost(host);
}

/**
 * Runs a script in a document of the extension and answers with what the script does.
 * @param {string} extension id
 * @param {'panel' | 'devtools'} which
 * @param {string} script
 * @param {unknown[]} args
 */
export async function inExtension(extension, which, script, args) {
  const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = loader.require('devtools/client/framework/devtools');
  let context;
  if (which === 'devtools') {
    const views = [...WebExtensionPolicy.getByID(extension).extension.views];
    context = views.find((view) => view.viewType === 'devtools_page')?.xulBrowser?.browsingContext;
  } else {
    for (const toolbox of gDevTools.getToolboxes()) {
      const tool = toolbox.getAdditionalTools().find((/** @type {any} */ candidate) => candidate.extensionId === extension);
      context ??= tool && toolbox.doc.getElementById(`toolbox-panel-iframe-${tool.id}`)?.contentDocument?.getElementById('webext-panels-browser')?.browsingContext;
    }
  }
  if (context?.currentWindowGlobal?.documentURI?.scheme !== 'moz-extension') return { missing: true };
  return context.currentWindowGlobal.getActor('MarionetteCommands')
    .executeScript(script, args, { async: true, timeout: 30000, file: 'test', line: 0, sandboxName: null });
}

/**
 * Lets the WebDriver session look at the panel, so that its clicks land there. The session looks at the tab again
 * once it is told to switch to a window.
 * @param {string} extension id
 * @param {string} sessionId
 */
export async function lookAtPanel(extension, sessionId) {
  const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = loader.require('devtools/client/framework/devtools');
  const { getWebDriverSessionById } = ChromeUtils.importESModule('chrome://remote/content/shared/webdriver/Session.sys.mjs');
  for (const toolbox of gDevTools.getToolboxes()) {
    const tool = toolbox.getAdditionalTools().find((/** @type {any} */ candidate) => candidate.extensionId === extension);
    const browser = tool && toolbox.doc.getElementById(`toolbox-panel-iframe-${tool.id}`)?.contentDocument?.getElementById('webext-panels-browser');
    if (browser) { getWebDriverSessionById(sessionId).contentBrowsingContext = browser.browsingContext; return; }
  }
  throw new Error('no toolbox shows the panel');
}

/**
 * Ends the extension's event page, as Firefox does after half a minute without an event.
 * @param {string} extension id
 */
export async function stopBackground(extension) {
  await WebExtensionPolicy.getByID(extension).extension.terminateBackground({ disableResetIdleForTest: true, ignoreDevToolsAttached: true });
}

/**
 * Loads the extension anew; resolves when its background runs.
 * @param {string} extension id
 */
export async function reloadExtension(extension) {
  const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
  await (await AddonManager.getAddonByID(extension)).reload();
  await WebExtensionPolicy.getByID(extension).extension.wakeupBackground?.();
}

/** @returns {number} what the system calls the process of the tab in front */
export function processOfTab() {
  return Services.wm.getMostRecentWindow('navigator:browser').gBrowser.selectedBrowser.frameLoader.remoteTab.osPid;
}

/** Waits until the browser has seen that the process of the tab in front is gone. */
export async function tabCrashed() {
  const { gBrowser, setTimeout } = Services.wm.getMostRecentWindow('navigator:browser');
  for (let tries = 0; tries < 200; tries++) {
    if (gBrowser.selectedTab.hasAttribute('crashed') || gBrowser.selectedBrowser.currentURI.spec.startsWith('about:tabcrashed') || !gBrowser.selectedBrowser.isRemoteBrowser) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error('the tab has not crashed');
}

/** Presses keys as a keyboard does. @param {string} shortcut such as `Alt+Shift+R` */
export function pressKeys(shortcut) {
  const window = Services.wm.getMostRecentWindow('navigator:browser');
  const keyboard = Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
  keyboard.beginInputTransactionForTests(window);
  const keys = shortcut.split('+').map((key) => new window.KeyboardEvent('', key.length === 1 ? { key, code: `Key${key}`, keyCode: key.charCodeAt(0) } : { key, code: `${key}Left` }));
  for (const key of keys) keyboard.keydown(key);
  for (const key of keys.toReversed()) keyboard.keyup(key);
}

/**
 * Makes a page of that address look so.
 * @param {string} address begins so
 * @param {{ width: number, height: number, theme: 'dark' | 'light', forced?: boolean }} look
 */
export async function wear(address, { width, height, theme, forced = false }) {
  const { gBrowser, setTimeout } = Services.wm.getMostRecentWindow('navigator:browser');
  const browser = gBrowser.browsers.find((/** @type {any} */ candidate) => candidate.currentURI.spec.startsWith(address));
  gBrowser.selectedTab = gBrowser.getTabForBrowser(browser);
  Object.assign(browser.style, { flex: 'none', width: `${width}px`, height: `${height}px` });
  Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', theme === 'dark' ? 0 : 1);
  Services.prefs.setIntPref('browser.display.document_color_use', forced ? 2 : 0);
  await new Promise((resolve) => { setTimeout(resolve, 150); });
}

/** Has the browser keep no cookie from here on. */
export function blockCookies() {
  Services.prefs.setIntPref('network.cookie.cookieBehavior', 2);
}

/** @param {'dark' | 'light'} theme */
export function setDevToolsTheme(theme) {
  Services.prefs.setCharPref('devtools.theme', theme);
}

/**
 * Answers the password dialogs to come: each with the next of `answers`, and by cancelling when none is left.
 * A new call replaces the answers that are left.
 * @param {{ username: string, password: string }[]} answers
 */
export function answerDialogs(answers) {
  const window = Services.wm.getMostRecentWindow('navigator:browser');
  // A script of the session loses its functions with its sandbox; this one has to stay.
  if (!window.why401Dialogs) {
    const sandbox = Cu.Sandbox(Services.scriptSecurityManager.getSystemPrincipal(), { sandboxPrototype: window });
    window.why401Dialogs = sandbox;
    Cu.evalInSandbox(`var answers = [];
      Services.obs.addObserver((dialog) => setTimeout(() => {
        const { args, ui } = dialog.Dialog, answer = answers.shift();
        if (args.promptType === 'promptUserAndPass' && answer) {
          ui.loginTextbox.value = answer.username;
          ui.password1Textbox.value = answer.password;
          ui.button0.click();
        } else ui.button1.click();
      }, 200), 'common-dialog-loaded');`, sandbox, null, 'chrome://why401/content/dialogs.js', 1);
  }
  window.why401Dialogs.answers = Cu.cloneInto(answers, window.why401Dialogs);
}
