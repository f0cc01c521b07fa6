// The command, built from what is here.

import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('../..', import.meta.url));
execFileSync('cargo', ['build', '--quiet', '-p', 'why401', '--features', 'cli'], { cwd: top });
/** Cargo takes a relative directory from where it runs, and an absolute one as it is. */
export const command = resolve(top, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/why401');
