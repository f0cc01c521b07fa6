// What people can choose for themselves.

import { LANGUAGES, message } from '../../shared/locale.js';
import { h, memo } from '../../shared/dom.js';

/** @typedef {import('../../shared/settings.js').Settings} Settings */
/** @typedef {import('../panel.js').Acts} Acts */

export const settings = memo((/** @type {Settings} */ chosen, /** @type {Acts} */ acts) => {
  const change = (/** @type {Partial<Settings>} */ changes) => acts.set(changes);
  const words = (/** @type {keyof Settings} */ name) => h('span', {}, h('strong', {}, message(`setting_${name}`)), h('br', {}), message(`settingTip_${name}`));
  const box = (/** @type {'mask' | 'presenter' | 'keepLog'} */ name, disabled = false) => h('label.setting', { key: name },
    h('input', { type: 'checkbox', id: `setting-${name}`, disabled, props: { checked: chosen[name] }, on: { change: (event) => change({ [name]: event.target.checked }) } }), words(name));
  const list = (/** @type {'zone' | 'language'} */ name, /** @type {[value: string, says: string][]} */ options) => h('label.setting.wide', { key: name }, words(name),
    h('select', { id: `setting-${name}`, on: { change: (event) => change({ [name]: event.target.value }) } },
      ...options.map(([value, says]) => h('option', { key: value, value, props: { selected: value === chosen[name] } }, says))));
  return h('form.settings-view', { on: { submit: (event) => event.preventDefault() } },
    box('mask', chosen.presenter), box('presenter'), box('keepLog'),
    h('label.setting.wide', { key: 'ignoredHosts' }, words('ignoredHosts'),
      h('textarea', { id: 'setting-ignoredHosts', rows: 2, spellcheck: 'false', placeholder: 'cdn.example.com, analytics.example.net', props: { value: chosen.ignoredHosts },
        on: { change: (event) => change({ ignoredHosts: event.target.value }) } })),
    list('zone', [['', message('zoneHere', Intl.DateTimeFormat().resolvedOptions().timeZone)], ['UTC', 'UTC'], .../** @type {[string, string][]} */ (zones.map((zone) => [zone, zone]))]),
    list('language', [['', message('languageHere')], ...LANGUAGES]),
    h('h2', {}, message('keys')),
    h('dl.keys', {}, ...['j k', 'Enter', '/', 'Esc', '1 – 5', '⇧ ← →'].flatMap((keys, at) => [h('dt', {}, h('kbd', {}, keys)), h('dd', {}, message(`keys_${at}`))])));
});

const zones = Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC');
