// The panel: shows what the hidden page tells, and keeps nothing that could be lost with it.

import { message, speakAs } from '../shared/locale.js';
import { api } from '../shared/platform.js';
import { keepSettings, readSettings, whenSettingsChange } from '../shared/settings.js';
import { ACCESS } from '../shared/tab-events.js';
import { followTheme } from '../shared/theme.js';
import { makeComparing, reasonOf } from './comparing.js';
import { copy } from './copy.js';
import { patch } from '../shared/dom.js';
import { makeSharing } from './sharing.js';
import { recordedFile } from './recorded.js';
import { live, none, opened } from './source.js';
import { initial, reduce } from './store.js';
import { HEIGHT } from './views/exchanges.js';
import { shell } from './views/shell.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Action} Action */
/** @typedef {ReturnType<typeof makeActs>} Acts */

/** A revealed secret stays in clear for this long, in milliseconds. */
const REVEALED = 10_000;
/** The panel has room for one thing only below this width. */
const narrow = matchMedia('(max-width: 720px)');

/** Opened in a tab of its own, beside no page that it could capture. */
const isPage = !api.devtools?.panels;
/** @type {State} */
let state = { ...initial, isPage, ready: isPage, narrow: narrow.matches, settings: await readSettings() };
await speakAs(state.settings);
/** @type {import('../shared/dom.js').VNode | Element} */
let shown = /** @type {Element} */ (document.getElementById('app'));
let isDue = false;

/** @param {Action} action */
function dispatch(action) {
  const before = state;
  state = reduce(state, action);
  if (state !== before) follow(before);
  if (isDue) return;
  isDue = true;
  // A hidden panel has no frames; what it shows must still be what it was told.
  const draw = () => {
    if (!isDue) return;
    isDue = false;
    shown = patch(/** @type {any} */ (shown), shell(state, acts));
    if (state.ready) document.documentElement.dataset.ready = '1';
  };
  requestAnimationFrame(draw);
  setTimeout(draw, 100);
}

/** A narrow panel has not room for all tabs. @param {string} id of the chosen one */
const bringIntoSight = (id) => requestAnimationFrame(() => document.getElementById(id)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }));

/** What a change asks of the core. @param {State} before */
function follow(before) {
  if (state.tab !== before.tab) bringIntoSight(`tab-${state.tab}`);
  if (state.leaf !== before.leaf) bringIntoSight(`leaf-${state.leaf}`);
  const isNew = state.generation !== before.generation;
  const asksAnew = isNew || state.filter !== before.filter || state.signInOnly !== before.signInOnly || (state.turnsOnFailures && state.failing !== before.failing);
  if (asksAnew) void ask(0);
  else if (state.rows !== before.rows) void ask(before.rows.length);
  const hasNews = isNew || state.rows !== before.rows || state.failures !== before.failures;
  if (state.tab === 'timeline' && (hasNews || before.tab !== 'timeline')) void source.ask({ type: 'timeline' }).then((picture) => picture && dispatch({ type: 'set', set: { picture } }));
  if (state.tab === 'cookies' && (hasNews || before.tab !== 'cookies' || state.moment !== before.moment)) {
    void source.ask({ type: 'cookies', until: state.moment }).then((cookies) => cookies && dispatch({ type: 'set', set: { cookies } }));
  }
  if (state.tab === 'compare' && (isNew || state.failures !== before.failures || before.tab !== 'compare')) acts.compare();
}

/** @param {number} from */
async function ask(from) {
  const { filter: text, signInOnly, generation } = state;
  const answer = await source.ask({ type: 'filtered', text, signInOnly, from });
  if (answer && generation === state.generation && text === state.filter && signInOnly === state.signInOnly) {
    dispatch({ type: 'passing', from, ...answer });
  }
}

const hear = (/** @type {import('../shared/protocol.d.ts').News} */ news) => dispatch({ type: 'news', news });
const fromPage = () => (isPage ? none() : live(hear, (isThere) => dispatch({ type: 'there', isThere })));
/** @type {import('./source.js').Source} */
let source;

