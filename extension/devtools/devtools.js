// The hidden page that lives as long as DevTools does: it captures, and holds the worker in which the core lives.

import { startCore } from '../core/start.js';
import { api, browserName } from '../shared/platform.js';
import { capture } from './capture.js';
import { watchEvents } from './events.js';
import { Inbox } from './inbox.js';
import { serve } from './serve.js';

const core = startCore(browserName, (said) => passOn(said));
const passOn = serve(core);
capture(new Inbox(core), () => {
  // The capture's subscription is live from here on: end-to-end tests wait for this mark.
  Object.assign(globalThis, { why401Ready: true });
});
watchEvents(core);
api.devtools.panels.create('Why401', '/icons/32.png', '/panel/panel.html');
