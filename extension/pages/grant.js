// Asks for what the panel may not ask for itself in Firefox.

import { button, element } from './dom.js';
import { api, message } from '../shared/platform.js';
import { ACCESS } from '../shared/tab-events.js';

const said = element('p', { role: 'status' });
// The browser asks its user only in the turn of the press itself.
const ask = () => void api.permissions.request(/** @type {any} */ (ACCESS)).then((granted) => (said.textContent = message(granted ? 'grantGiven' : 'grantRefused')));
/** @type {HTMLElement} */ (document.getElementById('main')).append(
  element('h1', {}, message('grantTitle')), element('p', {}, message('grantWhat')),
  element('p', { class: 'buttons' }, button(message('grantAsk'), ask, { 'data-act': 'grant' })), said);
document.documentElement.lang = message('@@ui_locale').replace('_', '-');
document.documentElement.dataset.ready = '1';
