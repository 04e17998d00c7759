/**
 * Tells a thread that hangs from one that gets no CPU, by what the kernel says of it while it is silent. Main thread.
 *
 *   silent, and since the last look         counts as hanging
 *   it has run, or waits for a CPU          the CPU time that it had
 *   it has slept all the time (a lock)      all of it
 *   nothing is known of it (not on Linux)   all of it
 *
 * Who is silent for hangMs hangs when at least half of it counts: an endless loop that has half a CPU or more, and a thread that
 * waits for ever, are noticed after hangMs. Who gets less on a crowded machine is given time, at most STARVED_TIMES times hangMs.
 * What main itself has slept is nobody's silence.
 */

import type { ThreadCpu } from './thread-cpu.ts';

/** A thread that is silent for so many times hangMs is of no use to anybody, whatever keeps it. */
export const STARVED_TIMES = 10;
/** Between two looks no more than this counts: where main has slept, the thread's signs of life come after it. */
const LOOK_MS_MAX = 250;
/** Of hangMs. No turn of a worker that is well takes so much CPU. */
const HANGING_SHARE = 0.5;
/** The kernel is asked from this share of hangMs on: most threads are never silent for so long. */
const ASK_SHARE = 0.25;

export interface HangLook {
  readonly nowMs: number;
  /** The last sign of life. */
  readonly heartbeatMs: number;
}

export class HangWatch {
  /** Since the last sign of life, as far as main has looked. */
  silentMs = 0;
  /** What of it counts. */
  hangingMs = 0;
  readonly #hangMs: number;
  readonly #cpu: () => ThreadCpu | undefined;
  #heartbeatMs = 0;
  #lookedMs = 0;
  #before: ThreadCpu | undefined;

  constructor(hangMs: number, cpu: () => ThreadCpu | undefined) {
    this.#hangMs = hangMs;
    this.#cpu = cpu;
  }

  /** Once a look, some times in hangMs; true when the thread is to be ended. */
  isHanging({ nowMs, heartbeatMs }: HangLook): boolean {
    if (heartbeatMs !== this.#heartbeatMs) {
      this.#heartbeatMs = heartbeatMs;
      this.#lookedMs = heartbeatMs;
      this.silentMs = 0;
      this.hangingMs = 0;
      this.#before = undefined;
    }
    const passedMs = Math.max(0, Math.min(nowMs - this.#lookedMs, LOOK_MS_MAX));
    this.#lookedMs = nowMs;
    this.silentMs += passedMs;
    const isAsked = this.silentMs > this.#hangMs * ASK_SHARE;
    const cpu = isAsked ? this.#cpu() : undefined;
    this.hangingMs += this.#counted(cpu, passedMs);
    this.#before = cpu;
    if (this.silentMs > this.#hangMs * STARVED_TIMES) return true;
    return this.silentMs > this.#hangMs && this.hangingMs > this.#hangMs * HANGING_SHARE;
  }

  #counted(cpu: ThreadCpu | undefined, passedMs: number): number {
    if (cpu === undefined || this.#before === undefined) return passedMs;
    const ranMs = cpu.ranMs - this.#before.ranMs;
    // Who sleeps a little and runs a little may wait for threads that get no CPU: those that help V8 collect garbage do.
    if (ranMs === 0 && !cpu.isRunnable) return passedMs;
    return Math.min(ranMs, LOOK_MS_MAX);
  }
}
