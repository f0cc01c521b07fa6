// Everything a view shows is here, and changes here alone: one state, one reducer.

import { DEFAULTS } from '../shared/settings.js';

/** @typedef {import('../shared/shapes.d.ts').Row} Row */
/** @typedef {import('../shared/shapes.d.ts').FailureCard} FailureCard */
/** @typedef {import('../shared/shapes.d.ts').Audience} Audience */
/** @typedef {import('../shared/shapes.d.ts').Leaf} Leaf */
/** @typedef {import('../shared/protocol.d.ts').News} News */
/** @typedef {'login' | 'timeline' | 'cookies' | 'compare' | 'requests' | 'settings'} Tab */
/** @typedef {'number' | 'status' | 'method' | 'path' | 'host' | 'kind' | 'duration'} Column */
/** @typedef {import('../shared/settings.js').Settings} Settings */

/**
 * @typedef {object} Sharing what is about to leave
 * @property {string} format
 * @property {string} note
 * @property {boolean} hidesHosts
 * @property {ReadonlySet<string>} without numbers of exchanges
 * @property {ReadonlySet<string>} withoutHosts
 * @property {import('../shared/shapes.d.ts').Preview | undefined} preview
 * @property {string | undefined} text the finished report
 * @property {string} refused why there is none
 * @property {'' | 'copied' | 'saved'} done
 *
 * @typedef {object} Comparing two logins beside each other
 * @property {string} second name of the other capture; empty where both are of this one
 * @property {boolean} turned whether the other way round than the core takes them
 * @property {number | undefined} read how much of the other capture is read, of 1, while it is
 * @property {string} refused why the other capture cannot be read
 * @property {import('../shared/shapes.d.ts').Compared | undefined} answer
 *
 * @typedef {object} State
 * @property {boolean} ready whether anything was heard
 * @property {boolean} isPage whether this is a tab of its own, beside no page that it could capture
 * @property {boolean} isThere whether the hidden page is there
 * @property {number} generation
 * @property {Tab} tab
 * @property {boolean} narrow whether there is room for one thing only
 * @property {readonly Row[]} rows
 * @property {readonly number[]} passing positions of the rows that pass the filter, as sorted
 * @property {number} count
 * @property {import('../shared/shapes.d.ts').Standing | undefined} standing
 * @property {readonly string[]} order keys of the failures
 * @property {ReadonlyMap<string, FailureCard>} failures
 * @property {readonly import('../shared/shapes.d.ts').DiagnosedCause[]} audit
 * @property {ReadonlySet<number>} failing
 * @property {readonly import('../shared/protocol.d.ts').Notice[]} notices
 * @property {number | undefined} selected
 * @property {import('../shared/shapes.d.ts').Detail | undefined} detail
 * @property {Leaf} leaf
 * @property {string} filter
 * @property {boolean} signInOnly
 * @property {boolean} turnsOnFailures
 * @property {readonly import('../shared/shapes.d.ts').Suggestion[]} suggestions
 * @property {{ column: Column, descending: boolean }} sort
 * @property {Audience} audience
 * @property {ReadonlySet<string>} unfolded
 * @property {ReadonlyMap<string, string>} revealed
 * @property {string} announced
 * @property {{ timeline: import('../shared/shapes.d.ts').Timeline, drawing: import('../shared/shapes.d.ts').Drawing } | undefined} picture
 * @property {number} zoom
 * @property {import('../shared/shapes.d.ts').Explanation | undefined} explanation the cause whose page is open
 * @property {import('../shared/shapes.d.ts').Cookies | undefined} cookies
 * @property {number | undefined} moment number of the exchange up to which cookies are shown
 * @property {string} copied what was copied last, for a moment
 * @property {{ name: string, read: number, of: number, why: string } | undefined} file
 * @property {{ x: number, y: number, number: number } | undefined} menu
 * @property {Sharing | undefined} sharing
 * @property {Comparing} comparing
 * @property {{ top: number, height: number }} window of the list, in pixels
 * @property {ReadonlyMap<Column, number>} widths of the columns that somebody dragged, in pixels
 * @property {number} split share of the left column, in percent
 * @property {Settings} settings
 */

/**
 * @typedef {{ type: 'news', news: News } | { type: 'there', isThere: boolean } | { type: 'set', set: Partial<State> }
 *   | { type: 'passing', from: number, positions: number[], turnsOnFailures: boolean } | { type: 'detail', number: number, detail: State['detail'] }
 *   | { type: 'fold', key: string, open: boolean } | { type: 'reveal', secret: string, text: string | undefined } | { type: 'sort', column: Column }
 *   | { type: 'forget' }} Action
 */

