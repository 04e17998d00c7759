/** Puts rules into the ban table in shared memory and takes them out again (layout: ban-table.ts). Main thread. */

import {
  BITS,
  findRow,
  FREE,
  GONE,
  indexOf,
  NOWHERE,
  OVERFLOW,
  placeOf,
  PREFIXES,
  rowCountOf,
  STARTS,
  STARTS_COUNT,
  wordOf,
} from '../../shared/ban-table.ts';

const START_BITS = 16;

export class BanTableWriter {
  readonly #words: Int32Array;
  readonly #mask: number;
  /** Rules of each length. */
  readonly #counts = new Uint32Array(BITS + 1);
  /** Rules for each first 16 bits; those that found no room stay in here. */
  readonly #startCounts = new Uint32Array(STARTS_COUNT);
  /** Rows that are not free: half of all at most, so that probes stay short. */
  #used = 0;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
    this.#mask = rowCountOf(this.#words) - 1;
  }

  /** A rule that is not there yet; one that finds no room is marked, so that readers ask the BlockList. */
  add(first: number, prefix: number): void {
    const network = first | 0;
    const row = prefix === 0 ? NOWHERE : this.#room(network, prefix);
    if (row === NOWHERE) {
      Atomics.store(this.#words, OVERFLOW, 1);
    } else {
      if (this.#words[row] === FREE) this.#used += 1;
      this.#words[row + 1] = network;
      // After the network, so that nobody reads the row without it.
      Atomics.store(this.#words, row, prefix);
      this.#count(prefix, 1);
    }
    this.#countStarts(network, prefix, 1);
  }

  /** Harmless for a rule that found no room. */
  delete(first: number, prefix: number): void {
    const network = first | 0;
    const row = findRow(this.#words, { mask: this.#mask, network, prefix });
    if (row === NOWHERE) return;
    Atomics.store(this.#words, row, GONE);
    this.#count(prefix, -1);
    this.#countStarts(network, prefix, -1);
    this.#sweepBefore(row);
  }

  #count(prefix: number, change: number): void {
    const count = (this.#counts[prefix] ?? 0) + change;
    this.#counts[prefix] = count;
    const bit = 1 << (prefix - 1);
    const prefixes = this.#words[PREFIXES] ?? 0;
    Atomics.store(this.#words, PREFIXES, count > 0 ? prefixes | bit : prefixes & ~bit);
  }

  #countStarts(network: number, prefix: number, change: number): void {
    const first = network >>> START_BITS;
    const last = first + 2 ** Math.max(0, START_BITS - prefix) - 1;
    for (let start = first; start <= last; start += 1) {
      const count = (this.#startCounts[start] ?? 0) + change;
      this.#startCounts[start] = count;
      const word = STARTS + (start >>> 5);
      const bit = 1 << (start & 31);
      const starts = this.#words[word] ?? 0;
      // Publishes the rule, where the bit was set before too. Pairs with BanTable.has().
      Atomics.store(this.#words, word, count > 0 ? starts | bit : starts & ~bit);
    }
  }

  #room(network: number, prefix: number): number {
    const place = placeOf(network, prefix);
    for (let probe = 0; probe <= this.#mask; probe += 1) {
      const row = wordOf((place + probe) & this.#mask);
      const tag = this.#words[row];
      if (tag === GONE) return row;
      if (tag === FREE) return this.#used * 2 <= this.#mask ? row : NOWHERE;
    }
    return NOWHERE;
  }

  /** Rows that are gone and stand right before a free one hold no probe up: they are free. */
  #sweepBefore(row: number): void {
    const rows = this.#mask + 1;
    let index = indexOf(row);
    if (this.#words[wordOf((index + 1) % rows)] !== FREE) return;
    while (this.#words[wordOf(index)] === GONE) {
      Atomics.store(this.#words, wordOf(index), FREE);
      this.#used -= 1;
      index = (index + rows - 1) % rows;
    }
  }
}
