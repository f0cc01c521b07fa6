// Shapes that pass between the browser, the hidden page and the panel.

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
  getContent?(callback: (text: string | null, second: string) => void): void;
}

/** What is kept of one exchange, so that a new core can be told everything again. */
export interface Captured {
  entry: FinishedRequest;
  text: string | undefined;
  base64: boolean;
}

export interface Row {
  index: number;
  started: number;
  method: string;
  url: string;
  host: string;
  path: string;
  status: number;
  kind: string;
  error: string | null;
  auth: boolean;
  notable: boolean;
}

export interface Part {
  text: string;
  secret?: string;
}

export interface Line {
  name: string;
  value: Part[];
  level: 'plain' | 'good' | 'bad' | 'note';
  note: string | null;
}

export interface Detail {
  index: number;
  method: string;
  url: Part[];
  status: number;
  status_text: string;
  error: string | null;
  started: number;
  duration: number;
  kind: string;
  not_observable: string[];
  sections: { title: string; lines: Line[] }[];
}

export type Audience = 'user' | 'developer' | 'administrator';

export interface Remedy {
  for: Audience;
  step: string;
  confirm: string;
  counterfactual: string | null;
}

export interface Cause {
  id: string;
  family: string;
  side: string;
  title: string;
  summary: string;
  certainty: string;
  evidence: { exchange: number; part: string; name: string; quote: string; says: string }[];
  against: string[];
  not_observable: string[];
  next_observation: string | null;
  leads_to: string[];
  remedies: Remedy[];
  references: { title: string; url: string }[];
}

export interface Failure {
  exchanges: number[];
  origin: string;
  status: number;
  what: string;
  identity_or_permission: string;
  recovered_by: number | null;
  causes: Cause[];
  handles: { name: string; value: string }[];
}

export interface Diagnosis {
  verdict: 'failing' | 'healthy' | 'no-login-seen';
  failures: Failure[];
  /** Risks that broke no login. */
  audit: Cause[];
  checked: { id: string; result: string }[];
}

export interface Notice {
  kind: 'reload' | 'panic' | 'unreadable';
  /** What the notice is about: "GET https://…", or the core's own words. */
  about: string;
}

/** What the hidden page tells the panel. A new generation makes everything before it void. */
export type News =
  | { type: 'state'; generation: number; diagnosis: Diagnosis; notices: Notice[]; count: number }
  | { type: 'rows'; generation: number; from: number; rows: Row[] }
  | { type: 'detail'; generation: number; index: number; detail: Detail | undefined }
  | { type: 'revealed'; ask: number; text: string | undefined };

/** What the panel asks of the hidden page. */
export type Wish =
  | { type: 'open'; index: number }
  | { type: 'reveal'; ask: number; index: number; secret: string }
  | { type: 'clear' }
  | { type: 'reload' };
