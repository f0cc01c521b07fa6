// A recording, as the core reads it.

import { readInto } from './core.js';
import { browserName } from './platform.js';

/** Rows are handed over in pieces of about this many characters: each costs a crossing. */
const PIECE = 1 << 20;

/**
 * @param {{ texts: (recording: string) => AsyncGenerator<string> }} log
 * @param {import('./recording.js').Recording} recording
 * @returns {Promise<import('../wasm/why401.js').Core>} the session of what it saw
 */
export function readRecording(log, recording) {
  const encoder = new TextEncoder();
  return readInto(async (opening) => {
    for await (const piece of pieces(log, recording)) opening.feed(encoder.encode(piece), Date.now());
  });
}

/**
 * What was recorded, as a file holds it.
 * @param {{ texts: (recording: string) => AsyncGenerator<string> }} log
 * @param {import('./recording.js').Recording} recording
 */
async function* pieces(log, { id, name, started, sites, steps }) {
  let piece = `${JSON.stringify({ type: 'start', at: started, browser: browserName, name, sites })}\n`;
  for (const { at, note } of steps) piece += `${JSON.stringify({ type: 'step', at, note })}\n`;
  for await (const text of log.texts(id)) {
    piece += `${text}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/**
 * A stopped recording as a file of its own: without its secrets, or as it was recorded where the original is kept.
 * @param {import('./event-log.js').DiskLog | import('./private-log.js').PrivateLog} log
 * @param {import('./recording.js').Recording} recording
 */
export async function fileOf(log, recording) {
  const name = `why401-${new Date(recording.started).toISOString().slice(0, 16).replace(':', '')}`;
  const file = await log.file(recording.id);
  if (file) return new File([file], `${name}.har.json`, { type: 'application/json' });
  const parts = [];
  for await (const piece of pieces(log, recording)) parts.push(piece);
  return new File(parts, `${name}.jsonl`, { type: 'application/x-ndjson' });
}
