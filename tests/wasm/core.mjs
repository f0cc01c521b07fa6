// Loads the very files that ship, as the panel does, only from disk instead of from the extension.

import { readFileSync } from 'node:fs';
import * as bindings from '../../extension/wasm/why401.js';

/** @param {string} name */
const shipped = (name) => readFileSync(new URL(`../../extension/wasm/${name}`, import.meta.url));
bindings.initSync({ module: shipped('why401_bg.wasm') });
bindings.hand_over(shipped('texts.txt'));

export default bindings;
