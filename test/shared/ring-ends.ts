/**
 * Two ends of a ring for tests: the real ones, and rebuilt ones with one deliberate fault each, on the same layout.
 * A test that passes the real ring must catch each fault that it claims to hunt, and pass the rebuilt ring without one.
 */

import { RingReader, RingWriter, type OnRecord } from '../../src/shared/spsc-ring.ts';

export type WriterEnd = Pick<RingWriter, 'bytes' | 'payloadBytesMax' | 'tryReserve' | 'publish'>;
export type ReaderEnd = Pick<RingReader, 'bytes' | 'drain' | 'isEmpty'>;

export type RingFault =
  | 'none'
  /** The tail is stored when room is taken, before the bytes are there. */
  | 'publishesBeforeFill'
  /** The padding before a wrap is left out of the question whether there is room. */
  | 'forgetsPadding'
  /** The consumer's position is never looked at: a full ring is overwritten. */
  | 'forgetsReader'
  /** The head is stored before the record was read. */
  | 'releasesBeforeRead'
  /** The head moves after onRecord: a throw delivers the record again. */
  | 'movesAfterRead';

const TAIL_WORD = 0;
const HEAD_WORD = 16;
const DATA_BYTE = 128;

export function makeWriter(buffer: SharedArrayBuffer, fault: RingFault | 'real'): WriterEnd {
  return fault === 'real' ? new RingWriter(buffer) : new FaultyWriter(buffer, fault);
}

export function makeReader(buffer: SharedArrayBuffer, fault: RingFault | 'real'): ReaderEnd {
  return fault === 'real' ? new RingReader(buffer) : new FaultyReader(buffer, fault);
}

/** Moves both positions of an empty ring, so that a short test runs over the end of the numbers. */
export function startAt(buffer: SharedArrayBuffer, position: number): void {
  const words = new Int32Array(buffer);
  Atomics.store(words, HEAD_WORD, position | 0);
  Atomics.store(words, TAIL_WORD, position | 0);
}

class FaultyWriter implements WriterEnd {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly payloadBytesMax: number;
  readonly #words: Int32Array;
  readonly #capacity: number;
  readonly #fault: RingFault;
  #tail: number;
  #hasNews = false;

  constructor(buffer: SharedArrayBuffer, fault: RingFault) {
    this.bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#capacity = buffer.byteLength - DATA_BYTE;
    this.payloadBytesMax = this.#capacity / 4 - 8;
    this.#fault = fault;
    this.#tail = Atomics.load(this.#words, TAIL_WORD);
  }

  tryReserve(kind: number, flags: number, payloadBytes: number): number {
    const recordBytes = (payloadBytes + 15) & ~7;
    const index = this.#tail & (this.#capacity - 1);
    const padding = recordBytes > this.#capacity - index ? this.#capacity - index : 0;
    const neededBytes = recordBytes + (this.#fault === 'forgetsPadding' ? 0 : padding);
    const usedBytes = (this.#tail - Atomics.load(this.#words, HEAD_WORD)) | 0;
    const isFull = this.#capacity - usedBytes < neededBytes;
    if (isFull && this.#fault !== 'forgetsReader') return -1;
    const byteOffset = DATA_BYTE + (padding > 0 ? 0 : index);
    if (padding > 0) this.#header(DATA_BYTE + index, padding - 8, 0);
    this.#header(byteOffset, payloadBytes, kind | (flags << 8));
    this.#tail = (this.#tail + padding + recordBytes) | 0;
    this.#hasNews = true;
    if (this.#fault === 'publishesBeforeFill') this.publish();
    return byteOffset + 8;
  }

  publish(): boolean {
    const hadNews = this.#hasNews;
    this.#hasNews = false;
    Atomics.store(this.#words, TAIL_WORD, this.#tail);
    return hadNews;
  }

  #header(byteOffset: number, payloadBytes: number, kindAndFlags: number): void {
    this.#words[byteOffset / 4] = payloadBytes;
    this.#words[byteOffset / 4 + 1] = kindAndFlags;
  }
}

class FaultyReader implements ReaderEnd {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly #words: Int32Array;
  readonly #mask: number;
  readonly #fault: RingFault;

  constructor(buffer: SharedArrayBuffer, fault: RingFault) {
    this.bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#mask = buffer.byteLength - DATA_BYTE - 1;
    this.#fault = fault;
  }

  isEmpty(): boolean {
    return Atomics.load(this.#words, HEAD_WORD) === Atomics.load(this.#words, TAIL_WORD);
  }

  drain(limit: number, onRecord: OnRecord): number {
    let count = 0;
    while (count < limit && !this.isEmpty()) {
      const head = Atomics.load(this.#words, HEAD_WORD);
      const byteOffset = DATA_BYTE + (head & this.#mask);
      const payloadBytes = this.#words[byteOffset / 4] ?? 0;
      const kindAndFlags = this.#words[byteOffset / 4 + 1] ?? 0;
      const next = (head + ((payloadBytes + 15) & ~7)) | 0;
      const deliver = (): void => {
        if (kindAndFlags === 0) return;
        onRecord(kindAndFlags & 0xff, (kindAndFlags >>> 8) & 0xff, byteOffset + 8, payloadBytes);
      };
      this.#step(next, deliver);
      if (kindAndFlags !== 0) count += 1;
    }
    return count;
  }

  #step(next: number, deliver: () => void): void {
    if (this.#fault === 'releasesBeforeRead') Atomics.store(this.#words, HEAD_WORD, next);
    if (this.#fault === 'movesAfterRead') {
      deliver();
      Atomics.store(this.#words, HEAD_WORD, next);
      return;
    }
    try {
      deliver();
    } finally {
      Atomics.store(this.#words, HEAD_WORD, next);
    }
  }
}
