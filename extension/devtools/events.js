// The second source of what is captured. Chrome lets the hidden page itself listen; in Firefox the background does, and is
// called again whenever the browser has ended it.

import { api } from '../shared/platform.js';
import { nameOfEvents } from '../shared/connection.js';
import { isGranted, watchTab } from '../shared/tab-events.js';

/** @typedef {{ tell: (what: import('../shared/protocol.d.ts').ToWorker) => void }} Core */

/** @param {Core} core */
export function watchEvents(core) {
  const tell = (/** @type {string} */ lines) => core.tell({ type: 'events', lines });
  const granted = (/** @type {boolean} */ is) => core.tell(is ? { type: 'withdraw', kind: 'grant' } : { type: 'notice', notice: { kind: 'grant', about: '' } });
  if (!api.permissions) return void askBackground(tell, granted);
  /** @type {(() => void) | undefined} */
  let end;
  const look = async () => {
    const is = await isGranted();
    granted(is);
    if (is) end ??= watchTab(api.devtools.inspectedWindow.tabId, tell);
    else {
      end?.();
      end = undefined;
    }
  };
  api.permissions.onAdded.addListener(() => void look());
  api.permissions.onRemoved.addListener(() => void look());
  void look();
}

/** @param {(lines: string) => void} tell @param {(is: boolean) => void} granted */
function askBackground(tell, granted) {
  const port = api.runtime.connect({ name: nameOfEvents });
  port.onMessage.addListener((/** @type {{ granted: boolean } | { lines: string }} */ said) => {
    if ('lines' in said) tell(said.lines);
    else granted(said.granted);
  });
  port.onDisconnect.addListener(() => setTimeout(() => askBackground(tell, granted), 50));
}
