// What people can choose for themselves.

import { message } from '../../shared/platform.js';
import { h } from '../dom.js';

/** @typedef {import('../store.js').Settings} Settings */
/** @typedef {import('../panel.js').Acts} Acts */

/** @param {Settings} settings @param {Acts} acts */
export const settings = (settings, acts) => h('form.settings-view', { on: { submit: (event) => event.preventDefault() } },
  ...(/** @type {(keyof Settings)[]} */ (['presenter', 'utc'])).map((name) => h('label', {},
    h('input', { type: 'checkbox', id: `setting-${name}`, props: { checked: settings[name] }, on: { change: (event) => acts.set({ ...settings, [name]: event.target.checked }) } }),
    h('span', {}, h('strong', {}, message(`setting_${name}`)), h('br', {}), message(`settingTip_${name}`)))),
  h('h2', {}, message('keys')),
  h('dl.keys', {}, ...['j k', 'Enter', '/', 'Esc', '1 – 5'].flatMap((keys, at) => [h('dt', {}, h('kbd', {}, keys)), h('dd', {}, message(`keys_${at}`))])));
