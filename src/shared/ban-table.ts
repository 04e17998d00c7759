/**
 * Banned IPv4 addresses and ranges in shared memory, as readers see them: whether one is banned costs some tens of nanoseconds,
 * where node:net's BlockList costs hundreds, and floods knock at this door. Gateway threads read, main writes (ban-table-writer.ts).
 *
 *   word 0     PREFIXES  i32  main  bit n: there are ranges with n + 1 bits (a ban of everybody, /0, is not kept here)
 *   word 1     OVERFLOW  i32  main  1: a rule found no room, so a miss says nothing where its addresses start
 *   word 2..   STARTS    i32  main  65,536 bits: there may be a rule for addresses that start with these 16 bits
 *   word 2050.. rows of 2 words, found by linear probing:
 *     0        tag       i32  main  0 free, GONE, or the prefix length; stored last when a row is filled, first when it is freed
 *     1        network   i32  main  the first address of the range
 *
 * Invariants: a rule is at or after its place and before the next free row, and the bits of all its starts are set as long as
 * it is there: most addresses are nobody's, and two of their numbers and one word say so. A reader that meets a row while
 * main reuses it may see the rule a moment too early or too late, never another address. Reads are plain where that will do: an
 * Atomics.load is a call, and costs as much as half an address.
 */

import assert from 'node:assert/strict';

export const PREFIXES = 0;
export const OVERFLOW = 1;
export const STARTS = 2;
/** How many different first 16 bits there are. */
export const STARTS_COUNT = 65_536;
export const FREE = 0;
export const GONE = 255;
export const BITS = 32;
export const NOWHERE = -1;

const HEADER_WORDS: number = STARTS + STARTS_COUNT / 32;
const ROW_WORDS = 2;
const NOT_A_NUMBER = -1;
/** `0.0.0.0` */
const LENGTH_MIN = 7;
const ZERO = 0x30;
/** What a dot is when a digit is its value. */
const DOT = 0x2e - ZERO;

export function banTableByteLength(rows: number): number {
  return (HEADER_WORDS + rows * ROW_WORDS) * Int32Array.BYTES_PER_ELEMENT;
}

export class BanTable {
  /** Signed: numbers that may or may not fit into 31 bits are compiled again and again. */
  readonly #words: Int32Array;
  readonly #mask: number;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
    this.#mask = rowCountOf(this.#words) - 1;
  }

  /** An address as node:net writes it. undefined: this table cannot say, the BlockList can (IPv6, or too many rules). */
  has(address: string): boolean | undefined {
    if (address.length < LENGTH_MIN) return undefined;
    const first = numberAt(address, 0);
    if (first === NOT_A_NUMBER) return undefined;
    const second = numberAt(address, first >>> 16);
    if (second === NOT_A_NUMBER) return undefined;
    const start = ((first & 255) << 8) | (second & 255);
    const starts = this.#words[STARTS + (start >>> 5)] ?? 0;
    // IPv6 has no dot before its first colon, so the rest need not be read.
    if ((starts & (1 << (start & 31))) === 0) return false;
    const third = numberAt(address, second >>> 16);
    if (third === NOT_A_NUMBER) return undefined;
    const fourth = numberAt(address, third >>> 16);
    if (fourth === NOT_A_NUMBER) return undefined;
    return this.#isIn((start << 16) | ((third & 255) << 8) | (fourth & 255));
  }

  /** The ranges of each length, the longest first. */
  #isIn(value: number): boolean | undefined {
    const words = this.#words;
    let prefixes = words[PREFIXES] ?? 0;
    while (prefixes !== 0) {
      const top = 31 - Math.clz32(prefixes);
      const network = networkOf(value, top + 1);
      const row = findRow(words, { mask: this.#mask, network, prefix: top + 1 });
      // A range is looked at once more: while main fills its row anew, a processor that changes the order of reads may see the
      // new length beside the old network, which could be a wider one. Pairs with BanTableWriter.add().
      if (row !== NOWHERE && (top + 1 === BITS || Atomics.load(words, row) === top + 1)) {
        if (words[row + 1] === network) return true;
      }
      prefixes &= ~(1 << top);
    }
    return words[OVERFLOW] === 0 ? false : undefined;
  }
}

/** Where a rule may stand. */
export interface RowSearch {
  /** The number of rows, a power of two, less one. */
  readonly mask: number;
  readonly network: number;
  readonly prefix: number;
}

export function rowCountOf(words: Int32Array): number {
  const rows = (words.length - HEADER_WORDS) / ROW_WORDS;
  assert(Number.isInteger(Math.log2(rows)), 'a ban table has a power of two of rows');
  return rows;
}

/** The word of the rule's row, or NOWHERE. */
export function findRow(words: Int32Array, { mask, network, prefix }: RowSearch): number {
  const place = placeOf(network, prefix);
  for (let probe = 0; probe <= mask; probe += 1) {
    const row = wordOf((place + probe) & mask);
    const tag = words[row];
    if (tag === FREE) return NOWHERE;
    if (tag === prefix && words[row + 1] === network) return row;
  }
  return NOWHERE;
}

/** Where the search for a rule begins, before the mask. The finalizer of MurmurHash3 (Austin Appleby). */
export function placeOf(network: number, prefix: number): number {
  const value = network ^ Math.imul(prefix, 0x9e3779b1);
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

export function wordOf(index: number): number {
  return HEADER_WORDS + index * ROW_WORDS;
}

export function indexOf(word: number): number {
  return (word - HEADER_WORDS) / ROW_WORDS;
}

/** The first address of the range of that length around `value`; the length is 1 at least. */
function networkOf(value: number, prefix: number): number {
  return value & (-1 << (BITS - prefix));
}

/** A number of an address and, in the upper 16 bits, the place after its dot; NOT_A_NUMBER for anything else. */
function numberAt(text: string, at: number): number {
  const { length } = text;
  let place = at;
  let number = 0;
  while (place < length) {
    const digit = text.charCodeAt(place) - ZERO;
    place += 1;
    if (digit >>> 0 > 9) return digit === DOT ? (place << 16) | number : NOT_A_NUMBER;
    number = number * 10 + digit;
  }
  return (place << 16) | number;
}
