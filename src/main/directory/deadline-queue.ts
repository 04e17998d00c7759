/**
 * Things that all wait equally long, so that the order in which they came is the order of their deadlines: no heap, no
 * timers, O(1) to enter, leave and find the next. Main thread.
 *
 * Invariant: the clock never goes back, so the Map's insertion order is ascending by deadline.
 */

export class DeadlineQueue<T> {
  readonly #delayMs: number;
  readonly #deadlines = new Map<T, number>();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  get size(): number {
    return this.#deadlines.size;
  }

  /** When the first of them is due; Infinity when none waits. */
  get nextMs(): number {
    for (const deadlineMs of this.#deadlines.values()) return deadlineMs;
    return Infinity;
  }

  /** Starts the wait of `item`, anew if it waits already. */
  add(item: T, nowMs: number): void {
    this.#deadlines.delete(item);
    this.#deadlines.set(item, nowMs + this.#delayMs);
  }

  delete(item: T): void {
    this.#deadlines.delete(item);
  }

  /** Takes out the first whose wait is over; undefined when there is none. */
  takeDue(nowMs: number): T | undefined {
    for (const [item, deadlineMs] of this.#deadlines) {
      if (deadlineMs > nowMs) return undefined;
      this.#deadlines.delete(item);
      return item;
    }
    return undefined;
  }

  /** All that wait, in the order in which they came. */
  items(): IterableIterator<T> {
    return this.#deadlines.keys();
  }
}
