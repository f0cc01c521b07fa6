// What every server of the laboratory needs: a free port, a start that waits, an end that is certain.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A port of 127.0.0.1 that nothing listens on at this moment.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} whether something accepts connections on that port of 127.0.0.1
 */
function listens(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}

/** @param {number} milliseconds */
export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** An empty directory of its own; `remove` deletes it with all it holds. */
export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'why401-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Starts a server in the foreground and waits until its port answers.
 * @param {string} command
 * @param {string[]} args
 * @param {number} port
 * @returns {Promise<() => Promise<void>>} stops it and resolves when it is gone
 */
export async function startServer(command, args, port) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { said += chunk; });
  /** @type {Error | undefined} */
  let failure;
  const gone = new Promise((resolve) => {
    child.once('error', (error) => { failure = error; resolve(undefined); });
    child.once('exit', (code) => { failure ??= new Error(`${command} ended with ${code}: ${said.trim()}`); resolve(undefined); });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(patience);
  };
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(25)) {
    if (failure) throw failure;
    if (await listens(port)) return stop;
  }
  await stop();
  throw new Error(`${command} did not listen on port ${port} within a minute: ${said.trim()}`);
}
