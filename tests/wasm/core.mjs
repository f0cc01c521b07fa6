// Loads the very files that ship, as the panel does, only from disk instead of from the extension.

import { readFileSync } from 'node:fs';
import * as bindings from '../../extension/wasm/why401.js';

const wasm = new URL('../../extension/wasm/why401_bg.wasm', import.meta.url);
bindings.initSync({ module: readFileSync(wasm) });

export default bindings;
