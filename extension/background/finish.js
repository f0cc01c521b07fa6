// Finishes recordings that were stopped: diagnoses them and keeps the answer. What is interrupted
// here is done again at the next start.

import { readRecording } from '../shared/read-recording.js';
import { fold } from '../shared/recording.js';

/** Only one at a time may read the core's texts. @type {Promise<void>} */
let work = Promise.resolve();

/** @param {import('../shared/event-log.js').DiskLog} log */
export function finishStopped(log) {
  work = work.then(() => finishAll(log)).catch((error) => console.error(error));
  return work;
}

/** @param {import('../shared/event-log.js').DiskLog} log */
async function finishAll(log) {
  const done = new Set((await log.captures()).map(({ recording }) => recording));
  for (const recording of fold(await log.controls()).values()) {
    if (recording.state !== 'stopped' || done.has(recording.id)) continue;
    await log.finish(await finished(log, recording));
  }
}

/**
 * @param {import('../shared/event-log.js').DiskLog} log
 * @param {import('../shared/recording.js').Recording} recording
 * @returns {Promise<import('../shared/event-log.js').Capture>}
 */
async function finished(log, recording) {
  const { exchanges, bytes } = await log.tally(recording.id);
  const known = { recording: recording.id, text: '', exchanges, bytes };
  try {
    const core = await readRecording(log, recording);
    const { verdict, failures } = core.diagnosis();
    core.free();
    return { ...known, verdict, sentence: failures[0]?.causes[0]?.summary ?? '' };
  } catch (error) {
    // Without this it would be tried again at every start. The recording itself stays, to be opened or exported.
    console.error(error);
    return { ...known, verdict: 'unreadable', sentence: '' };
  }
}
