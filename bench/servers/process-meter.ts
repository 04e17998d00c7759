/** CPU time and memory of another process, and of the whole machine, as Linux counts them. The bench's parent process. */

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

/** Fields of the `cpu` line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user. */
const BUSY_FIELDS = [1, 2, 3, 6, 7, 8];

/** CPU time that anything on this machine used, and time that its hypervisor took away, since it started. */
export function readMachineBusyMicros(): number {
  const fields = (readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '').split(/\s+/);
  const busy = BUSY_FIELDS.reduce((total, field) => total + Number(fields[field] ?? 0), 0);
  return busy * MICROS_PER_CLOCK_TICK;
}
