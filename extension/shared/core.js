// Loads the wasm core. A panic leaves every object of an instance dead, so each new core gets an
// instance of its own.

import { Core, Opening, __wbg_reset_state as newInstance, hand_over as handOver, initSync } from '../wasm/why401.js';
import { TEXTS } from './texts.js';

/** @type {Promise<string[]> | undefined} */
let texts;

const file = (/** @type {string} */ name) => fetch(new URL(`../wasm/${name}`, import.meta.url));
const text = (/** @type {string} */ name) => file(name).then((response) => response.text());

async function load() {
  const [module, ...loaded] = await Promise.all([WebAssembly.compileStreaming(file('why401_bg.wasm')), ...TEXTS.map(text)]);
  initSync({ module });
  return loaded;
}

/**
 * @param {'chrome' | 'firefox'} browser
 * @returns {Promise<Core>}
 */
export async function newCore(browser) {
  if (texts) newInstance();
  texts ??= load();
  handOver(await texts);
  return new Core(browser);
}

/** A file to be read by the instance of the latest core. @returns {Promise<Opening>} */
export async function newOpening() {
  handOver(await (texts ??= load()));
  return new Opening();
}
