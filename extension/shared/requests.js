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

/** What a page is made up of and no login needs, in both browsers' words. */
const ASSETS = ['font', 'image', 'imageset', 'media', 'stylesheet'];

/**
 * Each event, what of it is wanted beside what every event has, what it asks the browser for, and whether it is of the course
 * that a request takes: of an asset its end is enough, since each event that is listened to costs the page time. The end tells
 * the response's fields where nothing else has told those that the page got.
 * @type {Record<string, { record: (details: any, isTold: boolean) => object, asks: string[], course?: boolean }>}
 */
const EVENTS = {
  onBeforeRequest: {
    asks: ['requestBody'],
    course: true,
    record: (details) => ({
      method: details.method, url: details.url, kind: details.type, frame: details.frameId,
      initiator: details.initiator ?? details.originUrl, document: details.documentUrl, content: content(details.requestBody),
    }),
  },
  onSendHeaders: { asks: ['requestHeaders'], course: true, record: ({ requestHeaders }) => ({ fields: fields(requestHeaders) }) },
  onHeadersReceived: {
    asks: ['responseHeaders'],
    course: true,
    record: ({ statusCode, statusLine, responseHeaders }) => ({ status: statusCode, line: statusLine, fields: fields(responseHeaders) }),
  },
  onAuthRequired: {
    asks: ['responseHeaders'],
    record: ({ statusCode, statusLine, responseHeaders, scheme, isProxy }) =>
      ({ status: statusCode, line: statusLine, fields: fields(responseHeaders), scheme, proxy: isProxy }),
  },
  onBeforeRedirect: {
    asks: ['responseHeaders'],
    record: ({ statusCode, statusLine, responseHeaders, redirectUrl, fromCache, ip }) =>
      ({ status: statusCode, line: statusLine, fields: fields(responseHeaders), to: redirectUrl, cached: fromCache, ip }),
  },
  onCompleted: {
    asks: ['responseHeaders'],
    record: ({ statusCode, statusLine, responseHeaders, fromCache, ip }, isTold) =>
      ({ status: statusCode, cached: fromCache, ip, ...(isTold ? {} : { line: statusLine, fields: fields(responseHeaders) }) }),
  },
  onErrorOccurred: { asks: [], record: ({ error, fromCache }) => ({ error, cached: fromCache }) },
};

const ENDS = new Set(['onBeforeRedirect', 'onCompleted', 'onErrorOccurred']);

/**
 * Listens to all that the browser may tell of requests. Must run in the first turn of a worker, or
 * the event that woke it is lost. Does nothing while that permission is not given.
 * @param {Take} take
 * @param {boolean} [isBrief] of assets only what is rare, and how they end
 * @returns {() => void} ends it
 */
export function watchRequests(take, isBrief = false) {
  const source = api.webRequest;
  if (!source) return () => {};
  const others = Object.values(source.ResourceType).filter((type) => !ASSETS.includes(type));
  const under = new UnderWay();
  const ends = Object.entries(EVENTS).map(([name, { record, asks, course }]) => {
    const event = /** @type {any} */ (source)[name];
    const listener = (/** @type {any} */ details) => {
      const { requestId, tabId: tab, timeStamp, method, url, type } = details;
      const { isBegun, isTold, isWeighty } = under.hear(name, details);
      // Of an asset, and of a request whose beginning an ended worker has taken with it, the next event tells that too.
      const beginning = isBegun || name === 'onBeforeRequest' ? {} : { method, url, kind: type };
      const made = { type: name, at: timeStamp, request: requestId, tab, ...(details.incognito ? { private: true } : {}), ...beginning, ...record(details, isTold) };
      take(made, { ends: ENDS.has(name), strict: name === 'onBeforeRedirect' || name === 'onAuthRequired' || (ENDS.has(name) && isWeighty), url });
    };
    // Only Chrome has fields that must be asked for by this name; Firefox refuses it.
    const extra = /** @type {any} */ (source)[`${name[0]?.toUpperCase()}${name.slice(1)}Options`]?.EXTRA_HEADERS;
    const wanted = [...asks, ...(extra ? [extra] : [])];
    event.addListener(listener, { urls: ['<all_urls>'], ...(isBrief && course ? { types: others } : {}) }, ...(wanted.length ? [wanted] : []));
    return () => event.removeListener(listener);
  });
  return () => ends.forEach((end) => end());
}

/** What one listener knows of the requests that have not come to their end. */
class UnderWay {
  /** Those of which it has heard, as far as the hop that they are at. */
  #begun = new Set();
  /** Those whose end must be on the disk at once: pages, and what carried content. */
  #weighty = new Set();
  /** Those for which the user was asked for a password. */
  #asked = new Set();

  /**
   * @param {string} name
   * @param {any} details
   * @returns {{ isBegun: boolean, isTold: boolean, isWeighty: boolean }} whether an event before this one was heard, and the fields
   *   of the response that the page gets were told
   */
  hear(name, { requestId, type, requestBody }) {
    const isBegun = this.#begun.has(requestId);
    if (name === 'onBeforeRequest' && (type === 'main_frame' || type === 'sub_frame' || requestBody)) this.#weighty.add(requestId);
    if (name === 'onAuthRequired') this.#asked.add(requestId);
    const known = { isBegun, isTold: isBegun && !this.#asked.has(requestId), isWeighty: this.#weighty.has(requestId) };
    if (ENDS.has(name)) this.#begun.delete(requestId);
    else this.#begun.add(requestId);
    if (name === 'onCompleted' || name === 'onErrorOccurred') for (const set of [this.#weighty, this.#asked]) set.delete(requestId);
    return known;
  }
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
