/**
 * Divides the tickets of a match of two sides so that their strengths differ as little as possible. Exact. Main thread.
 *
 *   tickets, in an order drawn by seed    | 0 | 1 2 3 4 5 6 7 | 8 9 a b c d e f |     0 is on side A: the rest is symmetric
 *                                               left half        right half
 *
 * Meet in the middle (Horowitz and Sahni, 1974): the subsets of each half that are few enough heads, by ascending strength;
 * for each number of heads one walk finds the closest sum. It ends at once where nothing can be closer, and rows of subsets
 * are only made when a walk needs them: players of like strength are divided after a few. 16 tickets: at most 256
 * subsets a half, some microseconds. Strengths are whole numbers, so that "exact" means exact.
 */

import { SubsetTable } from './subset-table.ts';

/** Tickets of one split; beyond it large-split.ts has a bound. */
export const EXACT_TICKETS_MAX = 16;
/** Players of one side. */
export const EXACT_SIDE_MAX = 32;

/** A subset is one number: its strength times this, plus its tickets as bits. Below 2^48, so exact in a double. */
const MASKS = 2 ** EXACT_TICKETS_MAX;
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
  readonly #left = new SubsetTable(EXACT_SIDE_MAX);
  readonly #right = new SubsetTable(EXACT_SIDE_MAX);

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
    const left = this.#left;
    const right = this.#right;
    const middle = (count + 1) >> 1;
    left.clear();
    right.clear();
    const own = strengths[0] ?? 0;
    let total = own;
    for (let index = 1; index < count; index += 1) {
      const strength = strengths[index] ?? 0;
      total += strength;
      if (index === apart) continue;
      (index < middle ? left : right).add(sizes[index] ?? 0, strength * MASKS + (1 << index));
    }
    const room = sideSize - (sizes[0] ?? 0);
    // Whole numbers with an odd sum have no equal halves.
    const least = total & 1;
    const most = Math.min(room, left.heads);
    for (let heads = Math.max(0, room - right.heads); heads <= most; heads += 1) {
      if (this.difference <= least) return;
      this.#meet(heads, right.heads - room + heads, total - 2 * own);
    }
  }

  /**
   * Walks the left subsets of `heads` for side A and the right ones of `away` for side B, both up. The best of all have half
   * of `twice` on side A.
   */
  #meet(heads: number, away: number, twice: number): void {
    const lefts = this.#left.subsets;
    const rights = this.#right.subsets;
    const { all } = this.#right;
    const leftEnd = this.#left.build(heads);
    const rightEnd = this.#right.build(away);
    let low = this.#left.first(heads);
    let high = this.#right.first(away);
    while (low < leftEnd && high < rightEnd) {
      const both = (lefts[low] ?? 0) + all - (rights[high] ?? 0);
      const sum = Math.floor(both / MASKS);
      const excess = 2 * sum - twice;
      const difference = excess < 0 ? -excess : excess;
      if (difference < this.difference) {
        this.difference = difference;
        this.mask = 1 | (both - sum * MASKS);
      }
      if (excess > 0) high += 1;
      else low += 1;
    }
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
