// Writes dist/why401-VERSION-chrome.zip and -firefox.zip from extension/. The same commit gives the
// same bytes: entries are sorted, and their time is SOURCE_DATE_EPOCH, the commit's.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

const top = fileURLToPath(new URL('..', import.meta.url));
/** Takes seconds, and leaves a twentieth less of the wasm than zlib does: it is packed once and fetched by everybody. */
const { deflateAsync } = createRequire(`${top}tests/package.json`)('@gfx/zopfli');
/** Types are for the check of the JavaScript, the drawing is what the icons were made of; names with a dot in front are what editors leave behind. */
const staysHere = /\.d\.ts$|\.svg$|^\./;

/** Looks for shorter ways so often; more of them find next to nothing. */
const ITERATIONS = 5;

/** Parts with codes of their own into which it cuts a file; of the fifteen that it would take the wasm comes out a four-hundredth larger. */
const PARTS = 60;

/** @typedef {{ name: string, bytes: Buffer }} Entry */

/**
 * Date and time as ZIP keeps them (APPNOTE 4.4.6): local time of no zone, in steps of two seconds,
 * not before 1980.
 * @param {number} epoch seconds
 */
function dosTime(epoch) {
  const moment = new Date(Math.max(epoch, Date.UTC(1980, 0, 1) / 1000) * 1000);
  return {
    time: (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1),
    date: ((moment.getUTCFullYear() - 1980) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate(),
  };
}

/**
 * @param {Entry[]} entries
 * @param {number} epoch seconds
 * @returns {Promise<Buffer>} a ZIP archive (PKWARE APPNOTE 6.3.10)
 */
async function zip(entries, epoch) {
  const { time, date } = dosTime(epoch);
  const files = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const path = Buffer.from(name);
    const packed = Buffer.from(await deflateAsync(bytes, { numiterations: ITERATIONS, blocksplittingmax: PARTS }));
    // Version needed to flags, method, time, date, CRC-32, both sizes, name and extra length: the
    // local header and the directory's share these 26 bytes.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(1 << 11, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(time, 6);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, packed]);
    files.push(local);

    const madeByUnix = Buffer.from([20, 3]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(0o100644 * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), madeByUnix, common, rest, path);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directoryBytes.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, directoryBytes, Buffer.from('PK\x05\x06'), end]);
}

const licences = ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT'];
const entries = [
  ...readdirSync(`${top}extension`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !staysHere.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ name: path.slice(`${top}extension/`.length), bytes: readFileSync(path) })),
  ...licences.map((name) => ({ name, bytes: readFileSync(top + name) })),
].sort((a, b) => (a.name < b.name ? -1 : 1));

const { version } = JSON.parse(readFileSync(`${top}extension/manifest.json`, 'utf8'));
const archive = await zip(entries, Number(process.env.SOURCE_DATE_EPOCH ?? 0));
mkdirSync(`${top}dist`, { recursive: true });
// One manifest serves both browsers, so both get the same bytes; the stores want a file each.
for (const browser of ['chrome', 'firefox']) {
  const path = `dist/why401-${version}-${browser}.zip`;
  writeFileSync(top + path, archive);
  console.log(`${createHash('sha256').update(archive).digest('hex')}  ${path}`);
}
