// The toolbar's popup: starts a recording, or says what is being recorded and ends it.

import { message, speakAs } from '../shared/locale.js';
import { asksInTab, state, tabInFront } from '../shared/wishes.js';
import { runningView } from './running.js';
import { startForm } from './start-form.js';
import { readSettings } from '../shared/settings.js';

await speakAs(await readSettings());

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const link = /** @type {HTMLAnchorElement} */ (document.getElementById('recordings'));
link.textContent = message('recordings');

let shown = '';

async function show() {
  const { recording, tally } = await state();
  // Only what has changed is drawn anew, so that a note that is being typed stays.
  const now = recording ? `${recording.id} ${recording.state}` : 'none';
  if (now !== shown) {
    shown = now;
    main.replaceChildren(recording ? runningView(recording, () => void show()) : startForm(await tabInFront(), { inTab: asksInTab, started: () => void show() }));
  }
  const count = main.querySelector('[data-count]');
  if (count) count.textContent = message('storedCount', tally.exchanges, Math.ceil(tally.bytes / 1000));
}

await show();
setInterval(() => void show(), 1000);
document.documentElement.dataset.ready = '1';
