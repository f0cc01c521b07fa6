// The whole panel: toolbar, notices, tabs, and what is chosen.

import { message } from '../../shared/locale.js';
import { h } from '../../shared/dom.js';
import { compare } from './compare.js';
import { cookies } from './cookies.js';
import { detail } from './detail.js';
import { explanation } from './explanation.js';
import { exchanges, menu } from './exchanges.js';
import { settings } from './settings.js';
import { share } from './share.js';
import { timeline } from './timeline.js';
import { verdict } from './verdict.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../panel.js').Acts} Acts */
/** @typedef {import('../store.js').Tab} Tab */

/** @param {State} state @param {Acts} acts */
export function shell(state, acts) {
  const tab = state.tab === 'requests' && !state.narrow ? 'login' : state.tab;
  return h('div#app', { 'data-narrow': String(state.narrow), 'data-presenter': String(state.settings.presenter) },
    toolbar(state, acts),
    h('section#notice', { 'aria-label': message('notices') }, ...notices(state, acts)),
    h('p.offscreen', { role: 'status', 'aria-live': 'polite' }, state.announced),
    h('main', { style: { '--split': `${state.split}%` } },
      h('section#story', { 'aria-label': message('story') },
        tabs(tab, state, acts),
        h(`div.view`, { key: tab, role: 'tabpanel', id: 'view', 'aria-labelledby': `tab-${tab}`, tabindex: '0', 'data-view': tab },
          tab === 'login' ? null : h('h1.offscreen', {}, message(`tab_${tab}`)), view(tab, state, acts))),
      state.narrow ? null : h('div.splitter', { role: 'separator', tabindex: '0', 'aria-orientation': 'vertical', 'aria-label': message('splitter'),
        'aria-valuenow': Math.round(state.split), 'aria-valuemin': 20, 'aria-valuemax': 80,
        on: { pointerdown: acts.beginSplit, keydown: acts.nudgeSplit } }),
      state.narrow ? null : h('section#traffic', { 'aria-label': message('exchanges') }, exchanges(state, acts), detail(state, acts)),
      state.narrow ? detail(state, acts) : null),
    menu(state, acts),
    share(state, acts));
}

/** @param {Tab} tab @param {State} state @param {Acts} acts */
function view(tab, state, acts) {
  switch (tab) {
    case 'login': return state.explanation ? explanation(state.explanation, state, acts) : verdict(state, acts);
    case 'timeline': return timeline(state.picture, state.selected, state.zoom, acts);
    case 'cookies': return cookies(state, acts);
    case 'compare': return compare(state, acts);
    case 'requests': return exchanges(state, acts);
    case 'settings': return settings(state.settings, acts);
  }
}

/** @param {State} state @param {Acts} acts */
function toolbar(state, acts) {
  const button = (/** @type {string} */ name, /** @type {() => void} */ press) =>
    h(`button#${name}.icon-button`, { type: 'button', title: message(name), 'aria-label': message(name), on: { click: press } }, h(`span.icon.icon-${name}`, { 'aria-hidden': 'true' }));
  return h('header', {}, h('div#toolbar', { role: 'toolbar', 'aria-label': message('toolbar') },
    ...(state.isPage ? [] : [button('clear', acts.clear), button('reload', acts.reload)]),
    h('label.icon-button', { title: message('open') },
      h('input#open.offscreen', { type: 'file', 'aria-label': message('open'), on: { change: acts.chooseFile } }), h('span.icon.icon-open', { 'aria-hidden': 'true' })),
    h('button#share.text-button', { type: 'button', disabled: state.count === 0, on: { click: acts.openShare } }, message('share')),
    h('span.divider', {}),
    h('input#filter', { type: 'search', spellcheck: 'false', autocomplete: 'off', list: 'suggestions', placeholder: message('filter'), 'aria-label': message('filter'),
      props: { value: state.filter }, on: { input: acts.filter, focus: acts.suggest } }),
    h('datalist#suggestions', {}, ...state.suggestions.map(({ text, says }) => h('option', { key: text, value: text }, says))),
    h('label', {}, h('input#auth-only', { type: 'checkbox', props: { checked: state.signInOnly }, on: { change: acts.signInOnly } }), h('span', {}, message('authOnly'))),
    h('output#count', {}, message('count', state.passing.length, state.count))));
}

/** @param {Tab} chosen @param {State} state @param {Acts} acts */
function tabs(chosen, state, acts) {
  /** @type {Tab[]} */
  const all = ['login', 'timeline', ...(state.narrow ? [/** @type {const} */ ('requests')] : []), 'cookies', 'compare', 'settings'];
  return h('div.tabs', { role: 'tablist', 'aria-label': message('views'), on: { keydown: acts.nextTab } },
    ...all.map((tab) => h(`button.tab`, { key: tab, type: 'button', role: 'tab', id: `tab-${tab}`, 'data-tab': tab, 'aria-controls': 'view',
      'aria-selected': String(tab === chosen), tabindex: tab === chosen ? '0' : '-1', on: { click: () => acts.show(tab) } }, message(`tab_${tab}`))));
}

/** @param {State} state @param {Acts} acts */
function notices({ notices: all, isThere, isPage, file }, acts) {
  const lines = all.filter(({ kind }) => kind !== 'grant').map((notice, at) => h(`div.notice.notice-${notice.kind}`, { key: `${at}`, 'data-notice': notice.kind },
    h('span.captured', {}, message({ reload: 'noticeReload', panic: 'noticePanic', unreadable: 'noticeUnreadable', lost: 'noticeLost', kept: 'noticeKept', grant: '' }[notice.kind], notice.about)),
    ...(/** @type {[name: string, press: () => void][]} */ ({ reload: [['reload', acts.reload]], kept: [['keptShow', acts.restore], ['keptForget', acts.forget]] }[/** @type {string} */ (notice.kind)] ?? []))
      .map(([name, press]) => h('button', { type: 'button', 'data-act': name, on: { click: press } }, message(name)))));
  if (!isThere) {
    lines.push(h('div.notice.notice-panic', { key: 'lost', 'data-notice': 'lost' }, h('span', {}, message('noticeLost')),
      h('button', { type: 'button', on: { click: () => location.reload() } }, message('beginAnew'))));
  }
  if (file) {
    const share = file.of ? Math.min(1, file.read / file.of) : 0;
    lines.push(h('div.notice.notice-file', { key: 'file', 'data-notice': 'file', 'data-file': file.name },
      h('span.captured', {}, file.why ? message('fileRefused', file.name, file.why) : message('fileShown', file.name)),
      share < 1 && !file.why ? h('progress', { max: 1, props: { value: share }, 'aria-label': file.name }) : null,
      h('button', { type: 'button', on: { click: acts.closeFile } }, message(share < 1 && !file.why ? 'cancel' : isPage ? 'close' : 'backToLive'))));
  }
  return lines;
}
