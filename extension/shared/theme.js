// Follows the theme of DevTools, which need not be that of the system.

/** @param {typeof chrome.devtools.panels} panels */
export function followTheme(panels) {
  const apply = (/** @type {string} */ name) => (document.documentElement.dataset.theme = name === 'dark' ? 'dark' : 'light');
  apply(panels.themeName);
  const events = /** @type {any} */ (panels);
  // Firefox has an event, Chrome one handler.
  if (events.onThemeChanged) events.onThemeChanged.addListener(apply);
  else events.setThemeChangeHandler?.(apply);
}
