// Applications written in Python, run by the interpreter of the laboratory: $WHY401_LAB_PYTHON.

import { fileURLToPath } from 'node:url';
import { freePort, startServer, temporaryDirectory } from '../process.mjs';
import { account } from './express.mjs';

/**
 * Runs an application of this folder at `app.test`.
 * @param {string} file
 * @param {object} settings
 * @param {(url: string) => Promise<unknown>} use
 */
export async function running(file, settings, use) {
  const port = await freePort();
  const directory = temporaryDirectory();
  Object.assign(process.env, { WHY401_USER: account.user, WHY401_PASSWORD: account.password, WHY401_DIRECTORY: directory.path });
  const stop = await startServer(process.env.WHY401_LAB_PYTHON ?? 'python3', [fileURLToPath(new URL(file, import.meta.url)), `${port}`, JSON.stringify(settings)], port);
  try {
    await use(`http://app.test:${port}`);
  } finally {
    await stop();
    directory.remove();
  }
}
