// Comparing: which two logins, asked of the core.

import { message } from '../shared/locale.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Comparing} Comparing */

/**
 * @param {() => import('./source.js').Source} source
 * @param {() => State} state
 * @param {(changes: Partial<State>) => void} set
 */
export function makeComparing(source, state, set) {
  /** Answers to what was asked before the last change are of no use. */
  let asked = 0;
  const change = (/** @type {Partial<Comparing>} */ changes) => set({ comparing: { ...state().comparing, ...changes } });

  async function compare() {
    const mine = ++asked;
    const { second, turned } = state().comparing;
    const answer = await source().ask({ type: 'compare', withSecond: second !== '', turned });
    if (mine === asked) change({ answer, isBusy: false });
  }

  return {
    /** Anew, after something has changed; one that is being read is compared anyway. */
    compare: () => { if (!state().comparing.isBusy) void compare(); },
    /** With another capture. @param {File | undefined} file */
    compareWith: async (file) => {
      if (!file) return;
      const mine = ++asked;
      change({ isBusy: true, answer: undefined, refused: '' });
      const answer = await source().ask({ type: 'second', file, now: Date.now() });
      if (mine !== asked) return;
      if (answer && 'read' in answer) {
        change({ second: file.name, turned: false });
        await compare();
      } else change({ isBusy: false, second: '', refused: message('fileRefused', file.name, answer?.refused ?? message('coreBroke')) });
    },
    compareOwn: () => {
      change({ second: '', turned: false, refused: '' });
      void compare();
    },
    turnComparison: () => {
      change({ turned: !state().comparing.turned });
      void compare();
    },
  };
}
