// What the browser tells of requests, as records of the log: plain, in its own words, undecided.

import { api } from './platform.js';

/**
 * @typedef {Record<string, unknown> & { type: string, at: number, tab?: number }} EventRecord
 *
 * @typedef {(record: EventRecord, weight: { ends: boolean, strict: boolean, url: string | undefined }) => void} Take
 *   `ends` where an exchange is complete, `strict` where it must not be lost even if the machine goes down
 */

/** Content of a request is kept up to this many bytes. */
const CONTENT = 64 * 1024;

/** Requests whose end must be on the disk at once: pages, and what carried content. */
const weighty = new Set();
/** Requests for which the user was asked for a password. */
const asked = new Set();

/** @param {ArrayBuffer} bytes */
const decoded = (bytes) => new TextDecoder().decode(bytes);

/** @param {any} body */
function content(body) {
  if (body?.formData) {
    const form = Object.entries(body.formData).flatMap(([name, values]) => /** @type {unknown[]} */ (values).map((value) => [name, typeof value === 'string' ? value : decoded(/** @type {ArrayBuffer} */ (value))]));
    return { form };
  }
  /** @type {Uint8Array[]} */
  const parts = body?.raw?.flatMap((/** @type {{ bytes?: ArrayBuffer }} */ { bytes }) => (bytes ? [new Uint8Array(bytes)] : [])) ?? [];
  if (parts.length === 0) return undefined;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return { text: decoded(whole.slice(0, CONTENT).buffer), cut: whole.length > CONTENT };
}

/** @param {chrome.webRequest.HttpHeader[] | undefined} headers */
const fields = (headers) => headers?.map(({ name, value, binaryValue }) =>
  [name, value ?? String.fromCharCode(...new Uint8Array(/** @type {any} */ (binaryValue) ?? []))]);

/**
 * Each event, what of it is wanted beside what every event has, and what it asks the browser for.
 * @type {Record<string, { record: (details: any) => object, asks: string[] }>}
 */
const EVENTS = {
  onBeforeRequest: {
    asks: ['requestBody'],
    record: (details) => ({
      method: details.method, url: details.url, kind: details.type, frame: details.frameId,
      initiator: details.initiator ?? details.originUrl, document: details.documentUrl, content: content(details.requestBody),
    }),
  },
  onSendHeaders: { asks: ['requestHeaders'], record: ({ requestHeaders }) => ({ fields: fields(requestHeaders) }) },
  onHeadersReceived: {
    asks: ['responseHeaders'],
    record: ({ statusCode, statusLine, responseHeaders }) => ({ status: statusCode, line: statusLine, fields: fields(responseHeaders) }),
  },
  onAuthRequired: {
    asks: ['responseHeaders'],
    record: ({ requestId, statusCode, statusLine, responseHeaders, scheme, isProxy }) => {
      asked.add(requestId);
      return { status: statusCode, line: statusLine, fields: fields(responseHeaders), scheme, proxy: isProxy };
    },
  },
  onBeforeRedirect: {
    asks: ['responseHeaders'],
    record: ({ statusCode, statusLine, responseHeaders, redirectUrl, fromCache, ip }) =>
      ({ status: statusCode, line: statusLine, fields: fields(responseHeaders), to: redirectUrl, cached: fromCache, ip }),
  },
  onCompleted: {
    asks: ['responseHeaders'],
    // Only where a dialog came between does the end tell other fields than the beginning of the response.
    record: ({ requestId, statusCode, statusLine, responseHeaders, fromCache, ip }) =>
      ({ status: statusCode, cached: fromCache, ip, ...(asked.delete(requestId) ? { line: statusLine, fields: fields(responseHeaders) } : {}) }),
  },
  onErrorOccurred: { asks: [], record: ({ error, fromCache }) => ({ error, cached: fromCache }) },
};

const ENDS = new Set(['onBeforeRedirect', 'onCompleted', 'onErrorOccurred']);
/** Requests of which this worker has told since it began. */
const begun = new Set();

