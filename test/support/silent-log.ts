/** A log that says nothing and keeps what it was told. Runs in test processes. */

import type { HostLog } from '../../src/main/log.ts';

/** Messages of all levels go to `lines`. */
export function silentLog(lines: string[] = []): HostLog {
  const keep = (message: string): void => void lines.push(message);
  return {
    debug: keep,
    info: keep,
    warn: keep,
    error: keep,
    fromThread: ({ message }) => keep(message),
    setLevel: () => {},
    close: () => Promise.resolve(),
  };
}
