// Asks what to record.

import { h } from '../shared/dom.js';
import { message } from '../shared/locale.js';
import { api, browserName } from '../shared/platform.js';
import { LIMITS } from '../shared/recording.js';
import { ALL_SITES, patternsIn } from '../shared/sites.js';
import { start } from '../shared/wishes.js';

/**
 * The answers are in the form alone until it is sent: what is drawn anew leaves them as they are.
 * @param {{ private: boolean, host: string | undefined }} tab the one to record
 * @param {string} refused why nothing was begun when it was sent last
 * @param {{ inTab: boolean, started: () => void, refuse: (why: string) => void }} acts `inTab`: the browser would close this
 *   popup for its question
 */
export function startForm(tab, refused, acts) {
  const chooseSome = (/** @type {InputEvent} */ { target }) => { field(/** @type {HTMLInputElement} */ (target).form, 'some').checked = true; };
  return h('form.start', { key: 'start', on: { submit: (event) => send(event, tab, acts) } },
    h('h1', {}, message('recordTitle')),
    h('p', {}, message('recordWhat')),
    h('fieldset', {}, h('legend', {}, message('sites')),
      choice('some', message('theseSites'), Boolean(tab.host),
        h('input', { type: 'text', name: 'hosts', value: tab.host ?? '', spellcheck: 'false', placeholder: 'example.com, login.example.com', 'aria-label': message('sites'), on: { input: chooseSome } })),
      choice('all', message('allSites'), !tab.host)),
    h('fieldset.limits', {}, h('legend', {}, message('stopsAfter')),
      ...Object.entries(LIMITS).map(([name, value]) => h('label', {}, h('input', { type: 'number', name, min: '1', max: '9999', value: String(value) }), ' ', message(`limit_${name}`)))),
    browserName === 'firefox' ? box('bodies', message('recordBodies')) : h('p.quiet', {}, message('bodiesNeedDevTools')),
    box('original', message('keepOriginal')),
    h('p.quiet', {}, message(tab.private ? 'keptInMemory' : 'keptOnDisk')),
    h('p.buttons', {}, h('button', { 'data-act': 'start' }, message('start'))),
    h('p.quiet', { role: 'status' }, refused));
}

/** @param {string} id @param {string} label @param {boolean} checked @param {...import('../shared/dom.js').VNode} more */
const choice = (id, label, checked, ...more) => h('div.choice', {}, h('label', {}, h(`input#${id}`, { type: 'radio', name: 'which', checked }), ' ', label), ...more);

/** @param {string} name @param {string} label */
const box = (name, label) => h('label', {}, h('input', { type: 'checkbox', name }), ' ', label);

/** @param {HTMLFormElement | null} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form?.elements.namedItem(name));

/** @param {SubmitEvent} event @param {Parameters<typeof startForm>[0]} tab @param {Parameters<typeof startForm>[2]} acts */
function send(event, tab, { inTab, started, refuse }) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const hosts = field(form, 'hosts').value;
  const sites = field(form, 'all').checked ? [ALL_SITES] : patternsIn(hosts);
  if (sites.length === 0) return refuse(message('noSite'));
  if (inTab) return void api.tabs.create({ url: `${api.runtime.getURL('pages/recordings.html')}#start=${encodeURIComponent(hosts)}` });
  const [idle, time, size] = ['idle', 'time', 'size'].map((name) => Number(field(form, name).value));
  const wish = {
    name: tab.host || message('recording'), sites, private: tab.private, limits: { idle, time, size },
    bodies: browserName === 'firefox' && field(form, 'bodies').checked, original: field(form, 'original').checked,
  };
  // Nothing may come before this: the browser asks its user only in the turn of the press.
  void start(wish).then((end) => {
    if (end === 'started') started();
    else refuse(message(end === 'refused' ? 'notAllowed' : 'noRoom'));
  });
}
