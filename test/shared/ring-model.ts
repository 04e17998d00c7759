/**
 * What a ring must do, said plainly: a list of records with a limit in bytes. Steps a real ring beside itself, throws at
 * the first difference, and counts the situations that a run met. Test files only.
 */

import assert from 'node:assert/strict';
import type { ReaderEnd, WriterEnd } from './ring-ends.ts';

const HEADER_BYTES = 8;

export type Call =
  | { call: 'write'; kind: number; flags: number; share: number }
  | { call: 'publish' }
  | { call: 'drain'; limit: number; throwAt: number };

export const MARKS = [
  'full',
  'wrapped',
  'empty',
  'limited',
  'threw',
  'size0',
  'sizeMax',
  'overflow',
] as const;
export type Marks = Record<(typeof MARKS)[number], number>;

interface ModelRecord {
  readonly kind: number;
  readonly flags: number;
  readonly payloadBytes: number;
  readonly fill: number;
  /** The position after the record. */
  readonly end: number;
}

/** A list of records, and positions as plain numbers that never wrap. */
export class RingModel {
  readonly #capacity: number;
  readonly #marks: Marks;
  readonly #start: number;
  readonly #records: ModelRecord[] = [];
  #publishedCount = 0;
  #tail: number;
  #head: number;
  #written = 0;

  constructor(run: { readonly capacityBytes: number; readonly start: number }, marks: Marks) {
    this.#capacity = run.capacityBytes;
    this.#marks = marks;
    this.#start = run.start;
    this.#tail = run.start;
    this.#head = run.start;
  }

  step(ends: { writer: WriterEnd; reader: ReaderEnd }, call: Call): void {
    switch (call.call) {
      case 'write':
        this.#write(ends.writer, call);
        break;
      case 'publish':
        assert.equal(ends.writer.publish(), this.#publishedCount < this.#records.length);
        this.#publishedCount = this.#records.length;
        break;
      case 'drain':
        this.#drain(ends.reader, call);
        break;
    }
    assert.equal(ends.reader.isEmpty(), this.#publishedCount === 0);
  }

  #write(writer: WriterEnd, call: Call & { call: 'write' }): void {
    const payloadBytes = Math.floor(call.share * writer.payloadBytesMax);
    const recordBytes = HEADER_BYTES + Math.ceil(payloadBytes / 8) * 8;
    const untilEnd = this.#capacity - (this.#tail % this.#capacity);
    const padding = recordBytes > untilEnd ? untilEnd : 0;
    const hasRoom = this.#tail - this.#head + padding + recordBytes <= this.#capacity;
    const byteOffset = writer.tryReserve(call.kind, call.flags, payloadBytes);
    assert.equal(byteOffset >= 0, hasRoom);
    if (!hasRoom) {
      this.#marks.full += 1;
      return;
    }
    this.#written += 1;
    const fill = this.#written & 0xff;
    writer.bytes.fill(fill, byteOffset, byteOffset + payloadBytes);
    this.#tail += padding + recordBytes;
    const { kind, flags } = call;
    this.#records.push({ kind, flags, payloadBytes, fill, end: this.#tail });
    if (padding > 0) this.#marks.wrapped += 1;
    if (payloadBytes === 0) this.#marks.size0 += 1;
    if (payloadBytes === writer.payloadBytesMax) this.#marks.sizeMax += 1;
    if (this.#start > 0 && this.#tail - this.#start > 64) this.#marks.overflow += 1;
  }

  #drain(reader: ReaderEnd, call: Call & { call: 'drain' }): void {
    const expected = Math.min(call.limit, this.#publishedCount);
    const throws = call.throwAt >= 0 && call.throwAt < expected;
    let count = 0;
    const drain = (): number =>
      reader.drain(call.limit, (kind, flags, byteOffset, payloadBytes) => {
        const record = this.#next();
        const bytes = reader.bytes.subarray(byteOffset, byteOffset + payloadBytes);
        assert.equal(kind, record.kind);
        assert.equal(flags, record.flags);
        assert.equal(payloadBytes, record.payloadBytes);
        assert(
          bytes.every((byte) => byte === record.fill),
          'the bytes are those written',
        );
        count += 1;
        if (throws && count > call.throwAt) throw new Error('onRecord threw');
      });
    if (throws) {
      assert.throws(drain, /onRecord threw/);
      assert.equal(count, call.throwAt + 1);
      this.#marks.threw += 1;
      return;
    }
    assert.equal(drain(), expected);
    if (expected === 0 && call.limit > 0) this.#marks.empty += 1;
    if (call.limit < this.#publishedCount + count) this.#marks.limited += 1;
  }

  #next(): ModelRecord {
    const record = this.#publishedCount > 0 ? this.#records.shift() : undefined;
    if (record === undefined) throw new Error('Cannot read a record: the model has none published');
    this.#publishedCount -= 1;
    this.#head = record.end;
    return record;
  }
}

export function noMarks(): Marks {
  return { full: 0, wrapped: 0, empty: 0, limited: 0, threw: 0, size0: 0, sizeMax: 0, overflow: 0 };
}
