// Says how to open the panel: extensions cannot open DevTools themselves.

import { message } from '../shared/platform.js';

for (const node of document.querySelectorAll('[data-message]')) {
  node.textContent = message(node.getAttribute('data-message') ?? '');
}
