// What the browser tells of one tab, of the tabs that it opens and of their cookies, where access was granted.

import { api } from './platform.js';
import { watchCookies, watchRequests, watchTabs } from './requests.js';
import { ALL_SITES } from './sites.js';

/** Everything that the second source needs. */
export const ACCESS = { permissions: ['webRequest', 'cookies'], origins: [ALL_SITES] };
/** Records are handed on together, at most this many milliseconds late. */
const PACE = 40;
/** A busy Firefox tells of a cookie this long before it tells of the request that set it, in milliseconds. */
const AHEAD = 2000;

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
  /** Private windows have cookies of their own. @type {boolean | undefined} */
  let isPrivate;
  /** Cookies that came before it was known whether the tab's window is one. @type {import('./requests.js').EventRecord[]} */
  let ofEither = [];
  void api.tabs.get(tab).then(({ incognito }) => {
    isPrivate = incognito;
    ofEither.forEach(addCookie);
    ofEither = [];
    // Of a tab that is gone already nothing more is wanted.
  }, () => {});
  /** @type {string[]} */
  let lines = [];
  const hand = () => {
    const told = lines.join('\n');
    lines = [];
    tell(told);
  };
  /** Cookies of hosts that it has not spoken to, as far as is known yet. @type {{ host: string, record: import('./requests.js').EventRecord }[]} */
  let early = [];
  const isOf = (/** @type {string} */ known, /** @type {string} */ host) => known === host || known.endsWith(`.${host}`);
  /** @param {import('./requests.js').EventRecord} record */
  const add = (record) => {
    if (lines.length === 0) setTimeout(hand, PACE);
    lines.push(JSON.stringify(record));
  };
  /** @param {import('./requests.js').EventRecord} record */
  const addCookie = (record) => {
    if (isPrivate === undefined) ofEither.push(record);
    else if (record.private === isPrivate) add(record);
  };
  /** @param {string} known @param {number} at when this tab first spoke to it */
  const meet = (known, at) => {
    if (hosts.has(known)) return;
    hosts.add(known);
    // What another tab did there before concerns nobody here.
    early = early.filter(({ record }) => Math.abs(record.at - at) < AHEAD);
    for (const { record } of early.filter(({ host }) => isOf(known, host))) addCookie(record);
    early = early.filter(({ host }) => !isOf(known, host));
  };
  /** @type {import('./requests.js').Take} */
  const take = (record, { url }) => {
    const host = url === undefined ? '' : new URL(url).hostname;
    if (record.type === 'cookie') {
      if ([...hosts].some((known) => isOf(known, host))) addCookie(record);
      else early = [...early.filter(({ record: { at } }) => record.at - at < AHEAD), { host, record }];
      return;
    }
    if (record.type === 'tab') {
      (tabs.has(Number(record.opener)) ? tabs : newcomers).add(Number(record.tab));
      return;
    }
    const isBegun = record.kind === 'main_frame' && typeof record.initiator === 'string' && URL.canParse(record.initiator) && hosts.has(new URL(record.initiator).hostname);
    if (isBegun && newcomers.has(Number(record.tab))) tabs.add(Number(record.tab));
    if (!tabs.has(Number(record.tab))) return;
    meet(host, record.at);
    add(record);
  };
  const ends = [watchRequests(take), watchCookies(take), watchTabs(take)];
  return () => ends.forEach((end) => end());
}
