// No driver can answer a browser's question for permission, so tests that need what is asked for use a copy of the
// extension that has it from the start.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../../lab/process.mjs';
import { EXTENSION } from './browser.mjs';

/**
 * @param {string[]} [more] permissions that ours never asks for, by which a test changes the browser
 * @returns {{ path: string, remove: () => void }}
 */
export function grantedExtension(more = []) {
  const copy = temporaryDirectory();
  cpSync(EXTENSION, copy.path, { recursive: true });
  const file = join(copy.path, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.permissions.push(...manifest.optional_permissions, ...more);
  manifest.optional_permissions = [];
  manifest.host_permissions = manifest.optional_host_permissions;
  delete manifest.optional_host_permissions;
  writeFileSync(file, JSON.stringify(manifest));
  return copy;
}
