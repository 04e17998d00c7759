/**
 * Puts small whole numbers in order, without a comparison: radix sort from the lowest digit up. Main thread, matchmaker only.
 *
 *   keys    | 23 bits: 3 digits of 8 |      a pass a digit, each stable, so equal keys stay in the order of their index
 */

import { grown } from './scratch.ts';

const DIGIT_BITS = 8;
const DIGITS = 2 ** DIGIT_BITS;
/** Keys are below 2^24. */
const PASSES = 3;

export class KeyOrder {
  readonly #starts = new Int32Array(DIGITS);
  #order = new Int32Array(0);
  #next = new Int32Array(0);

  /** Indices of the first `count` keys, ascending by key. Holds until the next call. */
  sort(keys: Int32Array, count: number): Int32Array {
    this.#order = grown(this.#order, count);
    this.#next = grown(this.#next, count);
    for (let index = 0; index < count; index += 1) this.#order[index] = index;
    for (let pass = 0; pass < PASSES; pass += 1) this.#pass(keys, count, pass * DIGIT_BITS);
    return this.#order;
  }

  #pass(keys: Int32Array, count: number, shift: number): void {
    const order = this.#order;
    const next = this.#next;
    const starts = this.#starts.fill(0);
    for (let at = 0; at < count; at += 1) {
      const digit = ((keys[at] ?? 0) >>> shift) & (DIGITS - 1);
      starts[digit] = (starts[digit] ?? 0) + 1;
    }
    let start = 0;
    for (let digit = 0; digit < DIGITS; digit += 1) {
      const length = starts[digit] ?? 0;
      starts[digit] = start;
      start += length;
    }
    for (let at = 0; at < count; at += 1) {
      const index = order[at] ?? 0;
      const digit = ((keys[index] ?? 0) >>> shift) & (DIGITS - 1);
      const target = starts[digit] ?? 0;
      starts[digit] = target + 1;
      next[target] = index;
    }
    this.#order = next;
    this.#next = order;
  }
}
