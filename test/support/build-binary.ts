/** Builds the binary for tests, as `npm run build:binary` does, to a folder of the test's own. Runs in test processes. */

import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUILD = fileURLToPath(new URL('../../deploy/build-binary/build-binary.ts', import.meta.url));

/** What the build printed, and where the executable is: the folder is the caller's to remove. */
export async function buildBinary(): Promise<{ folder: string; file: string; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'longhouse-binary-'));
  const file = join(folder, 'longhouse');
  const { stdout } = await promisify(execFile)(process.execPath, [BUILD, '--out', file]);
  return { folder, file, output: stdout.trim() };
}
