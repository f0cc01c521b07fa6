// The hidden page that lives as long as DevTools does: it captures, and holds the worker in which the core lives.

import { startCore } from '../core/start.js';
import { api, browserName } from '../shared/platform.js';
import { readSettings, whenSettingsChange } from '../shared/settings.js';
import { capture } from './capture.js';
import { watchEvents } from './events.js';
import { Inbox } from './inbox.js';
import { keeping } from './keep.js';
import { serve } from './serve.js';

const core = keeping(startCore(browserName, (said) => passOn(said)), api.devtools.inspectedWindow.tabId);
const passOn = serve(core);
const follow = (/** @type {import('../shared/settings.js').Settings} */ { ignoredHosts }) => core.tell({ type: 'ignore', hosts: ignoredHosts });
whenSettingsChange(follow);
void readSettings().then(follow);
capture(new Inbox(core), () => {
  // The capture's subscription is live from here on: end-to-end tests wait for this mark.
  Object.assign(globalThis, { why401Ready: true });
});
watchEvents(core);
api.devtools.panels.create('Why401', '/icons/32.png', '/panel/panel.html');
