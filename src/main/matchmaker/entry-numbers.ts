/**
 * The numbers of all waiting tickets of a queue, a row of 64 bytes each. Main thread, matchmaker only.
 *
 *   column          meaning
 *     0  mu              sum over the members
 *     1  variance        sum of sigma squared
 *     2  muMin, 3 muMax  lowest and highest mu of a member
 *     4  enqueuedMs
 *     5  foretoldMs, 6 reach, 7 quietUntilMs      see QueueEntry
 *
 * An object keeps each of its fractions in an object of its own: a pass over a long queue, which goes by rating and so
 * through memory at random, would fetch eight places for a ticket where it now fetches one.
 */

export const Column = {
  mu: 0,
  variance: 1,
  muMin: 2,
  muMax: 3,
  enqueuedMs: 4,
  foretoldMs: 5,
  reach: 6,
  quietUntilMs: 7,
} as const;

const COLUMNS = 8;
const ROWS_AT_FIRST = 16;

export class EntryNumbers {
  /** A row's columns lie from where take() said. Another array after a take() that found no room. */
  values: Float64Array = new Float64Array(ROWS_AT_FIRST * COLUMNS);
  readonly #free: number[] = [];
  #end = 0;

  /** Where a row of its own begins; what is in it is left from before. */
  take(): number {
    const row = this.#free.pop();
    if (row !== undefined) return row;
    if (this.#end === this.values.length) {
      const values = new Float64Array(2 * this.#end);
      values.set(this.values);
      this.values = values;
    }
    this.#end += COLUMNS;
    return this.#end - COLUMNS;
  }

  free(row: number): void {
    this.#free.push(row);
    if (this.#free.length * COLUMNS < this.#end) return;
    // Nobody waits: the next ones lie in the order in which they come.
    this.#free.length = 0;
    this.#end = 0;
  }
}
