// Prints what happens, what of it is captured and what is shown, in both browsers, without and with access to sites.
// `./build.sh capture`.

import { whatIsCaptured } from './lib/capture.mjs';

console.log('browser\taccess\thappened\tcaptured\tshown\twhat');
for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  for (const granted of [false, true]) {
    for (const { what, happened, captured, shown } of await whatIsCaptured(name, granted)) {
      console.log([name, granted ? 'granted' : 'none', happened, captured, shown, what].join('\t'));
    }
  }
}
