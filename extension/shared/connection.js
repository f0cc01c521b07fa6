// The connections of a tab's pages: its panel with its hidden page, and that with the background.

import { api } from './platform.js';

const tab = api.devtools?.inspectedWindow?.tabId;

export const nameOfConnection = `why401:${tab}`;

/** Before the number of a tab whose events are asked for. */
export const EVENTS = 'why401-events:';
export const nameOfEvents = `${EVENTS}${tab}`;
