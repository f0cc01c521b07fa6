// Loads the wasm core. A panic leaves every object of an instance dead, so each new core gets an
// instance of its own.

import { Core, Opening, __wbg_reset_state as newInstance, hand_over as handOver, initSync } from '../wasm/why401.js';
import { loaded } from './loading.js';

let isInstantiated = false;

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

/**
 * Reads something into a core of the latest instance; of what cannot be read nothing stays in its memory.
 * @param {(opening: Opening) => Promise<void>} feed
 * @returns {Promise<Core>}
 */
export async function readInto(feed) {
  const opening = await newOpening();
  await feed(opening).catch((error) => given(opening, error));
  return opening.finish();
}

/**
 * Uses one of the core's objects for the last time, and gives its memory back whatever comes of it.
 * @template {{ free: () => void }} O
 * @template T
 * @param {O} object
 * @param {(object: O) => T} use
 */
export function last(object, use) {
  /** @type {T} */
  let answer;
  try {
    answer = use(object);
  } catch (error) {
    return given(object, error);
  }
  object.free();
  return answer;
}

/** @param {{ free: () => void }} object @param {unknown} error @returns {never} */
function given(object, error) {
  // An instance that a panic has ended takes nothing back.
  if (!(error instanceof WebAssembly.RuntimeError)) object.free();
  throw error;
}
