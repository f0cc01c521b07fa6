// Listens for the hidden pages of DevTools that may not listen themselves.

import { EVENTS } from '../shared/connection.js';
import { api } from '../shared/platform.js';
import { isGranted, watchTab } from '../shared/tab-events.js';

export function serveTabEvents() {
  api.runtime.onConnect.addListener((port) => {
    if (!port.name.startsWith(EVENTS)) return;
    const tab = Number(port.name.slice(EVENTS.length));
    /** @type {(() => void) | undefined} */
    let end;
    const look = async () => {
      const is = await isGranted();
      port.postMessage({ granted: is });
      if (is) end ??= watchTab(tab, (lines) => port.postMessage({ lines }));
      else {
        end?.();
        end = undefined;
      }
    };
    const changed = () => void look();
    api.permissions.onAdded.addListener(changed);
    api.permissions.onRemoved.addListener(changed);
    port.onDisconnect.addListener(() => {
      api.permissions.onAdded.removeListener(changed);
      api.permissions.onRemoved.removeListener(changed);
      end?.();
    });
    changed();
  });
}
