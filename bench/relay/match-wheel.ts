/**
 * The bare relay's tick schedule: matches spread over the interval, one bucket a millisecond, without drift. One thread.
 *
 *   position    0   1   2  ...  buckets-1 | buckets  ...       position only grows
 *   due (ms)    start + position * interval / buckets          bucket = position % buckets, round = position / buckets
 *
 * Matches take buckets by a golden-ratio stride, so that any number of them lies evenly.
 */

import { systemClock } from '../../src/shared/clock.ts';
import type { Timer } from '../../src/shared/clock.ts';

const GOLDEN_RATIO = 0.618_033_988_75;

export class MatchWheel<Match> {
  readonly #buckets: Set<Match>[];
  readonly #bucketMs: number;
  readonly #startMs = systemClock.nowMs();
  readonly #onDue: (match: Match, round: number) => void;
  #added = 0;
  #position = 0;
  #timer: Timer | undefined;

  constructor(rateHz: number, onDue: (match: Match, round: number) => void) {
    const intervalMs = 1000 / rateHz;
    const bucketCount = Math.max(1, Math.floor(intervalMs));
    this.#buckets = Array.from({ length: bucketCount }, () => new Set<Match>());
    this.#bucketMs = intervalMs / bucketCount;
    this.#onDue = onDue;
    this.#turn();
  }

  /** Adds a match; returns how to take it out. */
  add(match: Match): () => void {
    const share = (this.#added * GOLDEN_RATIO) % 1;
    this.#added += 1;
    const bucket = this.#buckets[Math.floor(share * this.#buckets.length)];
    bucket?.add(match);
    return () => bucket?.delete(match);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #turn(): void {
    const nowMs = systemClock.nowMs();
    const newest = Math.floor((nowMs - this.#startMs) / this.#bucketMs);
    // After a stall of more than a round the rounds in between are skipped: their ticks are missing, not bunched.
    this.#position = Math.max(this.#position, newest - this.#buckets.length + 1);
    for (; this.#position <= newest; this.#position += 1) {
      const round = Math.floor(this.#position / this.#buckets.length);
      for (const match of this.#buckets[this.#position % this.#buckets.length] ?? []) {
        this.#onDue(match, round);
      }
    }
    const dueMs = this.#startMs + this.#position * this.#bucketMs;
    this.#timer = systemClock.setTimer(
      () => this.#turn(),
      Math.max(0, dueMs - systemClock.nowMs()),
    );
  }
}
