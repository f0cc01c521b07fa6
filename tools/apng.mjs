// Still pictures become a moving one: APNG, which every browser and GitHub show. The compressed picture of each frame goes over
// as it is, so all of them must have one size and one kind of color. https://www.w3.org/TR/png-3/#apng-frame-based-animation

import { crc32 } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([number(data.length), body, number(crc32(body))]);
}

/** @param {number} value */
function number(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The parts of a picture that make it up. @param {Buffer} png */
function read(png) {
  /** @type {Buffer} */
  let header = Buffer.alloc(0);
  /** @type {Buffer[]} */
  const pixels = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') header = data;
    else if (type === 'IDAT') pixels.push(data);
    at += length + 12;
  }
  return { header, pixels: Buffer.concat(pixels) };
}

/**
 * @param {{ png: Buffer, seconds: number }[]} frames
 * @returns {Buffer} shows them one after the other, without end
 */
export function apng(frames) {
  const pictures = frames.map(({ png, seconds }) => ({ ...read(png), seconds }));
  const header = pictures[0]?.header ?? Buffer.alloc(0);
  if (pictures.some((picture) => !picture.header.equals(header))) throw new Error('the frames differ in size or color');
  let sequence = 0;
  const parts = pictures.flatMap(({ pixels, seconds }, at) => {
    const control = Buffer.alloc(26);
    control.writeUInt32BE(sequence++, 0);
    header.copy(control, 4, 0, 8);
    control.writeUInt16BE(Math.round(seconds * 100), 20);
    control.writeUInt16BE(100, 22);
    const shown = at === 0 ? chunk('IDAT', pixels) : chunk('fdAT', Buffer.concat([number(sequence++), pixels]));
    return [chunk('fcTL', control), shown];
  });
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('acTL', Buffer.concat([number(frames.length), number(0)])), ...parts, chunk('IEND', Buffer.alloc(0))]);
}
