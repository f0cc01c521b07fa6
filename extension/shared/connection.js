// The connection of a panel and the hidden page of the same tab.

import { api } from './platform.js';

export const nameOfConnection = `why401:${api.devtools?.inspectedWindow?.tabId}`;
