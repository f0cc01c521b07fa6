// Prints what is left of recordings after many ends of the background and of the browser: `./build.sh faults [BACKGROUNDS [BROWSERS]]`.

import { killBackground, killBrowser } from './lib/faults.mjs';

const [backgrounds = 200, browsers = 20] = process.argv.slice(2).map(Number);
const told = (/** @type {Awaited<ReturnType<typeof killBackground>>} */ { kills, served, recorded, missing, oldestMissing, twice, inOrder }) =>
  `${kills} ends: ${recorded} of ${served} answered requests recorded; ${missing} missing, the oldest complete ${Math.round(oldestMissing)} ms before an end; ${twice} twice; ${inOrder ? 'in order' : 'out of order'}`;
let failed = false;
for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  for (const [what, figures] of [
    ['background', await killBackground(name, { requests: 25 * backgrounds, kills: backgrounds })],
    ['browser', await killBrowser(name, { kills: browsers })],
  ]) {
    console.log(`${name}, ${what}: ${told(/** @type {any} */ (figures))}`);
    const { oldestMissing, twice, inOrder } = /** @type {any} */ (figures);
    failed ||= oldestMissing >= 1000 || twice > 0 || !inOrder;
  }
}
process.exitCode = failed ? 1 : 0;
