// Takes every finished request from devtools.network, from the moment DevTools opens.

import { api, browserName, contentOf, wholeLog } from '../shared/platform.js';

/** @typedef {import('../shared/protocol.d.ts').FinishedRequest} FinishedRequest */

/**
 * Subscribes first and asks for the log then, so that nothing falls between; what comes both ways
 * is taken once.
 * @param {import('./inbox.js').Inbox} inbox
 * @param {() => void} ready called when the subscription is live and the log was taken
 */
export function capture(inbox, ready) {
  const doubles = new Doubles();
  const hops = new RedirectHops((request) => void inbox.take(request));
  /** @param {FinishedRequest} request @param {'event' | 'log'} way */
  const take = (request, way) => {
    if (!doubles.isNew(request, way)) return;
    if (way === 'event' && hops.lacksFields(request)) hops.complete(request);
    else void inbox.take(request);
  };
  api.devtools.network.onRequestFinished.addListener((request) => take(/** @type {any} */ (request), 'event'));
  api.devtools.network.onNavigated.addListener(() => inbox.pageLoads());
  void wholeLog().then((entries) => {
    for (const entry of entries) take(entry, 'log');
    inbox.beginAfter(entries.length > 0);
    ready();
  });
}

/** Tells the same request, delivered by event and by log, from two equal requests. */
class Doubles {
  /** @type {Map<string, { event: number, log: number }>} */
  #counts = new Map();

  /** @param {FinishedRequest} request @param {'event' | 'log'} way */
  isNew(request, way) {
    const counts = this.#counts.get(identity(request)) ?? { event: 0, log: 0 };
    counts[way] += 1;
    this.#counts.set(identity(request), counts);
    return counts[way] > counts[way === 'event' ? 'log' : 'event'];
  }
}

/**
 * Chrome delivers most redirect hops of a navigation without the fields that only the network saw,
 * Set-Cookie among them; the log has them. One look at the log serves all hops of a chain.
 */
class RedirectHops {
  /** @type {FinishedRequest[]} */
  #waiting = [];
  #deliver;

  /** @param {(request: FinishedRequest) => void} deliver */
  constructor(deliver) {
    this.#deliver = deliver;
  }

  /** @param {FinishedRequest} request */
  lacksFields({ response, _resourceType }) {
    const isHop = response.status >= 300 && response.status < 400 && response.status !== 304;
    return browserName === 'chrome' && isHop && _resourceType === 'document' && response.headersSize === -1;
  }

  /** @param {FinishedRequest} request */
  complete(request) {
    this.#waiting.push(request);
    if (this.#waiting.length > 1) return;
    void wholeLog().then((log) => {
      const known = new Map(log.map((entry) => [identity(entry), entry]));
      for (const hop of this.#waiting.splice(0)) this.#deliver(known.get(identity(hop)) ?? hop);
    });
  }
}

/** @param {FinishedRequest} request */
const identity = ({ startedDateTime, request }) => `${startedDateTime} ${request.method} ${request.url}`;
