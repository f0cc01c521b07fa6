// Comparing: which two logins, asked of the core.

import { message } from '../shared/locale.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Comparing} Comparing */

/** @param {import('../shared/protocol.d.ts').Refused} refused */
export const reasonOf = ({ refused, says }) => (says ? message(says) : refused);

/**
 * @param {() => import('./source.js').Source} source
 * @param {() => State} state
 * @param {(changes: Partial<State>) => void} set
 */
export function makeComparing(source, state, set) {
  /** Answers to what was asked before the last change are of no use. */
  let asked = 0;
  const change = (/** @type {Partial<Comparing>} */ changes) => set({ comparing: { ...state().comparing, ...changes } });
  const refuse = (/** @type {string} */ name, /** @type {string} */ why) => change({ read: undefined, second: '', refused: message('fileRefused', name, why) });

  async function compare() {
    const mine = ++asked;
    const { second, turned } = state().comparing;
    const answer = await source().ask({ type: 'compare', withSecond: second !== '', turned });
    if (mine !== asked) return;
    if (answer && 'refused' in answer) {
      refuse(second, reasonOf(answer));
      return compare();
    }
    change({ answer, read: undefined });
    if (answer) set({ announced: said(answer) });
  }

  function compareOwn() {
    source().cancel();
    change({ second: '', turned: false, refused: '', read: undefined });
    void compare();
  }

  return {
    /** Anew, after something has changed; one that is being read is compared anyway. */
    compare: () => { if (state().comparing.read === undefined) void compare(); },
    /** With another capture. @param {File | undefined} file */
    compareWith: async (file) => {
      if (!file) return;
      const mine = ++asked;
      change({ read: 0, answer: undefined, refused: '' });
      const answer = await source().ask({ type: 'second', file, now: Date.now() }, (read) => { if (mine === asked) change({ read: read / file.size }); });
      if (mine !== asked) return;
      if (answer && 'read' in answer) {
        change({ second: file.name, turned: false });
        await compare();
      } else refuse(file.name, answer ? reasonOf(answer) : message('coreBroke'));
    },
    compareOwn,
    cancelComparison: () => {
      compareOwn();
      // The button that was pressed is gone.
      document.getElementById('compare-own')?.focus();
    },
    turnComparison: () => {
      change({ turned: !state().comparing.turned });
      void compare();
    },
  };
}

/** What a reader hears of it. @param {import('../shared/shapes.d.ts').Compared} answer */
function said({ comparison: { first } }) {
  if (!first) return message('compareSame');
  return `${message('compareParts')} ${first.what}. ${message('compareWorks')}: ${first.works} ${message('compareFails')}: ${first.fails}`;
}
