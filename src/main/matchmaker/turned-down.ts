/**
 * Selections of tickets that were too uneven, and how uneven: in a queue that waits for a better one, the same few are
 * tried again and again, by each of their tickets and with each that comes. Main thread, matchmaker only.
 *
 * A selection is known by the sum of its entries' marks, 46 random-looking bits each: two among 8,192 selections share a
 * sum once in two million times, and then a match is found somewhat later than it could be.
 */

import type { Selection } from './match-selection.ts';

/** Selections that are remembered; then all are forgotten. */
const SELECTIONS_MAX = 8_192;
const MARKS = 2 ** 46;

/** The mark of the entry with that number in its queue. */
export function selectionMark(number: number): number {
  const high = mixed(number) & 0x7f_ffff;
  const low = mixed(~number) & 0x7f_ffff;
  return high * 2 ** 23 + low;
}

export class TurnedDown {
  readonly #uneven = new Map<number, number>();

  /** How uneven that selection is; undefined when it was not turned down lately. */
  get(selection: Selection): number | undefined {
    return this.#uneven.size === 0 ? undefined : this.#uneven.get(selectionKey(selection));
  }

  add(selection: Selection, uneven: number): void {
    if (this.#uneven.size >= SELECTIONS_MAX) this.#uneven.clear();
    this.#uneven.set(selectionKey(selection), uneven);
  }
}

/** Names a selection: its entries in any order, and whether every side must have a party. */
function selectionKey({ entries, hasPartyEach }: Selection): number {
  let key = hasPartyEach ? 1 : 0;
  for (const { mark } of entries) {
    key += mark;
    if (key >= MARKS) key -= MARKS;
  }
  return key;
}

/** MurmurHash3's finalizer (Austin Appleby): every bit of the number changes half of the result's. */
function mixed(number: number): number {
  let hash = number | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
