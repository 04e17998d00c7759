/** One run of a simulated host: its threads on virtual time and its own, skewed clock. Test files only. */

import type { Clock } from '../../src/shared/clock.ts';
import type { World } from './world.ts';

const WALL_START_MS = 1_800_000_000_000;

/** How a machine's clocks differ from true time. */
export interface Skew {
  /** Milliseconds of the machine in a true one. */
  readonly rate: number;
  readonly offsetMs: number;
  readonly wallOffsetMs: number;
}

/** At that true time. */
export function wallMsOf({ rate, wallOffsetMs }: Skew, nowMs: number): number {
  return WALL_START_MS + wallOffsetMs + rate * nowMs;
}

export type ThreadName = 'main' | 'bridge';

export class SimProcess {
  readonly world: World;
  readonly clock: Clock;
  isDead = false;
  readonly #skew: Skew;
  readonly #waiting: Record<ThreadName, (() => void)[]> = { main: [], bridge: [] };
  readonly #hung: { readonly fromMs: number; readonly untilMs: number }[] = [];
  readonly #pausedUntilMs: Record<ThreadName, number> = { main: 0, bridge: 0 };

  constructor(world: World, skew: Skew) {
    this.world = world;
    this.#skew = skew;
    const { rate, offsetMs } = skew;
    this.clock = {
      nowMs: () => offsetMs + rate * world.nowMs,
      wallMs: () => Math.floor(wallMsOf(skew, world.nowMs)),
      setTimer: (callback, delayMs) => {
        let isCancelled = false;
        this.after('main', delayMs, () => {
          if (!isCancelled) callback();
        });
        return { cancel: () => void (isCancelled = true) };
      },
    };
  }

  /** Runs in that thread: at once, when it runs again, or never; in the order of these calls. */
  run(thread: ThreadName, call: () => void): void {
    if (this.isDead) return;
    const waiting = this.#waiting[thread];
    if (waiting.length === 0 && !this.isPaused(thread)) {
      call();
      return;
    }
    waiting.push(call);
    if (waiting.length === 1) this.#resume(thread);
  }

  /** The same after a time of its own clock. */
  after(thread: ThreadName, delayMs: number, call: () => void): void {
    this.world.after(delayMs / this.#skew.rate, () => this.run(thread, call));
  }

  pause(thread: ThreadName, forMs: number): void {
    const { nowMs } = this.world;
    const last = this.#hung.at(-1);
    const fromMs = last !== undefined && last.untilMs >= nowMs ? last.fromMs : nowMs;
    const untilMs = Math.max(nowMs + forMs, this.#pausedUntilMs[thread]);
    this.#pausedUntilMs[thread] = untilMs;
    this.#hung.push({ fromMs, untilMs: Math.max(untilMs, last?.untilMs ?? 0) });
  }

  isPaused(thread: ThreadName): boolean {
    return this.#pausedUntilMs[thread] > this.world.nowMs;
  }

  /** How long any of its threads has hung at most, at a stretch, since then: it reads late what came meanwhile. */
  hungSince(sinceMs: number): number {
    let longestMs = 0;
    for (const { fromMs, untilMs } of this.#hung) {
      if (untilMs >= sinceMs) longestMs = Math.max(longestMs, untilMs - fromMs);
    }
    return longestMs;
  }

  /** Runs what waits, once the thread runs again: it may have been paused anew meanwhile. */
  #resume(thread: ThreadName): void {
    this.world.at(this.#pausedUntilMs[thread], () => {
      const waiting = this.#waiting[thread];
      while (waiting.length > 0 && !this.isPaused(thread) && !this.isDead) waiting.shift()?.();
      if (waiting.length > 0 && !this.isDead) this.#resume(thread);
    });
  }
}
