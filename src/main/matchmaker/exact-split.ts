/**
 * Divides the tickets of a match of two sides so that their strengths differ as little as possible. Exact. Main thread.
 *
 *   tickets, in an order drawn by seed    | 0 | 1 2 3 4 5 6 7 | 8 9 a b c d e f |     0 is on side A: the rest is symmetric
 *                                               left half        right half
 *
 * Meet in the middle (Horowitz and Sahni, 1974): all subsets of each half, by heads and ascending strength; for each number
 * of heads one walk from both ends finds the closest sum. 16 tickets: 256 subsets a half, some microseconds. Strengths
 * are whole numbers, so that "exact" means exact.
 */

/** Tickets of one split; beyond it large-split.ts has a bound. */
export const EXACT_TICKETS_MAX = 16;
/** Players of one side. */
export const EXACT_SIDE_MAX = 32;

const HALF_SUBSETS = 256;
const ROWS = EXACT_SIDE_MAX + 1;
const NOBODY = -1;

export interface SplitTask {
  /** Players of each ticket. */
  readonly sizes: Int32Array;
  /** Whole numbers; see fixedStrength(). */
  readonly strengths: Int32Array;
  readonly count: number;
  /** Players of a side: half of all. */
  readonly sideSize: number;
}

/** Strengths in steps of 1/65536, bounded so that the sum of 64 players fits 32 bits. */
export function fixedStrength(mu: number): number {
  return Math.round(Math.min(400, Math.max(-400, mu)) * 65_536);
}

export class ExactSplit {
  /** Twice the difference that was found, undivided: |A - B|. */
  difference: number = Infinity;
  /** Bit n: ticket n is on side A. */
  mask: number = 0;
  readonly #left = new SubsetTable();
  readonly #right = new SubsetTable();

  /** Finds the closest division; false when no division has equal sides. */
  find(task: SplitTask): boolean {
    this.difference = Infinity;
    this.#improve(task, NOBODY);
    return this.difference !== Infinity;
  }

  /** The closest division with a party on each side; false when there is none. */
  findWithPartyEach(task: SplitTask): boolean {
    this.difference = Infinity;
    const { sizes, count } = task;
    let first = 0;
    while (first < count && sizes[first] === 1) first += 1;
    swap(task, 0, first);
    // One of the other parties is on the other side: each in turn.
    for (let other = 1; other < count; other += 1) {
      if ((sizes[other] ?? 0) > 1) this.#improve(task, other);
    }
    swap(task, 0, first);
    this.mask = swapBits(this.mask, 0, first);
    return this.difference !== Infinity;
  }

  /** `apart` is sent to the side that ticket 0 is not on. */
  #improve(task: SplitTask, apart: number): void {
    const { strengths, sizes, count, sideSize } = task;
    const middle = (count + 1) >> 1;
    this.#left.reset(sideSize);
    this.#right.reset(sideSize);
    let total = strengths[0] ?? 0;
    for (let index = 1; index < count; index += 1) {
      total += strengths[index] ?? 0;
      if (index !== apart) (index < middle ? this.#left : this.#right).add(task, index);
    }
    const room = sideSize - (sizes[0] ?? 0);
    for (let heads = 0; heads <= room; heads += 1) this.#meet(heads, room - heads, total, task);
  }

  /** Walks the left subsets of `heads` up and the right ones of `rest` down. */
  #meet(heads: number, rest: number, total: number, task: SplitTask): void {
    const left = this.#left;
    const right = this.#right;
    const leftEnd = heads * HALF_SUBSETS + left.count(heads);
    const rightStart = rest * HALF_SUBSETS;
    const own = task.strengths[0] ?? 0;
    let low = heads * HALF_SUBSETS;
    let high = rightStart + right.count(rest) - 1;
    const { sums: leftSums } = left;
    const { sums: rightSums } = right;
    while (low < leftEnd && high >= rightStart) {
      const sum = own + (leftSums[low] ?? 0) + (rightSums[high] ?? 0);
      const excess = 2 * sum - total;
      const difference = excess < 0 ? -excess : excess;
      if (difference < this.difference) {
        this.difference = difference;
        this.mask = 1 | (left.masks[low] ?? 0) | (right.masks[high] ?? 0);
      }
      if (excess > 0) high -= 1;
      else low += 1;
    }
  }
}

/** All subsets of a half: a row for each number of heads, ascending by strength. Two buffers, so that a merge has a target. */
class SubsetTable {
  sums = new Int32Array(ROWS * HALF_SUBSETS);
  masks = new Int32Array(ROWS * HALF_SUBSETS);
  #counts = new Int32Array(ROWS);
  #otherSums = new Int32Array(ROWS * HALF_SUBSETS);
  #otherMasks = new Int32Array(ROWS * HALF_SUBSETS);
  #otherCounts = new Int32Array(ROWS);
  #headsMax = 0;

  count(heads: number): number {
    return this.#counts[heads] ?? 0;
  }

  reset(headsMax: number): void {
    this.#headsMax = headsMax;
    this.#counts.fill(0, 0, headsMax + 1);
    this.#counts[0] = 1;
    this.sums[0] = 0;
    this.masks[0] = 0;
  }

  /** Each subset so far stays, and comes again with ticket `index`. */
  add({ sizes, strengths }: SplitTask, index: number): void {
    const size = sizes[index] ?? 0;
    const strength = strengths[index] ?? 0;
    const bit = 1 << index;
    for (let heads = 0; heads <= this.#headsMax; heads += 1) {
      this.#merge(heads, heads - size, strength, bit);
    }
    [this.sums, this.#otherSums] = [this.#otherSums, this.sums];
    [this.masks, this.#otherMasks] = [this.#otherMasks, this.masks];
    [this.#counts, this.#otherCounts] = [this.#otherCounts, this.#counts];
  }

  /** Row `heads` of the other buffer: row `heads`, merged with row `from` plus `strength`. */
  #merge(heads: number, from: number, strength: number, bit: number): void {
    const { sums, masks } = this;
    const otherSums = this.#otherSums;
    const otherMasks = this.#otherMasks;
    const start = heads * HALF_SUBSETS;
    let plain = start;
    const plainEnd = start + (this.#counts[heads] ?? 0);
    let added = from < 0 ? 0 : from * HALF_SUBSETS;
    const addedEnd = from < 0 ? 0 : added + (this.#counts[from] ?? 0);
    let target = start;
    while (plain < plainEnd || added < addedEnd) {
      const isPlain =
        added >= addedEnd ||
        (plain < plainEnd && (sums[plain] ?? 0) <= (sums[added] ?? 0) + strength);
      otherSums[target] = isPlain ? (sums[plain] ?? 0) : (sums[added] ?? 0) + strength;
      otherMasks[target] = isPlain ? (masks[plain] ?? 0) : (masks[added] ?? 0) | bit;
      if (isPlain) plain += 1;
      else added += 1;
      target += 1;
    }
    this.#otherCounts[heads] = target - start;
  }
}

function swap({ sizes, strengths }: SplitTask, one: number, other: number): void {
  const size = sizes[one] ?? 0;
  const strength = strengths[one] ?? 0;
  sizes[one] = sizes[other] ?? 0;
  strengths[one] = strengths[other] ?? 0;
  sizes[other] = size;
  strengths[other] = strength;
}

function swapBits(mask: number, one: number, other: number): number {
  const differ = ((mask >> one) ^ (mask >> other)) & 1;
  return mask ^ ((differ << one) | (differ << other));
}
