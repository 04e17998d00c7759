/**
 * The program's own files that are not code: beside the source in a checkout, inside the executable in the binary. Main thread.
 * `deploy/bundle` lists them: package.json and the files of the dashboard.
 */

import { readFileSync } from 'node:fs';
import { getAsset, isSea } from 'node:sea';

/** The bytes of the file at `path` from the root of the repository, such as `package.json`. */
export function readProgramFile(path: string): Buffer {
  if (isSea()) return Buffer.from(getAsset(path));
  return readFileSync(new URL(`../../${path}`, import.meta.url));
}
