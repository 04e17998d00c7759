/**
 * A clock that moves only when it is told to, for test kits and simulations. Any thread.
 * Timers run in the order of their due time, those due together in the order in which they were set, and
 * each sees nowMs() at exactly its due time: so a run is the same every time.
 */

import type { Clock, Timer } from './clock.ts';

/** More timers than this in one advance() mean that one sets itself again without delay. */
const TIMERS_PER_ADVANCE_MAX = 1_000_000;
const WALL_START_MS = 1_800_000_000_000;

interface PendingTimer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  readonly #pending = new Set<PendingTimer>();

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return WALL_START_MS + this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    this.#order += 1;
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, callback };
    this.#pending.add(timer);
    return { cancel: () => this.#pending.delete(timer) };
  }

  /** Timers that have been set and neither run nor been cancelled. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /**
   * Moves time on by `ms` and runs what falls due on the way, timers set by timers included.
   * What a callback throws is thrown from here; the clock then stands at that timer's due time.
   */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`Cannot advance the clock: by ${ms} ms`);
    const untilMs = this.#nowMs + ms;
    for (let runs = 0; ; runs += 1) {
      const timer = this.#earliest(untilMs);
      if (timer === undefined) break;
      if (runs === TIMERS_PER_ADVANCE_MAX) {
        throw new Error(`Cannot advance the clock: ${runs} timers ran within ${ms} ms`);
      }
      this.#pending.delete(timer);
      this.#nowMs = timer.dueMs;
      timer.callback();
    }
    this.#nowMs = untilMs;
  }

  #earliest(untilMs: number): PendingTimer | undefined {
    let earliest: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs > untilMs) continue;
      if (
        earliest === undefined ||
        timer.dueMs < earliest.dueMs ||
        (timer.dueMs === earliest.dueMs && timer.order < earliest.order)
      ) {
        earliest = timer;
      }
    }
    return earliest;
  }
}
