// Lets the pages that are recorded say what is typed into their password fields, so that it is
// known by what it is and not by its name.

import { api } from '../shared/platform.js';

const ID = 'password-fields';

/** @param {string[]} sites match patterns; none ends it */
export async function watchPasswordFields(sites) {
  if (!api.scripting) return;
  await api.scripting.unregisterContentScripts({ ids: [ID] }).catch(() => {});
  if (sites.length === 0) return;
  await api.scripting.registerContentScripts([{
    id: ID, js: ['content/password-fields.js'], matches: sites, allFrames: true, runAt: 'document_start', persistAcrossSessions: false,
  }]);
  // Pages that stand already know nothing of it.
  const tabs = await api.tabs.query({ url: sites });
  await Promise.all(tabs.map(({ id }) => (id === undefined ? undefined
    : api.scripting.executeScript({ target: { tabId: id, allFrames: true }, files: ['content/password-fields.js'] }).catch(() => {}))));
}
