// Loads the wasm core. A panic leaves every object of an instance dead, so each new core gets an
// instance of its own.

import { Core, Opening, __wbg_reset_state as newInstance, hand_over as handOver, initSync } from '../wasm/why401.js';
import { TEXTS } from './texts.js';

/** @typedef {import('./protocol.d.ts').Loaded} Loaded */

/** @type {Promise<Loaded> | undefined} */
let loading;
let isInstantiated = false;

const file = (/** @type {string} */ name) => fetch(new URL(`../wasm/${name}`, import.meta.url));
const text = (/** @type {string} */ name) => file(name).then((response) => response.text());

/** What instances are made of: loaded and compiled once, also for the workers that a page hands it on to. @returns {Promise<Loaded>} */
export const loaded = () => (loading ??= load());

/** @param {Loaded} given */
export function take(given) {
  loading = Promise.resolve(given);
}

async function load() {
  const [module, ...texts] = await Promise.all([WebAssembly.compileStreaming(file('why401_bg.wasm')), ...TEXTS.map(text)]);
  return { module, texts };
}

/** Makes sure that there is an instance. */
async function instance() {
  const { module, texts } = await loaded();
  if (!isInstantiated) initSync({ module });
  isInstantiated = true;
  handOver(texts);
}

/**
 * @param {'chrome' | 'firefox'} browser
 * @returns {Promise<Core>}
 */
export async function newCore(browser) {
  if (isInstantiated) newInstance();
  await instance();
  return new Core(browser);
}

/** A file to be read by the instance of the latest core. @returns {Promise<Opening>} */
export async function newOpening() {
  await instance();
  return new Opening();
}
