// A recording, to be opened like any other file.

import { DiskLog } from '../shared/event-log.js';
import { PrivateLog } from '../shared/private-log.js';
import { fileOf } from '../shared/read-recording.js';
import { fold } from '../shared/recording.js';

/** @param {string} id @returns {Promise<File | undefined>} none where it was deleted */
export async function recordedFile(id) {
  for (const log of [new DiskLog(), new PrivateLog()]) {
    const recording = fold(await log.controls()).get(id);
    if (!recording) continue;
    const file = await fileOf(log, recording);
    return new File([file], recording.name, { type: file.type });
  }
  return undefined;
}
