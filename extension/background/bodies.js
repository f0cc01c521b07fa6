// What servers answer, which only Firefox lets an extension read: passed on unchanged, as it comes.

import { api } from '../shared/platform.js';

/** So many bytes of an answer are kept. */
const KEPT = 256 * 1024;

/**
 * @param {import('../shared/requests.js').Take} take
 * @returns {() => void} ends it
 */
export function watchBodies(take) {
  const source = /** @type {any} */ (api.webRequest);
  if (!source?.filterResponseData) return () => {};
  const listener = (/** @type {any} */ { requestId: request, tabId: tab, url, incognito }) => {
    const filter = source.filterResponseData(request);
    /** @type {Uint8Array[]} */
    const parts = [];
    let size = 0;
    filter.ondata = (/** @type {{ data: ArrayBuffer }} */ { data }) => {
      filter.write(data);
      if (size < KEPT) parts.push(new Uint8Array(data).slice(0, KEPT - size));
      size += data.byteLength;
    };
    filter.onstop = () => {
      filter.close();
      const decoder = new TextDecoder();
      const text = parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
      take({ type: 'body', at: Date.now(), request, tab, ...(incognito ? { private: true } : {}), content: { text, cut: size > KEPT } },
        { ends: false, strict: false, url });
    };
    filter.onerror = () => {};
  };
  source.onBeforeRequest.addListener(listener, { urls: ['<all_urls>'], types: ['main_frame', 'sub_frame', 'xmlhttprequest'] }, ['blocking']);
  return () => source.onBeforeRequest.removeListener(listener);
}
