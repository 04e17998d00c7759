/** CPU time and memory of another process as Linux counts them, read from outside. The bench's parent process. */

import { readFileSync } from 'node:fs';

/** USER_HZ: on Linux the unit of /proc/PID/stat is 1/100 s on every architecture Node runs on. */
const MICROS_PER_CLOCK_TICK = 10_000;
/** Fields after the command's name, which ends at the last `)`: state is 0, utime 11, stime 12. */
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;

export interface ProcessReading {
  /** All threads together, since the process began; resolution 10 ms. */
  readonly userMicros: number;
  readonly systemMicros: number;
  /** Resident memory. */
  readonly rssKib: number;
}

export function readProcess(pid: number): ProcessReading {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rss = /^VmRSS:\s+(?<kib>\d+) kB$/m.exec(status)?.groups?.['kib'];
  if (rss === undefined) throw new Error(`Cannot read memory of process ${pid}: no VmRSS line`);
  return {
    userMicros: Number(fields[USER_FIELD]) * MICROS_PER_CLOCK_TICK,
    systemMicros: Number(fields[SYSTEM_FIELD]) * MICROS_PER_CLOCK_TICK,
    rssKib: Number(rss),
  };
}
