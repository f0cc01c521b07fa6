// Sharing: what the user chooses, asked of the core, looked at, and then copied or saved exactly as it was looked at.

import { copy } from './copy.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Sharing} Sharing */

/** Characters typed into the note wait this long for more, in milliseconds. */
const TYPING = 300;

/** @type {Sharing} */
const NEW = { format: 'markdown', note: '', hidesHosts: false, without: new Set(), withoutHosts: new Set(), preview: undefined, text: undefined, refused: '', done: '' };

/** Names that GitHub takes as attachments. @type {Record<string, { name: string, type: string }>} */
const FILES = {
  html: { name: 'why401-report.html', type: 'text/html' },
  markdown: { name: 'why401-report.md', type: 'text/markdown' },
  jira: { name: 'why401-report.txt', type: 'text/plain' },
  har: { name: 'why401-capture.har.json', type: 'application/json' },
  json: { name: 'why401-diagnosis.json', type: 'application/json' },
  admin: { name: 'why401-logs.txt', type: 'text/plain' },
};

/** Random bytes that make the pseudonyms of one report those of this report alone. */
const newKey = () => [...crypto.getRandomValues(new Uint8Array(32))];

/**
 * @param {() => import('./source.js').Source} source
 * @param {() => State} state
 * @param {(changes: Partial<State>) => void} set
 */
export function makeSharing(source, state, set) {
  /** Of the report that is open; gone with it. */
  let key = newKey();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Answers to what was asked before the last change are of no use. */
  let asked = 0;
  /** Whether what leaves is being made, after which its report is asked for anyway. */
  let isMaking = false;

  const change = (/** @type {Partial<Sharing>} */ changes) => {
    const { sharing } = state();
    if (sharing) set({ sharing: { ...sharing, ...changes } });
  };

  async function renew() {
    const { sharing } = state();
    if (!sharing) return;
    const mine = ++asked;
    isMaking = true;
    const { hidesHosts, without, withoutHosts, note } = sharing;
    const answer = await source().ask({ type: 'share', hidesHosts, without: [...without].map(Number), withoutHosts: [...withoutHosts], note, key });
    if (mine !== asked || !answer) return;
    isMaking = false;
    if ('refused' in answer) change({ text: undefined, refused: answer.refused });
    else {
      change({ preview: answer.preview });
      await write();
    }
  }

  async function write() {
    const mine = asked;
    const format = state().sharing?.format;
    if (!format) return;
    const answer = await source().ask({ type: 'report', format });
    if (mine !== asked || state().sharing?.format !== format || !answer) return;
    if ('refused' in answer) change({ text: undefined, refused: answer.refused });
    else change({ text: answer.text, refused: '' });
  }

  return {
    openShare: () => {
      key = newKey();
      set({ sharing: NEW });
      void renew();
    },
    closeShare: () => {
      key = [];
      asked += 1;
      // Closing it gives the focus back to where it was.
      /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog'))?.close();
      set({ sharing: undefined });
    },
    shareAs: (/** @type {string} */ format) => {
      change({ format, text: undefined, done: '' });
      if (!isMaking) void write();
    },
    /** @param {Partial<Sharing>} changes of what leaves */
    shareWith: (changes) => {
      change({ ...changes, text: undefined, done: '' });
      clearTimeout(timer);
      timer = setTimeout(() => void renew(), 'note' in changes ? TYPING : 0);
    },
    copyShare: () => {
      const { sharing } = state();
      if (sharing?.text === undefined) return;
      copy(sharing.text);
      change({ done: 'copied' });
    },
    saveShare: () => {
      const { sharing } = state();
      const file = sharing && FILES[sharing.format];
      if (sharing?.text === undefined || !file) return;
      const href = URL.createObjectURL(new Blob([sharing.text], { type: file.type }));
      const link = Object.assign(document.createElement('a'), { href, download: file.name });
      link.click();
      // The browser reads it after the click has returned.
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
      change({ done: 'saved' });
    },
    copyCurl: (/** @type {number} */ number) => {
      void source().ask({ type: 'curl', number, key: newKey() }).then((answer) => { if (answer && 'text' in answer) copy(answer.text); });
    },
  };
}
