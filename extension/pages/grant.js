// Asks for what the panel may not ask for itself in Firefox.

import { button, element } from './dom.js';
import { message, speakAs } from '../shared/locale.js';
import { api } from '../shared/platform.js';
import { ACCESS } from '../shared/tab-events.js';
import { readSettings } from '../shared/settings.js';

await speakAs(await readSettings());

const said = element('p', { role: 'status' });
// The browser asks its user only in the turn of the press itself.
const ask = () => void api.permissions.request(/** @type {any} */ (ACCESS)).then((granted) => (said.textContent = message(granted ? 'grantGiven' : 'grantRefused')));
/** @type {HTMLElement} */ (document.getElementById('main')).append(
  element('h1', {}, message('grantTitle')), element('p', {}, message('grantWhat')),
  element('p', { class: 'buttons' }, button(message('grantAsk'), ask, { 'data-act': 'grant' })), said);
document.documentElement.dataset.ready = '1';
