// Asks for what the panel may not ask for itself in Firefox.

import { h, patch } from '../shared/dom.js';
import { message, speakAs } from '../shared/locale.js';
import { api } from '../shared/platform.js';
import { readSettings } from '../shared/settings.js';
import { ACCESS } from '../shared/tab-events.js';

await speakAs(await readSettings());

/** @type {import('../shared/dom.js').VNode | Element} */
let shown = /** @type {Element} */ (document.getElementById('main'));

function draw(said = '') {
  shown = patch(/** @type {any} */ (shown), h('main#main', {},
    h('h1', {}, message('grantTitle')),
    h('p', {}, message('grantWhat')),
    h('p.buttons', {}, h('button', { type: 'button', 'data-act': 'grant', on: { click: ask } }, message('grantAsk'))),
    h('p', { role: 'status' }, said)));
}

/** The browser asks its user only in the turn of the press itself. */
function ask() {
  void api.permissions.request(/** @type {any} */ (ACCESS)).then((granted) => draw(message(granted ? 'grantGiven' : 'grantRefused')));
}

draw();
document.documentElement.dataset.ready = '1';
