/** The version of the program, from package.json. Main thread. */

import { readFileSync } from 'node:fs';

/** `0.1.0`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  // Our own file: its shape is known.
  return (JSON.parse(text) as { version: string }).version;
}
