// The command, built from what is here.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('../..', import.meta.url));
execFileSync('cargo', ['build', '--quiet', '-p', 'why401', '--features', 'cli'], { cwd: top });
export const command = join(top, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/why401');
