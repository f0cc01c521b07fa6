// What differs between the browsers.

/** The extension API: promises and callbacks both work on `chrome` in either browser. */
export const api = /** @type {typeof chrome} */ (Reflect.get(globalThis, 'browser') ?? chrome);

/** @type {'chrome' | 'firefox'} */
export const browserName = navigator.userAgent.includes('Firefox/') ? 'firefox' : 'chrome';

/** Shows a request where DevTools itself lists it, which only Chrome can. @type {((url: string) => void) | undefined} */
export const showInNetwork = Reflect.get(api.devtools?.panels ?? {}, 'network')?.show && ((url) =>
  // Whatever is masked in it DevTools does not know by that.
  void Reflect.get(api.devtools.panels, 'network').show({ filter: url.split(/[?#‹\s]/, 1)[0] }));

/**
 * The content of a response, which the browser only still has right after the request finished.
 * @param {import('./protocol.d.ts').FinishedRequest} request
 * @returns {Promise<{ text: string | undefined, base64: boolean }>}
 */
export async function contentOf(request) {
  const { content } = request.response;
  if (typeof content.text === 'string') return { text: content.text, base64: content.encoding === 'base64' };
  const got = await askedContent(request);
  // While a page is being replaced Chrome has nothing to give; once the new one stands it has its text.
  if (browserName !== 'chrome' || got.text !== undefined || !content.size || content.size < 0) return got;
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const later = await askedContent(request);
  return later.text === undefined && request._resourceType === 'document' ? pageContent(request.request.url) : later;
}

/** What the page itself was made of: Chrome still has that where it has lost the response. @param {string} url */
async function pageContent(url) {
  /** @type {chrome.devtools.inspectedWindow.Resource[]} */
  const resources = await new Promise((resolve) => { api.devtools.inspectedWindow.getResources(resolve); });
  const page = resources.find((resource) => resource.url === url && /** @type {any} */ (resource).type === 'document');
  if (!page) return { text: undefined, base64: false };
  return new Promise((/** @type {(content: { text: string | undefined, base64: boolean }) => void} */ resolve) => {
    page.getContent((text, encoding) => resolve({ text: text ?? undefined, base64: encoding === 'base64' }));
  });
}

/** @param {import('./protocol.d.ts').FinishedRequest} request @returns {Promise<{ text: string | undefined, base64: boolean }>} */
function askedContent(request) {
  const { content } = request.response;
  if (typeof request.getContent !== 'function') return Promise.resolve({ text: undefined, base64: false });
  return new Promise((resolve) => {
    // An answer that never comes must not keep the exchange out of the log.
    const late = setTimeout(() => resolve({ text: undefined, base64: false }), 3000);
    request.getContent?.((text, second) => {
      clearTimeout(late);
      // Chrome's second argument is the encoding; Firefox's is the media type, and the entry tells.
      const base64 = browserName === 'firefox' ? content.encoding === 'base64' : second === 'base64';
      resolve({ text: text ?? undefined, base64 });
    });
  });
}

/**
 * Everything that the browser still has. Chrome gives no log while it shows a page of its own.
 * @returns {Promise<import('./protocol.d.ts').FinishedRequest[]>}
 */
export function wholeLog() {
  return new Promise((resolve) => {
    api.devtools.network.getHAR((log) => {
      const entries = /** @type {{ entries?: unknown }} */ (log)?.entries;
      resolve(Array.isArray(entries) ? entries : []);
    });
  });
}