/** The tab, leaf or audience beside the chosen one, by an arrow key. @param {KeyboardEvent} event */
function beside({ key, currentTarget, target }) {
  const tabs = [.../** @type {Element} */ (currentTarget).querySelectorAll('[role=tab]')];
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  const next = step && tabs[(tabs.indexOf(/** @type {Element} */ (target)) + step + tabs.length) % tabs.length];
  if (!(next instanceof HTMLElement)) return;
  next.click();
  next.focus();
}

function makeActs() {
  /** What was chosen last: the texts of a language may come late. @type {State['settings'] | undefined} */
  let latest;
  const set = (/** @type {Partial<State>} */ changes) => dispatch({ type: 'set', set: changes });
  const list = () => document.getElementById('exchanges');
  /** Opens the row before or after the selected one. @param {number} step */
  const move = (step) => {
    const { passing, rows, selected } = state;
    const at = passing.findIndex((position) => rows[position]?.number === selected);
    const next = at < 0 ? 0 : Math.max(0, Math.min(passing.length - 1, at + step));
    const row = rows[passing[next] ?? -1];
    if (!row) return;
    const box = list();
    if (box) {
      if (next * HEIGHT < box.scrollTop) box.scrollTop = next * HEIGHT;
      else if ((next + 2) * HEIGHT > box.scrollTop + box.clientHeight) box.scrollTop = (next + 2) * HEIGHT - box.clientHeight;
    }
    open(row.number);
  };
  const open = (/** @type {number} */ number) => {
    set({ selected: number, menu: undefined });
    void source.ask({ type: 'exchange', number }).then((detail) => {
      dispatch({ type: 'detail', number, detail });
      void revealAll();
    });
  };
  /** Where the user wants no masks. */
  const revealAll = async () => {
    const { detail, settings: { mask, presenter } } = state;
    if (mask || presenter || !detail) return;
    const secrets = new Set([detail.url, ...detail.sections.flatMap(({ lines }) => lines.map(({ value }) => value))].flat().flatMap(({ secret }) => secret ?? []));
    for (const secret of secrets) {
      const text = await source.ask({ type: 'reveal', secret });
      if (state.detail !== detail || state.settings.mask || state.settings.presenter) return;
      dispatch({ type: 'reveal', secret, text });
    }
  };
  /** Goes along the columns, or changes the width of one. @param {KeyboardEvent} event @param {HTMLElement} cell */
  const columnKey = ({ key, shiftKey }, cell) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    if (shiftKey) resize(cell, cell.getBoundingClientRect().width + 10 * step);
    else /** @type {HTMLElement | null} */ ((step > 0 ? cell.nextElementSibling : cell.previousElementSibling)?.querySelector('button'))?.focus();
  };
  /** @param {HTMLElement} cell of the header @param {number} width */
  const resize = (cell, width) => set({ widths: new Map(state.widths).set(/** @type {import('./store.js').Column} */ (cell.dataset.column), Math.max(30, width)) });
  const close = () => {
    if (state.selected === undefined) return;
    set({ selected: undefined, detail: undefined });
    list()?.focus();
  };
  const closeExplanation = () => {
    const id = state.explanation?.id;
    set({ explanation: undefined });
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(`[data-explain="${id}"]`))?.focus());
  };
  const setFilter = (/** @type {string} */ filter) => {
    set({ filter });
    void source.ask({ type: 'suggestions', text: filter }).then((suggestions) => suggestions && set({ suggestions }));
  };
  /** @param {File | undefined} file */
  const openFile = (file) => {
    if (!file) return;
    source.end();
    dispatch({ type: 'forget' });
    const { name, size: of } = file;
    set({ file: { name, read: 0, of, why: '' } });
    source = opened(file, state.settings.ignoredHosts, hear, (said) => {
      if ('read' in said) return state.file && set({ file: { ...state.file, read: said.read } });
      dispatch({ type: 'forget' });
      set({ file: { name, read: 0, of, why: reasonOf(said) } });
    });
  };
  return {
    ...makeSharing(() => source, () => state, set),
    ...makeComparing(() => source, () => state, set),
    open, close, move, setFilter, openFile,
    show: (/** @type {State['tab']} */ tab) => set({ tab, explanation: undefined }),
    explain: (/** @type {string} */ id) => {
      void source.ask({ type: 'explain', id }).then((explanation) => {
        if (!explanation) return;
        set({ tab: 'login', explanation });
        requestAnimationFrame(() => document.getElementById('back')?.focus());
      });
    },
    closeExplanation,
    nextTab: beside, nextAudience: beside, nextLeaf: beside,
    clear: () => {
      dispatch({ type: 'set', set: { selected: undefined, detail: undefined } });
      source.clear();
    },
    reload: () => source.reload(),
    restore: () => source.restore(),
    forget: () => source.forget(),
    // Firefox asks its user only over a page of the extension.
    allow: () => void (api.permissions ? api.permissions.request(/** @type {any} */ (ACCESS)) : api.runtime.sendMessage({ type: 'grant' })),
    chooseFile: (/** @type {Event} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      openFile(input.files?.[0]);
      input.value = '';
    },
    closeFile: () => {
      source.end();
      dispatch({ type: 'forget' });
      source = fromPage();
    },
    filter: (/** @type {Event} */ event) => setFilter(/** @type {HTMLInputElement} */ (event.target).value),
    suggest: () => setFilter(state.filter),
    signInOnly: (/** @type {Event} */ event) => set({ signInOnly: /** @type {HTMLInputElement} */ (event.target).checked }),
    sort: (/** @type {import('./store.js').Column} */ column) => dispatch({ type: 'sort', column }),
    audience: (/** @type {State['audience']} */ audience) => set({ audience }),
    leaf: (/** @type {State['leaf']} */ leaf) => set({ leaf }),
    fold: (/** @type {string} */ key, /** @type {boolean} */ open) => { if (state.unfolded.has(key) !== open) dispatch({ type: 'fold', key, open }); },
    zoom: (/** @type {number} */ zoom) => set({ zoom: Math.max(0.4, Math.min(3, zoom)) }),
    cookiesAt: (/** @type {number | undefined} */ moment) => set({ tab: 'cookies', moment }),
    set: (/** @type {Partial<State['settings']>} */ changes) => {
      const settings = { ...state.settings, ...changes };
      set({ settings });
      void keepSettings(settings);
    },
    /** What was chosen here or in another page. @param {State['settings']} settings */
    follow: async (settings) => {
      latest = settings;
      await speakAs(settings);
      if (latest !== settings) return;
      source.ignore(settings.ignoredHosts);
      // Views remember what they said in the language before.
      set({ settings, revealed: new Map(), picture: state.picture && { ...state.picture } });
      await revealAll();
    },
    copy: (/** @type {string} */ text) => {
      copy(text);
      set({ copied: text });
      setTimeout(() => state.copied === text && set({ copied: '' }), 1500);
    },
    reveal: (/** @type {string} */ secret) => {
      if (state.revealed.has(secret)) return dispatch({ type: 'reveal', secret, text: undefined });
      void source.ask({ type: 'reveal', secret }).then((text) => {
        dispatch({ type: 'reveal', secret, text });
        if (state.settings.mask) setTimeout(() => dispatch({ type: 'reveal', secret, text: undefined }), REVEALED);
      });
    },
    /** Of the row that was pressed; by the keyboard, of the selected one. @param {MouseEvent} event */
    menu: (event) => {
      const pressed = /** @type {HTMLElement} */ (event.target).closest('[data-index]');
      const row = pressed ?? (event.button === 2 ? null : document.getElementById(`row-${state.selected}`));
      if (!(row instanceof HTMLElement)) return;
      event.preventDefault();
      const { left, bottom } = row.getBoundingClientRect();
      const [x, y] = pressed ? [event.clientX, event.clientY] : [left, bottom];
      set({ menu: { x: Math.min(x, innerWidth - 200), y: Math.max(0, Math.min(y, innerHeight - 180)), number: Number(row.dataset.index) } });
    },
    closeMenu: () => {
      if (document.activeElement?.closest('.menu')) list()?.focus();
      set({ menu: undefined });
    },
    menuKey: (/** @type {KeyboardEvent} */ event) => {
      const items = [.../** @type {Element} */ (event.currentTarget).querySelectorAll('button')];
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step) items[(items.indexOf(/** @type {HTMLButtonElement} */ (event.target)) + step + items.length) % items.length]?.focus();
      else if (event.key === 'Tab') acts.closeMenu();
    },
    scrolled: (/** @type {Event} */ event) => {
      const { scrollTop: top, clientHeight: height } = /** @type {HTMLElement} */ (event.currentTarget);
      set({ window: { top, height } });
    },
    listThere: (/** @type {HTMLElement} */ box) => {
      box.scrollTop = state.window.top;
      new ResizeObserver(() => {
        if (box.clientHeight !== state.window.height) set({ window: { top: box.scrollTop, height: box.clientHeight } });
      }).observe(box);
    },
    listKey: (/** @type {KeyboardEvent} */ event) => {
      const cell = /** @type {HTMLElement} */ (event.target).closest('[data-column]');
      if (cell instanceof HTMLElement) return columnKey(event, cell);
      if (event.key === 'ArrowDown') move(1);
      else if (event.key === 'ArrowUp') move(-1);
      else if (event.key === 'PageDown') move(Math.floor(state.window.height / HEIGHT));
      else if (event.key === 'PageUp') move(-Math.floor(state.window.height / HEIGHT));
      else if (event.key === 'Home') move(-state.passing.length);
      else if (event.key === 'End') move(state.passing.length);
      else if (event.key === 'Enter' && state.selected !== undefined) document.getElementById('leaf')?.focus();
      else return;
      event.preventDefault();
    },
    beginSplit: (/** @type {PointerEvent} */ event) => {
      const bar = /** @type {HTMLElement} */ (event.target);
      bar.setPointerCapture(event.pointerId);
      bar.onpointermove = ({ clientX }) => set({ split: Math.max(20, Math.min(80, (100 * clientX) / innerWidth)) });
      bar.onpointerup = () => (bar.onpointermove = null);
    },
    beginResize: (/** @type {PointerEvent} */ event) => {
      const grip = /** @type {HTMLElement} */ (event.target);
      const cell = /** @type {HTMLElement} */ (grip.parentElement);
      const begin = cell.getBoundingClientRect().width - event.clientX;
      grip.setPointerCapture(event.pointerId);
      grip.onpointermove = ({ clientX }) => resize(cell, begin + clientX);
      grip.onpointerup = () => (grip.onpointermove = null);
    },
    nudgeSplit: (/** @type {KeyboardEvent} */ { key }) => {
      const step = key === 'ArrowLeft' ? -2 : key === 'ArrowRight' ? 2 : 0;
      if (step) set({ split: Math.max(20, Math.min(80, state.split + step)) });
    },
  };
}
const acts = makeActs();
source = fromPage();

