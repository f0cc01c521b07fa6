// The toolbar's popup: starts a recording, or says what is being recorded and ends it.

import { h, patch } from '../shared/dom.js';
import { message, speakAs } from '../shared/locale.js';
import { readSettings } from '../shared/settings.js';
import { asksInTab, state, tabInFront } from '../shared/wishes.js';
import { runningView } from './running.js';
import { startForm } from './start-form.js';

await speakAs(await readSettings());

const link = /** @type {HTMLAnchorElement} */ (document.getElementById('recordings'));
link.textContent = message('recordings');

const tab = await tabInFront();
/** @type {import('../shared/dom.js').VNode | Element} */
let shown = /** @type {Element} */ (document.getElementById('main'));
/** Why nothing was begun. */
let refused = '';
const acts = { inTab: asksInTab, started: () => void show(), refuse: (/** @type {string} */ why) => { refused = why; void show(); } };

async function show() {
  const { recording, tally } = await state();
  if (recording) refused = '';
  shown = patch(/** @type {any} */ (shown), h('main#main', {}, recording ? runningView(recording, tally, () => void show()) : startForm(tab, refused, acts)));
}

await show();
setInterval(() => void show(), 1000);
document.documentElement.dataset.ready = '1';
