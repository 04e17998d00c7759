/**
 * Banned IPv4 addresses and ranges in shared memory: whether one is banned costs a reader some tens of nanoseconds, where
 * node:net's BlockList costs hundreds, and floods knock at this door. Main writes, gateway threads read.
 *
 *   word 0   PREFIXES   u32  main  bit n: there are ranges with n + 1 bits (a ban of everybody, /0, is not kept here)
 *   word 1   OVERFLOW   u32  main  1: a rule found no room, so a miss here says nothing
 *   word 2.. rows of 2 words, found by linear probing:
 *     0      tag        u32  main  0 free, GONE, or the prefix length; stored last when a row is filled, first when it is freed
 *     1      network    u32  main  the first address of the range
 *
 * Invariant: a rule is at or after its place and before the next free row. A reader that meets a row while main reuses it may
 * see the rule a moment too early or too late, never another address.
 */

import assert from 'node:assert/strict';

const PREFIXES = 0;
const OVERFLOW = 1;
const HEADER_WORDS = 2;
const ROW_WORDS = 2;
const FREE = 0;
const GONE = 255;
const BITS = 32;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

export function banTableByteLength(rows: number): number {
  return (HEADER_WORDS + rows * ROW_WORDS) * Uint32Array.BYTES_PER_ELEMENT;
}

export class BanTable {
  readonly #words: Uint32Array;
  readonly #mask: number;
  /** Rules of each length, of the writer. */
  readonly #counts = new Uint32Array(BITS + 1);
  /** Rows that are not free, of the writer: half of all at most, so that probes stay short. */
  #used = 0;

  constructor(buffer: SharedArrayBuffer) {
    const rows = (buffer.byteLength / 4 - HEADER_WORDS) / ROW_WORDS;
    assert(Number.isInteger(Math.log2(rows)), 'a ban table has a power of two of rows');
    this.#words = new Uint32Array(buffer);
    this.#mask = rows - 1;
  }

  /** undefined: this table cannot say, the BlockList can (IPv6, or too many rules). */
  has(address: string): boolean | undefined {
    const value = parseIpv4(address);
    if (value === NOT_IPV4) return undefined;
    // Loaded once: what was stored before it is seen by the plain reads below. Pairs with #publish().
    let prefixes = Atomics.load(this.#words, PREFIXES);
    while (prefixes !== 0) {
      const top = 31 - Math.clz32(prefixes);
      if (this.#find(networkOf(value, top + 1), top + 1) !== NOWHERE) return true;
      prefixes &= ~(1 << top);
    }
    return this.#words[OVERFLOW] === 0 ? false : undefined;
  }

  /** A rule that is not there yet; one that finds no room is marked, so that readers ask the BlockList. Main only. */
  add(network: number, prefix: number): void {
    const row = prefix === 0 ? NOWHERE : this.#room(network, prefix);
    if (row === NOWHERE) {
      Atomics.store(this.#words, OVERFLOW, 1);
      return;
    }
    if (this.#words[row] === FREE) this.#used += 1;
    this.#words[row + 1] = network;
    // After the network, so that nobody reads the row without it; #publish() makes both known.
    Atomics.store(this.#words, row, prefix);
    this.#counts[prefix] = (this.#counts[prefix] ?? 0) + 1;
    this.#publish(prefix);
  }

  /** Harmless for a rule that found no room. Main only. */
  delete(network: number, prefix: number): void {
    const row = this.#find(network, prefix);
    if (row === NOWHERE) return;
    Atomics.store(this.#words, row, GONE);
    this.#counts[prefix] = (this.#counts[prefix] ?? 0) - 1;
    this.#publish(prefix);
    this.#sweepBefore(row);
  }

  #publish(prefix: number): void {
    const bit = 1 << (prefix - 1);
    const prefixes = this.#words[PREFIXES] ?? 0;
    const isUsed = (this.#counts[prefix] ?? 0) > 0;
    Atomics.store(this.#words, PREFIXES, isUsed ? prefixes | bit : prefixes & ~bit);
  }

  #find(network: number, prefix: number): number {
    const words = this.#words;
    for (let probe = 0; probe <= this.#mask; probe += 1) {
      const row = this.#rowAt(network, prefix, probe);
      const tag = words[row];
      if (tag === FREE) return NOWHERE;
      if (tag === prefix && words[row + 1] === network) return row;
    }
    return NOWHERE;
  }

  #room(network: number, prefix: number): number {
    for (let probe = 0; probe <= this.#mask; probe += 1) {
      const row = this.#rowAt(network, prefix, probe);
      const tag = this.#words[row];
      if (tag === GONE) return row;
      if (tag === FREE) return this.#used * 2 <= this.#mask ? row : NOWHERE;
    }
    return NOWHERE;
  }

  /** Rows that are gone and stand right before a free one hold no probe up: they are free. */
  #sweepBefore(row: number): void {
    const rows = this.#mask + 1;
    let index = (row - HEADER_WORDS) / ROW_WORDS;
    if (this.#words[this.#wordOf((index + 1) % rows)] !== FREE) return;
    while (this.#words[this.#wordOf(index)] === GONE) {
      Atomics.store(this.#words, this.#wordOf(index), FREE);
      this.#used -= 1;
      index = (index + rows - 1) % rows;
    }
  }

  #rowAt(network: number, prefix: number, probe: number): number {
    return this.#wordOf((mixed(network ^ Math.imul(prefix, 0x9e3779b1)) + probe) & this.#mask);
  }

  #wordOf(index: number): number {
    return HEADER_WORDS + index * ROW_WORDS;
  }
}

const NOWHERE = -1;
const NOT_IPV4 = -1;

/** The first address of the range of that length around `value`, as an unsigned number. */
function networkOf(value: number, prefix: number): number {
  return prefix === BITS ? value : (value & ~(0xffffffff >>> prefix)) >>> 0;
}

/** Four numbers with dots, as node:net writes them; NOT_IPV4 for anything else. */
function parseIpv4(text: string): number {
  let value = 0;
  let part = 0;
  let dots = 0;
  const { length } = text;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) part = part * 10 + code - ZERO;
    else if (code === DOT) {
      value = value * 256 + part;
      part = 0;
      dots += 1;
    } else return NOT_IPV4;
  }
  return dots === 3 ? value * 256 + part : NOT_IPV4;
}

/** The finalizer of MurmurHash3 (Austin Appleby). */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
