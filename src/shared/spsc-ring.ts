/**
 * A byte ring from one thread to one other: records go in at the tail, come out at the head, in order, once.
 * One producer thread holds the RingWriter, one consumer thread the RingReader; gateways, match workers, bridge.
 *
 *   byte       field     type  written by  meaning
 *     0        tail      u32   producer    position up to which records are published
 *    64        head      u32   consumer    position up to which space is given back
 *   128        data      capacity bytes, a power of two
 *
 *   record     0   payloadBytes  u32   bytes of payload; the record itself ends on a multiple of 8
 *              4   kind          u8    1..255; 0 is padding up to the end of the data
 *              5   flags         u8    meaning depends on kind
 *              6   zero          u16
 *              8   payload       starts on a multiple of 8, never wraps
 *
 * Positions are multiples of 8 that only grow, modulo 2^32; data byte = position mod capacity. Words are in the
 * machine's byte order, since a ring never leaves it (all that Node runs on are little-endian).
 *
 * Invariants: tail - head is 0 (empty) to capacity (full). Bytes in [head, tail) are the consumer's, all others the
 * producer's. A record takes at most a quarter of the ring, so that padding and record always fit an empty ring.
 * Each side keeps the other's position and looks at the shared word again only when the kept one is not enough.
 */

import assert from 'node:assert/strict';

const RING_CAPACITY_BYTES_MIN = 64;
const RING_CAPACITY_BYTES_MAX: number = 2 ** 30;

const TAIL_WORD = 0;
const HEAD_WORD = 16;
const DATA_BYTE = 128;
const HEADER_BYTES = 8;
const PADDING = 0;
const ALIGN_MASK = 7;
const BYTE_MAX = 0xff;
/** A long drain gives space back each time it has read this much, or a quarter of a smaller ring. */
const RELEASE_BYTES_MAX = 65_536;

/** Bytes of the buffer for a ring with `capacityBytes` of data, a power of two. */
export function ringByteLength(capacityBytes: number): number {
  assertCapacity(capacityBytes);
  return DATA_BYTE + capacityBytes;
}

/** Empties a ring. Only while neither side runs; both make new ends afterwards. */
export function resetRing(buffer: SharedArrayBuffer): void {
  const words = new Int32Array(buffer);
  // Pairs with the loads in both constructors.
  Atomics.store(words, HEAD_WORD, 0);
  Atomics.store(words, TAIL_WORD, 0);
}

/** Bytes that wait in a ring, as any third thread sees it: for metrics, since both ends move on meanwhile. */
export function ringWaitingBytes(buffer: SharedArrayBuffer): number {
  const words = new Int32Array(buffer, 0, HEAD_WORD + 1);
  const waiting = ((words[TAIL_WORD] ?? 0) - (words[HEAD_WORD] ?? 0)) | 0;
  return Math.max(0, waiting);
}

/** The producer's end. Any number of tryReserve(), each filled, then one publish(). */
export class RingWriter {
  /** The whole buffer; what tryReserve() returns is an offset in both. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly view: DataView<SharedArrayBuffer>;
  /** The largest payload that tryReserve() takes. */
  readonly payloadBytesMax: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #capacity: number;
  #head: number;
  #tail: number;
  #published: number;

