// The first script of the hidden page: nobody waits longer for the core than its worker and its wasm take.

import { prepareCore } from '../core/start.js';

prepareCore();
