/**
 * All waiting tickets of a mode by rating, built for one pass. Main thread, matchmaker only.
 *
 *   place           0      1     2     3   ...   count    count + 1      lowest rating first
 *   #means      -Infinity  .     .     .            .     Infinity       so that every ticket has two neighbors
 *   #next                 <->   <->   <->          <->                   who is taken is unlinked, in O(1)
 *   #ages                  3     0     2            1                    place --> age
 *   #places        2       4     3     1 ...                             age --> place; by age: the oldest first
 *
 * The walk along the ratings reads these arrays, which lie side by side, and not the tickets, which lie anywhere: of a long
 * queue, half of the time of a pass would be waiting for memory.
 */

import { KeyOrder } from './key-order.ts';
import type { QueueEntry } from './queue-entry.ts';
import { grown } from './scratch.ts';

/** Keys are ratings in steps of 1/4096, from -1000 to 1000; who differs by less stands by age. */
const STEPS = 4096;
const MEAN_MAX = 1000;

export class RatingIndex {
  readonly #order = new KeyOrder();
  #byAge: readonly QueueEntry[] = [];
  #keys = new Int32Array(0);
  #means = new Float64Array(0);
  #meansByAge = new Float64Array(0);
  #ages = new Int32Array(0);
  #places = new Int32Array(0);
  #next = new Int32Array(0);
  #previous = new Int32Array(0);

  /** Oldest first. */
  get byAge(): readonly QueueEntry[] {
    return this.#byAge;
  }

  /** From now on of these, oldest first. */
  build(byAge: readonly QueueEntry[]): void {
    const count = byAge.length;
    this.#byAge = byAge;
    this.#grow(count + 2);
    const keys = this.#keys;
    const meansByAge = this.#meansByAge;
    for (let age = 0; age < count; age += 1) {
      const entry = byAge[age];
      if (entry === undefined) continue;
      entry.age = age;
      const { mean } = entry;
      meansByAge[age] = mean;
      keys[age] = Math.round((Math.min(MEAN_MAX, Math.max(-MEAN_MAX, mean)) + MEAN_MAX) * STEPS);
    }
    this.#link(this.#order.sort(keys, count), count);
  }

  /** Whether the entry was there when this was built and is not unlinked since. */
  has(entry: QueueEntry): boolean {
    return entry.isWaiting && this.#byAge[entry.age] === entry;
  }

  placeOf({ age }: QueueEntry): number {
    return this.#places[age] ?? 0;
  }

  at(place: number): QueueEntry | undefined {
    return this.#byAge[this.#ages[place] ?? 0];
  }

  /** Infinite past either end. */
  meanAt(place: number): number {
    return this.#means[place] ?? 0;
  }

  /** The place of the next higher one who waits. */
  above(place: number): number {
    return this.#next[place] ?? 0;
  }

  below(place: number): number {
    return this.#previous[place] ?? 0;
  }

  /** The entry does not wait any more. */
  unlink(entry: QueueEntry): void {
    const place = this.placeOf(entry);
    const previous = this.below(place);
    const next = this.above(place);
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #grow(length: number): void {
    this.#keys = grown(this.#keys, length);
    this.#means = grown(this.#means, length);
    this.#meansByAge = grown(this.#meansByAge, length);
    this.#ages = grown(this.#ages, length);
    this.#places = grown(this.#places, length);
    this.#next = grown(this.#next, length);
    this.#previous = grown(this.#previous, length);
  }

  #link(order: Int32Array, count: number): void {
    const means = this.#means;
    for (let place = 1; place <= count; place += 1) {
      const age = order[place - 1] ?? 0;
      this.#ages[place] = age;
      this.#places[age] = place;
      means[place] = this.#meansByAge[age] ?? 0;
      this.#previous[place] = place - 1;
      this.#next[place] = place + 1;
    }
    means[0] = -Infinity;
    means[count + 1] = Infinity;
    this.#next[0] = 1;
    this.#previous[count + 1] = count;
  }
}

/** Walks from one ticket to others, the nearest in rating first. */
export class NearestFirst {
  /** How far the last one is from the start, in mu. */
  distance: number = 0;
  readonly #index: RatingIndex;
  #mean = 0;
  /** The next on either side, and how far they are. */
  #below = 0;
  #above = 0;
  #down = Infinity;
  #up = Infinity;

  constructor(index: RatingIndex) {
    this.#index = index;
  }

  start(from: QueueEntry): void {
    const index = this.#index;
    const place = index.placeOf(from);
    this.#mean = index.meanAt(place);
    this.#below = index.below(place);
    this.#above = index.above(place);
    this.#down = this.#mean - index.meanAt(this.#below);
    this.#up = index.meanAt(this.#above) - this.#mean;
  }

  /** The next one, however far; undefined when there is none. `distance` is its. */
  next(): QueueEntry | undefined {
    const index = this.#index;
    if (this.#down <= this.#up) {
      this.distance = this.#down;
      if (this.#down === Infinity) return undefined;
      const entry = index.at(this.#below);
      this.#below = index.below(this.#below);
      this.#down = this.#mean - index.meanAt(this.#below);
      return entry;
    }
    this.distance = this.#up;
    const entry = index.at(this.#above);
    this.#above = index.above(this.#above);
    this.#up = index.meanAt(this.#above) - this.#mean;
    return entry;
  }
}