  constructor(buffer: SharedArrayBuffer) {
    this.#capacity = buffer.byteLength - DATA_BYTE;
    assertCapacity(this.#capacity);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.payloadBytesMax = this.#capacity / 4 - HEADER_BYTES;
    this.#words = new Int32Array(buffer);
    this.#head = Atomics.load(this.#words, HEAD_WORD);
    this.#tail = Atomics.load(this.#words, TAIL_WORD);
    this.#published = this.#tail;
  }

  /**
   * Takes room for a record; returns the payload's byte offset in `bytes` and `view`, or -1 when there is no room now.
   * Fill all of it before publish(): it still holds bytes of an earlier lap. A payload above payloadBytesMax is a bug.
   */
  tryReserve(kind: number, flags: number, payloadBytes: number): number {
    assert(payloadBytes <= this.payloadBytesMax, 'a record takes at most a quarter of the ring');
    assert(
      kind > PADDING && kind <= BYTE_MAX && (flags & BYTE_MAX) === flags,
      'kind is 1 to 255, flags 0 to 255',
    );
    const recordBytes = (payloadBytes + HEADER_BYTES + ALIGN_MASK) & ~ALIGN_MASK;
    const index = this.#tail & (this.#capacity - 1);
    const untilEnd = this.#capacity - index;
    const padding = recordBytes > untilEnd ? untilEnd : 0;
    if (!this.#hasRoom(padding + recordBytes)) return -1;
    let byteOffset = DATA_BYTE + index;
    if (padding > 0) {
      this.#writeHeader(byteOffset, padding - HEADER_BYTES, PADDING);
      byteOffset = DATA_BYTE;
    }
    this.#writeHeader(byteOffset, payloadBytes, kind | (flags << 8));
    this.#tail = (this.#tail + padding + recordBytes) | 0;
    return byteOffset + HEADER_BYTES;
  }

  /** Shows the consumer what was reserved since the last call; true when that was anything. */
  publish(): boolean {
    if (this.#tail === this.#published) return false;
    this.#published = this.#tail;
    // Publishes the records: the plain writes before become visible with it. Pairs with the load in RingReader.drain().
    Atomics.store(this.#words, TAIL_WORD, this.#tail);
    return true;
  }

  /** Bytes that no record holds, headers and padding included, after looking at the consumer's position again. */
  freeBytes(): number {
    // Pairs with the release in RingReader.drain().
    this.#head = Atomics.load(this.#words, HEAD_WORD);
    return this.#capacity - ((this.#tail - this.#head) | 0);
  }

  #hasRoom(neededBytes: number): boolean {
    const freeBytes = this.#capacity - ((this.#tail - this.#head) | 0);
    return freeBytes >= neededBytes || this.freeBytes() >= neededBytes;
  }

  #writeHeader(byteOffset: number, payloadBytes: number, kindAndFlags: number): void {
    const word = byteOffset >> 2;
    this.#words[word] = payloadBytes;
    this.#words[word + 1] = kindAndFlags;
  }
}

/** Gets one record: its payload is `[byteOffset, byteOffset + payloadBytes)` and valid during the call only. */
export type OnRecord = (
  kind: number,
  flags: number,
  byteOffset: number,
  payloadBytes: number,
) => void;

/** The consumer's end. */
export class RingReader {
  /** The whole buffer; onRecord's byteOffset is an offset in both. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly view: DataView<SharedArrayBuffer>;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #capacity: number;
  readonly #releaseBytes: number;
  #head: number;
  #released: number;
  #tail: number;
  #isDraining = false;

  constructor(buffer: SharedArrayBuffer) {
    this.#capacity = buffer.byteLength - DATA_BYTE;
    assertCapacity(this.#capacity);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.#words = new Int32Array(buffer);
    this.#releaseBytes = Math.min(RELEASE_BYTES_MAX, this.#capacity / 4);
    this.#head = Atomics.load(this.#words, HEAD_WORD);
    this.#released = this.#head;
    this.#tail = Atomics.load(this.#words, TAIL_WORD);
  }

  /**
   * Reads at most `limit` records; returns how many. When onRecord throws, that record counts as read and the throw
   * goes on to the caller: a record is never delivered twice.
   */
  drain(limit: number, onRecord: OnRecord): number {
    assert(!this.#isDraining, 'a drain does not start within a drain of the same ring');
    this.#isDraining = true;
    let count = 0;
    try {
      while (count < limit && !this.#isAtTail()) {
        if (this.#deliver(onRecord)) count += 1;
        if (((this.#head - this.#released) | 0) >= this.#releaseBytes) this.#release();
      }
    } finally {
      this.#isDraining = false;
      if (this.#head !== this.#released) this.#release();
    }
    return count;
  }

  /** True when nothing is published that was not read. Looks at the shared word. */
  isEmpty(): boolean {
    this.#tail = Atomics.load(this.#words, TAIL_WORD);
    return this.#head === this.#tail;
  }

  /** Moves past one record, then hands it over; false when it was padding. */
  #deliver(onRecord: OnRecord): boolean {
    const index = this.#head & (this.#capacity - 1);
    const word = (DATA_BYTE + index) >> 2;
    const payloadBytes = this.#words[word] ?? 0;
    const kindAndFlags = this.#words[word + 1] ?? 0;
    const recordBytes = (payloadBytes + HEADER_BYTES + ALIGN_MASK) & ~ALIGN_MASK;
    assert(
      payloadBytes >= 0 && recordBytes <= this.#capacity - index,
      'a record ends within the ring',
    );
    this.#head = (this.#head + recordBytes) | 0;
    const kind = kindAndFlags & BYTE_MAX;
    if (kind === PADDING) return false;
    onRecord(kind, (kindAndFlags >>> 8) & BYTE_MAX, DATA_BYTE + index + HEADER_BYTES, payloadBytes);
    return true;
  }

  #isAtTail(): boolean {
    return this.#head === this.#tail && this.isEmpty();
  }

  #release(): void {
    this.#released = this.#head;
    // Gives the space back: all reads before are done. Pairs with the load in RingWriter.freeBytes().
    Atomics.store(this.#words, HEAD_WORD, this.#head);
  }
}

function assertCapacity(capacityBytes: number): void {
  assert(
    capacityBytes >= RING_CAPACITY_BYTES_MIN &&
      capacityBytes <= RING_CAPACITY_BYTES_MAX &&
      Number.isInteger(Math.log2(capacityBytes)),
    'the capacity of a ring is a power of two from 64 bytes to 1 GiB',
  );
}
