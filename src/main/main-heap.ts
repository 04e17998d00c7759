/**
 * How much room main's short-lived objects get. Main thread.
 *
 * V8 doubles the young generation under load and rarely gives it back: a burst of logins left main with 48 MiB of it, which
 * is 1.6 KiB a player at 18,000 (`bench connections`, 2026-11-23). The main thread's heap can be limited by a flag alone, at start.
 */

import { setFlagsFromString } from 'node:v8';

const FLAG = '--max-semi-space-size';

/** For whatever starts a host: package.json, launch.js, the binary, the benches. 4 MiB; the young generation has three of them. */
export const MAIN_HEAP_FLAG: string = `${FLAG}=4`;

/** To be called before the threads start: the flag would overrule the resourceLimits of theirs, and holds main already. */
export function keepHeapFlagFromThreads(): void {
  setFlagsFromString(`${FLAG}=0`);
}
