/** The kernel's name for this thread, by which main can ask for its CPU time while it answers nobody. Match workers. */

import { readlinkSync } from 'node:fs';

/** Undefined where the system does not say. */
export function systemThreadId(): number | undefined {
  try {
    // `PID/task/TID`.
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    return Number.isSafeInteger(id) ? id : undefined;
  } catch {
    // Not Linux, or without /proc: main goes by the clock alone.
    return undefined;
  }
}