/** @type {State} */
export const initial = {
  ready: false, isPage: false, isThere: true, generation: -1, tab: 'login', narrow: false,
  rows: [], passing: [], count: 0, standing: undefined, order: [], failures: new Map(), audit: [], failing: new Set(), notices: [],
  selected: undefined, detail: undefined, leaf: 'login',
  filter: '', signInOnly: true, turnsOnFailures: false, suggestions: [], sort: { column: 'number', descending: false },
  audience: 'user', unfolded: new Set(), revealed: new Map(), announced: '', picture: undefined, zoom: 1, explanation: undefined, cookies: undefined, moment: undefined,
  copied: '', file: undefined, menu: undefined, sharing: undefined, comparing: { second: '', turned: false, read: undefined, refused: '', answer: undefined }, window: { top: 0, height: 400 }, widths: new Map(), split: 56, settings: DEFAULTS,
};

/** @param {State} state @param {Action} action @returns {State} */
export function reduce(state, action) {
  switch (action.type) {
    case 'news': return heard(state, action.news);
    case 'there': return action.isThere === state.isThere ? state : { ...state, isThere: action.isThere };
    case 'set': return { ...state, ...action.set };
    case 'passing': {
      const kept = action.from === 0 ? [] : state.passing.filter((position) => position < action.from);
      return { ...state, passing: sorted([...kept, ...action.positions], state), turnsOnFailures: action.turnsOnFailures };
    }
    case 'sort': {
      const descending = state.sort.column === action.column ? !state.sort.descending : false;
      const next = { ...state, sort: { column: action.column, descending } };
      return { ...next, passing: sorted([...state.passing], next) };
    }
    case 'detail': return action.number === state.selected ? { ...state, detail: action.detail } : state;
    case 'fold': {
      const unfolded = new Set(state.unfolded);
      if (action.open) unfolded.add(action.key);
      else unfolded.delete(action.key);
      return { ...state, unfolded };
    }
    case 'reveal': {
      const revealed = new Map(state.revealed);
      if (action.text === undefined || state.settings.presenter) revealed.delete(action.secret);
      else revealed.set(action.secret, action.text);
      return { ...state, revealed };
    }
    case 'forget': {
      const { isPage, settings, narrow, split, widths, tab, window } = state;
      return { ...initial, isPage, settings, narrow, split, widths, tab, window, ready: true };
    }
  }
}

/** @param {State} before @param {News} told @returns {State} */
function heard(before, { generation, count, notices, news }) {
  if (generation < before.generation) return before;
  const { isPage, settings, narrow, split, widths, tab, window, filter, signInOnly, sort, audience, file, comparing } = before;
  const state = generation === before.generation ? before
    : { ...initial, isPage, settings, narrow, split, widths, tab, window, filter, signInOnly, sort, audience, file, comparing, generation };
  const rows = news.rows.length || news.from < state.rows.length ? [...state.rows.slice(0, news.from), ...news.rows] : state.rows;
  const order = news.order ?? state.order;
  const failures = news.failures.length || news.order ? new Map(state.failures) : state.failures;
  if (failures instanceof Map && failures !== state.failures) {
    for (const card of news.failures) failures.set(card.key, card);
    for (const key of failures.keys()) if (!order.includes(key)) failures.delete(key);
  }
  const isNew = order[0] !== undefined && order[0] !== state.order[0] && failures.get(order[0])?.recovered_by === null;
  return {
    ...state, ready: true, isThere: true, count, rows, order, failures, notices: same(state.notices, notices) ? state.notices : notices,
    standing: news.standing ?? state.standing, audit: news.audit ?? state.audit,
    failing: news.failing ? new Set(news.failing) : state.failing,
    announced: isNew ? failures.get(order[0] ?? '')?.causes[0]?.summary ?? failures.get(order[0] ?? '')?.what ?? '' : state.announced,
  };
}

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @param {number[]} positions @param {State} state */
function sorted(positions, { rows, sort: { column, descending } }) {
  if (column === 'number' && !descending) return positions;
  const way = descending ? -1 : 1;
  const value = (/** @type {number} */ position) => rows[position]?.[column] ?? 0;
  return positions.sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    return way * (one < other ? -1 : one > other ? 1 : a - b);
  });
}
