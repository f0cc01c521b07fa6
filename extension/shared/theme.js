// Follows the theme of DevTools, which need not be that of the system; outside of it, that of the system.

/** @param {typeof chrome.devtools.panels | undefined} panels */
export function followTheme(panels) {
  const apply = (/** @type {string} */ name) => (document.documentElement.dataset.theme = name === 'dark' ? 'dark' : 'light');
  if (!panels) {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => apply(dark.matches ? 'dark' : 'light');
    dark.addEventListener('change', follow);
    follow();
    return;
  }
  apply(panels.themeName);
  const events = /** @type {any} */ (panels);
  // Firefox has an event, Chrome one handler.
  if (events.onThemeChanged) events.onThemeChanged.addListener(apply);
  else events.setThemeChangeHandler?.(apply);
}
