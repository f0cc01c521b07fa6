// What the browser tells of one tab, of the tabs that it opens and of their cookies, where access was granted.

import { api } from './platform.js';
import { watchCookies, watchRequests, watchTabs } from './requests.js';
import { ALL_SITES } from './sites.js';

/** Everything that the second source needs. */
export const ACCESS = { permissions: ['webRequest', 'cookies'], origins: [ALL_SITES] };
/** Records are handed on together, at most this many milliseconds late. */
const PACE = 40;

/** Whether the user has granted it. @returns {Promise<boolean>} */
export const isGranted = () => api.permissions.contains(/** @type {any} */ (ACCESS));

/**
 * @param {number} tab
 * @param {(lines: string) => void} tell records, one JSON object a line
 * @returns {() => void} ends it
 */
export function watchTab(tab, tell) {
  const tabs = new Set([tab]);
  /** Tabs that were opened meanwhile: Firefox does not say by whom where they have a window of their own. */
  const newcomers = new Set();
  /** Whose cookies concern this tab: the hosts that it spoke to. @type {Set<string>} */
  const hosts = new Set();
  /** @type {string[]} */
  let lines = [];
  const hand = () => {
    const told = lines.join('\n');
    lines = [];
    tell(told);
  };
  /** @type {import('./requests.js').Take} */
  const take = (record, { url }) => {
    const host = url === undefined ? '' : new URL(url).hostname;
    if (record.type === 'tab') {
      (tabs.has(Number(record.opener)) ? tabs : newcomers).add(Number(record.tab));
      return;
    }
    const isBegun = record.kind === 'main_frame' && typeof record.initiator === 'string' && URL.canParse(record.initiator) && hosts.has(new URL(record.initiator).hostname);
    if (isBegun && newcomers.has(Number(record.tab))) tabs.add(Number(record.tab));
    if (record.type === 'cookie' ? ![...hosts].some((known) => known === host || known.endsWith(`.${host}`)) : !tabs.has(Number(record.tab))) return;
    if (record.type !== 'cookie') hosts.add(host);
    if (lines.length === 0) setTimeout(hand, PACE);
    lines.push(JSON.stringify(record));
  };
  const ends = [watchRequests(take), watchCookies(take), watchTabs(take)];
  return () => ends.forEach((end) => end());
}
