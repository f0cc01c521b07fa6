// The part of the core that the background needs at every start: without the texts of the diagnosis.

import { Passwords, initSync } from '../wasm/why401.js';

export { Passwords };

export async function passwordCore() {
  const module = await WebAssembly.compileStreaming(fetch(new URL('../wasm/why401_bg.wasm', import.meta.url)));
  initSync({ module });
}
