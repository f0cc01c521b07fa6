// The hidden page that lives as long as DevTools does: it captures, keeps the log and the core, and
// answers panels, which come and go whenever DevTools is docked elsewhere.

import { capture } from './capture.js';
import { serve } from '../shared/channel.js';
import { Investigation } from './investigation.js';
import { api, browserName } from '../shared/platform.js';

const investigation = new Investigation(browserName);
serve(investigation);
capture(investigation, () => {
  // The capture's subscription is live from here on: end-to-end tests wait for this mark.
  Object.assign(globalThis, { why401Ready: true });
});
api.devtools.panels.create('Why401', '/icons/32.png', '/panel/panel.html');
