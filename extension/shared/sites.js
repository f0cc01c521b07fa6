// Which sites are recorded: match patterns, as the browsers' permissions have them.

/** The pattern of everything that a recording may ever see. */
export const ALL_SITES = '<all_urls>';

/**
 * The pattern of a site: its host and all hosts below it, in every scheme.
 * @param {string} host
 */
export const patternOf = (host) => (/^[\d.]+$|^\[|^localhost$/.test(host) ? `*://${host}/*` : `*://*.${host}/*`);

/** What people call it. @param {string} pattern */
export const nameOf = (pattern) => pattern.replace(/^\*:\/\/(\*\.)?|\/\*$/g, '');

/**
 * Hosts that were typed in, one a word: `example.test`, `https://login.example.test/path`.
 * @param {string} text
 * @returns {string[]} their patterns
 */
export function patternsIn(text) {
  const hosts = text.split(/[\s,;]+/).flatMap((word) => {
    const url = /^\w+:\/\//.test(word) ? word : `https://${word}`;
    return word && URL.canParse(url) ? [new URL(url).hostname] : [];
  });
  return [...new Set(hosts)].map(patternOf);
}

/**
 * @param {string[]} sites
 * @param {string | undefined} url what has none belongs to every recording
 */
export function isOfSites(sites, url) {
  if (url === undefined || sites.includes(ALL_SITES)) return true;
  const { hostname } = new URL(url);
  return sites.some((site) => {
    const host = nameOf(site);
    return hostname === host || (site.startsWith('*://*.') && hostname.endsWith(`.${host}`));
  });
}
