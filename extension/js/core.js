// Loads the wasm core. A panic leaves every object of an instance dead, so each new core gets an
// instance of its own.

import { Core, __wbg_reset_state as newInstance, initSync } from '../wasm/why401.js';

/** @type {Promise<string> | undefined} */
let publicSuffixList;

const file = (/** @type {string} */ name) => fetch(new URL(`../wasm/${name}`, import.meta.url));

async function load() {
  const [module, list] = await Promise.all([
    WebAssembly.compileStreaming(file('why401_bg.wasm')),
    file('public_suffix_list.txt').then((response) => response.text()),
  ]);
  initSync({ module });
  return list;
}

/**
 * @param {'chrome' | 'firefox'} browser
 * @returns {Promise<Core>}
 */
export async function newCore(browser) {
  if (publicSuffixList) newInstance();
  publicSuffixList ??= load();
  return new Core(browser, await publicSuffixList);
}

/** Whether an error is a panic of the core rather than its answer. @param {unknown} error */
export const isPanic = (error) => error instanceof WebAssembly.RuntimeError;
