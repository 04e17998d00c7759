/** What the kernel says of a thread of this process: whether it would run, and how much it has. Linux only. Main thread. */

import { readFileSync } from 'node:fs';

export interface ThreadCpu {
  /** It runs, or waits for nothing but a CPU. */
  readonly isRunnable: boolean;
  /** CPU time since it began, to 10 ms. */
  readonly ranMs: number;
}

/** By the kernel's id of the thread. Takes some 20 us and no disk: the kernel writes the text when it is read. */
export function threadCpu(systemThreadId: number | undefined): ThreadCpu | undefined {
  if (systemThreadId === undefined) return undefined;
  try {
    return parseThreadStat(readFileSync(`/proc/self/task/${systemThreadId}/stat`, 'latin1'));
  } catch {
    // It has ended: its exit is about to be heard.
    return undefined;
  }
}

/** USER_HZ: what user space sees, whatever the kernel runs at. */
const TICK_MS = 10;
/** Fields after the thread's name, which may hold anything: proc_pid_stat(5). */
const STATE = 0;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

export function parseThreadStat(text: string): ThreadCpu | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  if (!Number.isFinite(ticks)) return undefined;
  return { isRunnable: fields[STATE] === 'R', ranMs: ticks * TICK_MS };
}
