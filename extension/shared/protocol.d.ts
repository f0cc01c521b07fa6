// What passes between the browser, the hidden page, the core's worker and the panel. What the core itself answers with
// stands in shapes.d.ts.

import type { Compared, Cookies, Detail, Drawing, Explanation, News as CoreNews, Preview, Suggestion, Timeline } from './shapes.d.ts';

/** A HAR entry as devtools.network hands it out, with the method that fetches its content. */
export interface FinishedRequest {
  startedDateTime: string;
  request: { method: string; url: string; httpVersion?: string };
  response: {
    status: number;
    headersSize?: number;
    headers: { name: string; value: string }[];
    content: { size?: number; text?: string; encoding?: string };
  };
  _resourceType?: string;
  _initiator?: { stack?: unknown };
  getContent?(callback: (text: string | null, second: string) => void): void;
}

/** What is kept of one exchange, so that a new core can be told everything again. */
export interface Captured {
  /** A HAR entry, as JSON. */
  entry: string;
  text: string | undefined;
  base64: boolean;
}

/** What the second source told at once, one JSON object a line. */
export interface Told {
  lines: string;
}

export interface Notice {
  /** `grant`: the browser would tell more, were it allowed to. `kept`: so many requests were captured before DevTools was closed. */
  kind: 'reload' | 'panic' | 'unreadable' | 'lost' | 'grant' | 'kept';
  /** What the notice is about: "GET https://…", or the core's own words. */
  about: string;
}

/** What is new. A new generation makes everything before it void. */
export interface News {
  type: 'news';
  generation: number;
  count: number;
  notices: Notice[];
  news: CoreNews;
}

/** What of a session is to leave. Of 32 random bytes only this one asking knows. */
export interface ShareWish {
  type: 'share';
  hidesHosts: boolean;
  without: number[];
  withoutHosts: string[];
  note: string;
  key: number[];
}

/** Why something was not done: in the core's words, or by the name of the text that says it. */
export interface Refused {
  refused: string;
  says?: 'fileGone' | 'coreBroke';
}

/** What can be asked of a core, and its answers. */
export interface Questions {
  everything: { ask: { type: 'everything' }; answer: News };
  exchange: { ask: { type: 'exchange'; number: number }; answer: Detail | undefined };
  reveal: { ask: { type: 'reveal'; secret: string }; answer: string | undefined };
  timeline: { ask: { type: 'timeline' }; answer: { timeline: Timeline; drawing: Drawing } };
  cookies: { ask: { type: 'cookies'; until: number | undefined }; answer: Cookies };
  filtered: { ask: { type: 'filtered'; text: string; signInOnly: boolean; from: number }; answer: { positions: number[]; turnsOnFailures: boolean } };
  explain: { ask: { type: 'explain'; id: string }; answer: Explanation | undefined };
  share: { ask: ShareWish; answer: { preview: Preview } | Refused };
  /** What was shared last, in a form. */
  report: { ask: { type: 'report'; format: string }; answer: { text: string } | Refused };
  curl: { ask: { type: 'curl'; number: number; key: number[] }; answer: { text: string } | Refused };
  /** Holds another capture beside this one; asked by a way on which files pass. */
  second: { ask: { type: 'second'; file: Blob; now: number }; answer: { read: boolean } | Refused };
  /** Where two logins part: of this capture and the second one, or of this one alone. */
  compare: { ask: { type: 'compare'; withSecond: boolean; turned: boolean }; answer: Compared | Refused | undefined };
  suggestions: { ask: { type: 'suggestions'; text: string }; answer: Suggestion[] };
}

export type Question = Questions[keyof Questions]['ask'];

/** The core, compiled, and the file of its texts. */
export interface Loaded {
  module: WebAssembly.Module;
  texts: Uint8Array;
}

/** What the core's worker is told. */
export type ToWorker =
  | { type: 'begin'; browser: 'chrome' | 'firefox'; loaded: Loaded }
  | { type: 'push'; captured: Captured }
  | { type: 'events'; lines: string }
  | { type: 'notice'; notice: Notice }
  | { type: 'withdraw'; kind: Notice['kind'] }
  | { type: 'clear' }
  /** Leaves out hosts from here on and before, named one a word. */
  | { type: 'ignore'; hosts: string }
  | { type: 'open'; file: Blob; now: number }
  /** Ends the reading of a second capture. */
  | { type: 'cancel' }
  | { type: 'ask'; ask: number; question: Question };

/** What it tells. */
export type FromWorker =
  | News
  | { type: 'answer'; ask: number; answer: unknown }
  /** How much of a file was read: of the one that was opened, or of that of a question. */
  | { type: 'progress'; ask: number | undefined; read: number }
  | ({ type: 'refused' } & Refused);

/** What a panel asks of the hidden page. */
export type Wish = { type: 'clear' | 'reload' | 'restore' | 'forget' } | { type: 'ask'; ask: number; question: Question };
/** What a panel wishes by the channel that carries files. */
export type FileWish = { type: 'cancel' } | { type: 'ask'; ask: number; question: Question };

/** What it hears. */
export type Heard = News | { type: 'answer'; ask: number; answer: unknown } | { type: 'progress'; ask: number; read: number };
