// Finishes recordings that were stopped: diagnoses them, keeps the answer, and puts what is left without secrets in the
// place of what was recorded on the disk. What is interrupted here is done again at the next start.

import { last } from '../shared/core.js';
import { readRecording } from '../shared/read-recording.js';
import { fold } from '../shared/recording.js';

/** @typedef {import('../shared/event-log.js').Capture} Capture */
/** @typedef {import('../shared/event-log.js').DiskLog} DiskLog */
/** @typedef {import('../shared/private-log.js').PrivateLog} PrivateLog */

/** Only one at a time may read the core's texts. @type {Promise<void>} */
let work = Promise.resolve();

/** @param {DiskLog} disk @param {PrivateLog} memory */
export function finishStopped(disk, memory) {
  // What fails with one keeps nothing from the others.
  work = work.then(() => tried(() => finishAll(disk))).then((done) => tried(() => dropLeft(disk, done ?? new Map()))).then(() => tried(() => finishAll(memory))).then(() => {});
  return work;
}

/** @template T @param {() => Promise<T>} task @returns {Promise<T | undefined>} */
const tried = (task) => task().catch((error) => void console.error(error));

/** @param {DiskLog | PrivateLog} log @returns {Promise<Map<string, Capture>>} what is known of all that are finished */
async function finishAll(log) {
  const done = new Map((await log.captures()).map((capture) => [capture.recording, capture]));
  for (const recording of fold(await log.controls()).values()) {
    if (recording.state !== 'stopped' || done.has(recording.id)) continue;
    const capture = await tried(() => finish(log, recording));
    if (capture) done.set(recording.id, capture);
  }
  return done;
}

/** Deletes what was recorded where what is left without secrets has taken its place. @param {DiskLog} disk @param {Map<string, Capture>} done */
async function dropLeft(disk, done) {
  for (const id of await disk.withRows()) if (done.get(id)?.holds === 'redacted') await tried(() => disk.dropRows(id));
}

/**
 * @param {DiskLog | PrivateLog} log
 * @param {import('../shared/recording.js').Recording} recording
 * @returns {Promise<Capture>}
 */
async function finish(log, recording) {
  const { exchanges, bytes } = await log.tally(recording.id);
  /** @type {Capture} */
  let capture = { recording: recording.id, holds: recording.private ? 'memory' : 'original', verdict: 'unreadable', sentence: '', exchanges, bytes };
  try {
    const { verdict, failures, shared } = last(await readRecording(log, recording), (core) => ({
      ...core.diagnosis(),
      // The key of the pseudonyms is gone when this returns.
      shared: recording.original || recording.private ? undefined : core.share_away(crypto.getRandomValues(new Uint8Array(32))),
    }));
    capture = { ...capture, verdict, sentence: failures[0]?.causes[0]?.summary ?? '' };
    // The core is gone by now: a long recording does not have room beside its report.
    const file = shared && last(shared, () => fileOf(shared));
    if (file) {
      const redacted = /** @type {Capture} */ ({ ...capture, holds: 'redacted', bytes: file.size });
      await log.finish(redacted, file);
      return redacted;
    }
  } catch (error) {
    // Without an answer it would be tried again at every start. The recording itself stays, to be opened or exported.
    console.error(error);
  }
  await log.finish(capture);
  return capture;
}

/** The redacted capture, of which no more than a piece is in this worker's own memory. @param {import('../wasm/why401.js').Shared} shared */
function fileOf(shared) {
  const parts = [];
  for (let at = 0; ;) {
    const piece = shared.capture(at);
    if (piece.length === 0) return new Blob(parts);
    at += piece.length;
    parts.push(new Blob([/** @type {BlobPart} */ (piece)]));
  }
}
