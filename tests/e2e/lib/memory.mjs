// What Chromium's processes need, as Linux counts it.

import { readFileSync, readdirSync } from 'node:fs';

/** Megabytes that the extension's processes, which this one began, have of their own. */
export function memory() {
  const status = (/** @type {string} */ pid) => readFileSync(`/proc/${pid}/status`, 'utf8');
  const parent = (/** @type {string} */ pid) => /^PPid:\s+(\d+)/m.exec(status(pid))?.[1] ?? '0';
  const isOurs = (/** @type {string} */ pid) => {
    for (let at = pid; at !== '0'; at = parent(at)) if (at === String(process.pid)) return true;
    return false;
  };
  let [kilobytes, processes] = [0, 0];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--extension-process') || !isOurs(pid)) continue;
      kilobytes += Number(/^RssAnon:\s+(\d+)/m.exec(status(pid))?.[1]);
      processes += 1;
    } catch {
      // It has ended meanwhile.
    }
  }
  // What is not found would need nothing, and pass every test.
  if (processes === 0 || !kilobytes) throw new Error('no process of the extension is there to be weighed');
  return kilobytes / 1000;
}