narrow.addEventListener('change', () => dispatch({ type: 'set', set: { narrow: narrow.matches } }));
addEventListener('blur', () => { if (state.revealed.size && state.settings.mask) dispatch({ type: 'set', set: { revealed: new Map() } }); });
addEventListener('click', ({ target }) => { if (state.menu && !(/** @type {Element} */ (target).closest('.menu'))) acts.closeMenu(); });
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  acts.openFile(event.dataTransfer?.files[0]);
});
const TABS = /** @type {const} */ (['login', 'timeline', 'cookies', 'compare', 'settings']);
// DevTools would take what bubbles up, Escape for its console above all, so this hears it before everybody else.
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLElement && event.target.matches('[type=search], textarea, select');
  if (event.key === 'Escape') {
    if (state.sharing) acts.closeShare();
    else if (state.menu) acts.closeMenu();
    else if (state.explanation) acts.closeExplanation();
    else if (state.selected !== undefined) acts.close();
    else if (typing && event.target.id === 'filter') acts.setFilter('');
  } else if (typing || state.sharing || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (event.key === '/') document.getElementById('filter')?.focus();
  else if (event.key === 'j') acts.move(1);
  else if (event.key === 'k') acts.move(-1);
  else if (/^[1-5]$/.test(event.key)) acts.show(TABS[Number(event.key) - 1] ?? 'login');
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
whenSettingsChange((settings) => void acts.follow(settings));
followTheme(api.devtools?.panels);
dispatch({ type: 'set', set: {} });
if (isPage) {
  const asked = new URLSearchParams(location.search);
  const [recording, other] = [asked.get('recording'), asked.get('with')];
  document.title = message('name');
  if (recording) acts.openFile(await recordedFile(recording));
  if (other) {
    acts.show('compare');
    await acts.compareWith(await recordedFile(other));
  }
}
