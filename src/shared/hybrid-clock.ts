/**
 * A hybrid logical clock: stamps near the wall clock that never go back and order what depends on each other. Pure.
 * Any thread.
 *
 * After Kulkarni and others, "Logical Physical Clocks" (2014): the greatest time seen, and a counter for what happens
 * within one of its milliseconds. Two hosts may give one (wallMs, counter): the host's id then decides.
 *
 * Invariants: next() is later than every time that next() or observe() has seen; its wallMs is never behind the wall.
 */

export interface HybridTime {
  readonly wallMs: number;
  /** Orders what happens within one millisecond. */
  readonly counter: number;
}

export interface HybridStamp extends HybridTime {
  readonly hostId: string;
}

/** Before every other time. */
export const HYBRID_ORIGIN: HybridTime = { wallMs: 0, counter: 0 };

export class HybridClock {
  #last: HybridTime;

  /** `last` is the greatest time that was given or seen before, from the disk. */
  constructor(last: HybridTime = HYBRID_ORIGIN) {
    this.#last = last;
  }

  /** The greatest time given or seen so far. */
  get last(): HybridTime {
    return this.#last;
  }

  /** A new time, later than all before it. */
  next(wallMs: number): HybridTime {
    const { wallMs: lastWallMs, counter } = this.#last;
    this.#last =
      wallMs > lastWallMs ? { wallMs, counter: 0 } : { wallMs: lastWallMs, counter: counter + 1 };
    return this.#last;
  }

  /** Takes note of another host's time: what is written here from now on is later. */
  observe(remote: HybridTime): void {
    if (compareTimes(remote, this.#last) <= 0) return;
    const { wallMs, counter } = remote;
    this.#last = { wallMs, counter };
  }
}

/** Negative where `a` is earlier, 0 where they are the same time. */
export function compareTimes(a: HybridTime, b: HybridTime): number {
  return a.wallMs - b.wallMs || a.counter - b.counter;
}

/** The order in which the last writer wins: total, and the same on every host. */
export function compareStamps(a: HybridStamp, b: HybridStamp): number {
  const byTime = compareTimes(a, b);
  if (byTime !== 0) return byTime;
  if (a.hostId === b.hostId) return 0;
  return a.hostId < b.hostId ? -1 : 1;
}