/**
 * A worker that was ended has taken the beginning of some requests with it: the next of their events tells it again.
 * @param {string} name @param {any} details
 */
function beginning(name, { requestId, method, url, type }) {
  const told = begun.has(requestId);
  if (name === 'onCompleted' || name === 'onErrorOccurred') begun.delete(requestId);
  else begun.add(requestId);
  return told || name === 'onBeforeRequest' ? {} : { method, url, kind: type };
}

/**
 * Listens to all that the browser may tell of requests. Must run in the first turn of a worker, or
 * the event that woke it is lost. Does nothing while that permission is not given.
 * @param {Take} take
 * @param {number} [tabId] of the one tab to listen to
 * @returns {() => void} ends it
 */
export function watchRequests(take, tabId) {
  const source = api.webRequest;
  if (!source) return () => {};
  const ends = Object.entries(EVENTS).map(([name, { record, asks }]) => {
    const event = /** @type {any} */ (source)[name];
    const listener = (/** @type {any} */ details) => {
      const { requestId, tabId: tab, timeStamp } = details;
      const made = { type: name, at: timeStamp, request: requestId, tab, ...(details.incognito ? { private: true } : {}), ...beginning(name, details), ...record(details) };
      take(made, { ends: ENDS.has(name), strict: isStrict(name, made), url: details.url });
    };
    // Only Chrome has fields that must be asked for by this name; Firefox refuses it.
    const extra = /** @type {any} */ (source)[`${name[0]?.toUpperCase()}${name.slice(1)}Options`]?.EXTRA_HEADERS;
    const wanted = [...asks, ...(extra ? [extra] : [])];
    event.addListener(listener, { urls: ['<all_urls>'], ...(tabId === undefined ? {} : { tabId }) }, ...(wanted.length ? [wanted] : []));
    return () => event.removeListener(listener);
  });
  return () => ends.forEach((end) => end());
}

/** @param {string} name @param {any} record */
function isStrict(name, { request, kind, content }) {
  if (name === 'onBeforeRequest') {
    if (kind === 'main_frame' || kind === 'sub_frame' || content) weighty.add(request);
    return false;
  }
  if (name === 'onBeforeRedirect' || name === 'onAuthRequired') return true;
  return ENDS.has(name) && weighty.delete(request);
}

/** What Chrome and Firefox call the cookies of private windows. */
const PRIVATE_STORES = ['1', 'firefox-private'];

/**
 * The browser's own word on each cookie that is set or deleted.
 * @param {Take} take
 * @returns {() => void} ends it
 */
export function watchCookies(take) {
  const event = api.cookies?.onChanged;
  if (!event) return () => {};
  const listener = (/** @type {chrome.cookies.CookieChangeInfo} */ { removed, cause, cookie }) => {
    const { name, value, domain, hostOnly, path, secure, httpOnly, sameSite, session, expirationDate, storeId } = cookie;
    take({ type: 'cookie', at: Date.now(), private: PRIVATE_STORES.includes(storeId), removed, cause, name, value, domain, hostOnly, path, secure, httpOnly, sameSite, session, expires: expirationDate,
      partition: cookie.partitionKey?.topLevelSite },
    { ends: false, strict: false, url: `https://${domain.replace(/^\./, '')}/` });
  };
  event.addListener(listener);
  return () => event.removeListener(listener);
}

/**
 * Which tab opened which.
 * @param {Take} take
 * @returns {() => void} ends it
 */
export function watchTabs(take) {
  const listener = (/** @type {chrome.tabs.Tab} */ { id, openerTabId, incognito }) => {
    take({ type: 'tab', at: Date.now(), tab: id, opener: openerTabId, ...(incognito ? { private: true } : {}) }, { ends: false, strict: false, url: undefined });
  };
  api.tabs.onCreated.addListener(listener);
  return () => api.tabs.onCreated.removeListener(listener);
}
