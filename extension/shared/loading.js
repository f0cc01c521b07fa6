// Fetches and compiles what instances of the core are made of. It needs no other script, so that it can begin before they are there.

/** @typedef {import('./protocol.d.ts').Loaded} Loaded */

/** @type {Promise<Loaded> | undefined} */
let loading;

const file = (/** @type {string} */ name) => fetch(new URL(`../wasm/${name}`, import.meta.url));

/** What instances are made of: loaded and compiled once, also for the workers that a page hands it on to. @returns {Promise<Loaded>} */
export const loaded = () => (loading ??= load());

/** @param {Loaded} given */
export function take(given) {
  loading = Promise.resolve(given);
}

async function load() {
  const texts = file('texts.txt').then((response) => response.arrayBuffer());
  const [module, buffer] = await Promise.all([WebAssembly.compileStreaming(file('why401_bg.wasm')), texts]);
  return { module, texts: new Uint8Array(buffer) };
}
