// Asks what to record.

import { element } from './dom.js';
import { message } from '../shared/locale.js';
import { api, browserName } from '../shared/platform.js';
import { LIMITS } from '../shared/recording.js';
import { ALL_SITES, patternsIn } from '../shared/sites.js';
import { start } from '../shared/wishes.js';

/**
 * @param {{ private: boolean, host: string | undefined }} tab the one to record
 * @param {{ inTab: boolean, started: () => void }} options `inTab`: the browser would close this popup for its question
 */
export function startForm(tab, { inTab, started }) {
  const sites = element('input', { type: 'text', name: 'hosts', value: tab.host ?? '', spellcheck: false, placeholder: 'example.com, login.example.com', 'aria-label': message('sites') });
  const limits = { idle: number('idle', LIMITS.idle), time: number('time', LIMITS.time), size: number('size', LIMITS.size) };
  const choices = [
    choice('some', message('theseSites'), Boolean(tab.host), sites),
    choice('all', message('allSites'), !tab.host),
  ];
  const bodies = browserName === 'firefox' ? element('input', { type: 'checkbox', name: 'bodies' }) : undefined;
  const original = element('input', { type: 'checkbox', name: 'original' });
  const said = element('p', { role: 'status', class: 'quiet' });
  sites.addEventListener('input', () => { /** @type {HTMLInputElement} */ (form.elements.namedItem('some')).checked = true; });

  const form = element('form', { class: 'start' },
    element('h1', {}, message('recordTitle')),
    element('p', {}, message('recordWhat')),
    element('fieldset', {}, element('legend', {}, message('sites')), ...choices),
    element('fieldset', { class: 'limits' }, element('legend', {}, message('stopsAfter')),
      ...Object.entries(limits).map(([name, field]) => element('label', {}, field, ' ', message(`limit_${name}`)))),
    bodies ? element('label', {}, bodies, ' ', message('recordBodies')) : element('p', { class: 'quiet' }, message('bodiesNeedDevTools')),
    element('label', {}, original, ' ', message('keepOriginal')),
    element('p', { class: 'quiet' }, message(tab.private ? 'keptInMemory' : 'keptOnDisk')),
    element('p', { class: 'buttons' }, element('button', { 'data-act': 'start' }, message('start'))),
    said);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const patterns = /** @type {HTMLInputElement} */ (form.elements.namedItem('all')).checked ? [ALL_SITES] : patternsIn(sites.value);
    if (patterns.length === 0) {
      said.textContent = message('noSite');
      return;
    }
    if (inTab) {
      void api.tabs.create({ url: `${api.runtime.getURL('pages/recordings.html')}#start=${encodeURIComponent(sites.value)}` });
      return;
    }
    const wish = {
      name: tab.host ?? message('recording'), sites: patterns, private: tab.private, bodies: bodies?.checked ?? false, original: original.checked,
      limits: { idle: Number(limits.idle.value), time: Number(limits.time.value), size: Number(limits.size.value) },
    };
    void start(wish).then((end) => {
      if (end === 'started') started();
      else said.textContent = message(end === 'refused' ? 'notAllowed' : 'noRoom');
    });
  });
  return form;
}

/** @param {string} name @param {string} label @param {boolean} checked @param {...Node} more */
function choice(name, label, checked, ...more) {
  return element('div', { class: 'choice' }, element('label', {}, element('input', { type: 'radio', name: 'which', id: name, checked }), ' ', label), ...more);
}

/** @param {string} name @param {number} value */
const number = (name, value) => element('input', { type: 'number', name, min: '1', max: '9999', value: String(value) });

