/** The version of the program, from package.json. Main thread. */

import { readProgramFile } from './program-file.ts';

/** `0.1.0`. */
export function readVersion(): string {
  const text = readProgramFile('package.json').toString('utf8');
  // Our own file: its shape is known.
  return (JSON.parse(text) as { version: string }).version;
}
