/**
 * How many connections each address has and how fast it makes new ones, for all gateways together. Gateway threads.
 *
 *   row = 4 words of i32                      1 to GATEWAYS writers; each word is moved by compareExchange or add only
 *     0  key      hash of the address, 0 = free
 *     1  count    open connections
 *     2  dueMs    when the address's bucket is full again (GCRA: Turner 1986, ITU-T I.371), 1/16 ms modulo 2^31
 *     3  unused
 *
 * A row is found by linear probing over PROBES rows and is reused when its count is 0 and its bucket is full. A due time
 * further ahead than the burst allows is one of an earlier lap of the clock (37 h): that bucket has long been full. Two
 * addresses with one 32-bit hash share a row: at 10,000 addresses a 1 % chance that any two do, and they then share limits.
 * When all probed rows are taken, the address is let in uncounted: the table protects, it must not refuse by accident.
 */

import assert from 'node:assert/strict';

const WORDS_PER_ROW = 4;
const KEY = 0;
const COUNT = 1;
const DUE = 2;
const PROBES = 16;
const TIME_MASK = 0x7fffffff;
const HALF_TIME = 0x40000000;
const TICKS_PER_MS = 16;

/** No row: the address is not counted. */
export const NO_ADDRESS_ROW = -1;

export const AddressVerdict = { admitted: 0, tooMany: 1, tooFast: 2 } as const;
export type AddressVerdict = (typeof AddressVerdict)[keyof typeof AddressVerdict];

export interface AddressLimits {
  readonly connectionsMax: number;
  readonly connectsPerSecond: number;
  readonly connectBurst: number;
}

export function addressTableByteLength(rows: number): number {
  return rows * WORDS_PER_ROW * Int32Array.BYTES_PER_ELEMENT;
}

export class AddressTable {
  readonly #words: Int32Array;
  readonly #mask: number;
  /** The row that the last admitted tryEnter() took; give it back with leave(). */
  row: number = NO_ADDRESS_ROW;

  constructor(buffer: SharedArrayBuffer) {
    const rows = buffer.byteLength / addressTableByteLength(1);
    assert(Number.isInteger(Math.log2(rows)), 'an address table has a power of two of rows');
    this.#words = new Int32Array(buffer);
    this.#mask = rows - 1;
  }

  /** Counts one more connection of `address`, if its limits allow; the row is in `row`. */
  tryEnter(address: string, limits: AddressLimits, nowMs: number): AddressVerdict {
    const nowWord = Math.floor(nowMs * TICKS_PER_MS) % 2 ** 31;
    const base = this.#find(hashAddress(address), limits, nowWord);
    this.row = base;
    if (base === NO_ADDRESS_ROW) return AddressVerdict.admitted;
    if (Atomics.add(this.#words, base + COUNT, 1) >= limits.connectionsMax) {
      Atomics.sub(this.#words, base + COUNT, 1);
      return AddressVerdict.tooMany;
    }
    if (!this.#tryTakeToken(base, limits, nowWord)) {
      Atomics.sub(this.#words, base + COUNT, 1);
      return AddressVerdict.tooFast;
    }
    return AddressVerdict.admitted;
  }

  /** One connection of the row that tryEnter() took is gone. */
  leave(row: number): void {
    if (row !== NO_ADDRESS_ROW) Atomics.sub(this.#words, row + COUNT, 1);
  }

  #tryTakeToken(base: number, limits: AddressLimits, nowWord: number): boolean {
    const step = stepTicks(limits);
    for (;;) {
      const due = Atomics.load(this.#words, base + DUE);
      const ahead = ticksAhead(due, nowWord, limits);
      if (ahead + step > step * limits.connectBurst) return false;
      const next = (nowWord + Math.ceil(ahead + step)) & TIME_MASK;
      if (Atomics.compareExchange(this.#words, base + DUE, due, next) === due) return true;
    }
  }

  #find(key: number, limits: AddressLimits, nowWord: number): number {
    let reusable = NO_ADDRESS_ROW;
    let previous = 0;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const base = ((key + probe) & this.#mask) * WORDS_PER_ROW;
      const found = Atomics.load(this.#words, base + KEY);
      if (found === key) return base;
      if (reusable !== NO_ADDRESS_ROW) continue;
      if (found !== 0 && !this.#isUnused(base, limits, nowWord)) continue;
      reusable = base;
      previous = found;
    }
    if (reusable === NO_ADDRESS_ROW) return NO_ADDRESS_ROW;
    const due = Atomics.load(this.#words, reusable + DUE);
    const found = Atomics.compareExchange(this.#words, reusable + KEY, previous, key);
    // Another gateway took the row a moment ago for this address: it is shared. For another one: see the header.
    if (found !== previous) return found === key ? reusable : NO_ADDRESS_ROW;
    // Full, unless someone took a token already: then its due time is the newer one.
    Atomics.compareExchange(this.#words, reusable + DUE, due, nowWord);
    return reusable;
  }

  #isUnused(base: number, limits: AddressLimits, nowWord: number): boolean {
    if (Atomics.load(this.#words, base + COUNT) !== 0) return false;
    return ticksAhead(Atomics.load(this.#words, base + DUE), nowWord, limits) === 0;
  }
}

/** Ticks between two connections at the allowed rate. */
function stepTicks(limits: AddressLimits): number {
  return (1000 * TICKS_PER_MS) / limits.connectsPerSecond;
}

/** Ticks until the bucket is full again, 0 when it is. */
function ticksAhead(due: number, nowWord: number, limits: AddressLimits): number {
  const ahead = timeDifference(due, nowWord);
  // Rounding up adds less than a tick a connection; a gateway's clock may be a moment behind another's.
  const aheadMax = stepTicks(limits) * limits.connectBurst + limits.connectBurst + TICKS_PER_MS;
  return ahead > 0 && ahead <= aheadMax ? ahead : 0;
}

/** a - b on a clock that wraps at 2^31. */
function timeDifference(a: number, b: number): number {
  const difference = (a - b) & TIME_MASK;
  return difference >= HALF_TIME ? difference - 2 ** 31 : difference;
}

/** FNV-1a with a final mix (Fowler, Noll, Vo; finalizer of MurmurHash3), never 0. */
function hashAddress(address: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < address.length; index += 1) {
    hash = Math.imul(hash ^ address.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const key = hash ^ (hash >>> 16);
  return key === 0 ? 1 : key;
}
