// Lines above everything: what the capture lacks, and what the core could not take.

import { button, element } from '../shared/dom.js';
import { message } from '../shared/platform.js';

/**
 * @param {HTMLElement} place
 * @param {import('../shared/types').Notice[]} notices
 * @param {() => void} reload
 */
export function showNotices(place, notices, reload) {
  const lines = notices.map(({ kind, about }) =>
    element('div', { class: `notice notice-${kind}`, 'data-notice': kind },
      element('span', {}, kind === 'reload' ? message('noticeReload') : message(kind === 'panic' ? 'noticePanic' : 'noticeUnreadable', about)),
      kind === 'reload' ? button(message('reload'), reload) : null));
  place.replaceChildren(...lines);
}
