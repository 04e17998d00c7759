/**
 * When whom to wake: a heap of times, thousands of which change each second. The swarm's processes, one thread.
 * A wake that was replaced stays in the heap until its time: whoever takes it out asks whether it still stands.
 *
 *   entry = time (f64), whom (a number)          the least time is at index 0, children of i are 2i + 1 and 2i + 2
 */

export class WakeQueue {
  readonly #times: number[] = [];
  readonly #whom: number[] = [];

  get size(): number {
    return this.#times.length;
  }

  /** The earliest time; Infinity when there is none. */
  get nextMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  add(atMs: number, whom: number): void {
    let index = this.#times.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentMs = this.#times[parent] ?? 0;
      if (parentMs <= atMs) break;
      this.#put(index, parentMs, this.#whom[parent] ?? 0);
      index = parent;
    }
    this.#put(index, atMs, whom);
  }

  /** Takes the earliest entry out and returns whom; -1 when there is none. */
  take(): number {
    const first = this.#whom[0] ?? -1;
    const lastMs = this.#times.pop();
    const last = this.#whom.pop();
    if (lastMs === undefined || last === undefined || this.#times.length === 0) return first;
    this.#sink(lastMs, last);
    return first;
  }

  #sink(atMs: number, whom: number): void {
    const { length } = this.#times;
    let index = 0;
    for (let child = 1; child < length; child = index * 2 + 1) {
      const right = child + 1;
      const isRightLess = right < length && (this.#times[right] ?? 0) < (this.#times[child] ?? 0);
      const least = isRightLess ? right : child;
      const leastMs = this.#times[least] ?? 0;
      if (leastMs >= atMs) break;
      this.#put(index, leastMs, this.#whom[least] ?? 0);
      index = least;
    }
    this.#put(index, atMs, whom);
  }

  #put(index: number, atMs: number, whom: number): void {
    this.#times[index] = atMs;
    this.#whom[index] = whom;
  }
}
