// The panel: shows what the hidden page tells, and keeps nothing that could be lost with it.

import { connect } from '../shared/channel.js';
import { element } from '../shared/dom.js';
import { api, message } from '../shared/platform.js';
import { followTheme } from '../shared/theme.js';
import { DetailView } from './view-detail.js';
import { ExchangesView } from './view-exchanges.js';
import { showNotices } from './view-notice.js';
import { VerdictView } from './view-verdict.js';

/** @typedef {import('../shared/types').News} News */

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const filter = /** @type {HTMLInputElement} */ (find('filter'));
const authOnly = /** @type {HTMLInputElement} */ (find('auth-only'));

let generation = -1;
const send = connect(hear);
const open = (/** @type {number} */ index) => {
  exchanges.select(index);
  send({ type: 'open', index });
};
const verdict = new VerdictView(find('verdict'), find('failures'), open);
const exchanges = new ExchangesView(find('exchanges'), open);
const detail = new DetailView(find('detail'), (wish) => send(wish), () => {
  exchanges.select(undefined);
  find('exchanges').focus();
});

function hear(/** @type {News} */ news) {
  if (news.type === 'revealed') {
    detail.reveal(news.ask, news.text);
    return;
  }
  if (news.generation < generation) return;
  if (news.generation > generation) {
    generation = news.generation;
    exchanges.forget();
    detail.close();
  }
  if (news.type === 'rows') exchanges.add(news.from, news.rows);
  else if (news.type === 'detail') detail.show(news.detail);
  else {
    verdict.show(news.diagnosis);
    exchanges.mark(news.diagnosis);
    showNotices(find('notice'), news.notices, reload);
    find('count').textContent = message('count', exchanges.shown, news.count);
    document.documentElement.dataset.ready = '1';
  }
}

const reload = () => send({ type: 'reload' });

/** @param {string} id @param {string} text */
const name = (id, text) => {
  find(id).title = text;
  find(id).setAttribute('aria-label', text);
};

name('clear', message('clear'));
name('reload', message('reload'));
name('exchanges', message('exchanges'));
name('story', message('story'));
name('toolbar', message('toolbar'));
name('detail', message('detail'));
filter.placeholder = message('filter');
filter.setAttribute('aria-label', message('filter'));
authOnly.nextElementSibling?.append(message('authOnly'));

find('clear').addEventListener('click', () => send({ type: 'clear' }));
find('reload').addEventListener('click', reload);
const refilter = () => {
  exchanges.filter(filter.value, authOnly.checked);
  find('count').textContent = message('count', exchanges.shown, exchanges.total);
};
filter.addEventListener('input', refilter);
authOnly.addEventListener('change', refilter);
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === 'Escape') detail.close();
  else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (event.key === '/') filter.focus();
  else if (event.key === 'j') exchanges.move(1);
  else if (event.key === 'k') exchanges.move(-1);
  else return;
  event.preventDefault();
});
followTheme(api.devtools.panels);
find('clear').append(element('span', { class: 'icon icon-clear' }));
find('reload').append(element('span', { class: 'icon icon-reload' }));
