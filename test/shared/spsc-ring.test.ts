/**
 * Goal: what each call of the ring's two ends promises, one promise a test.
 * Method: both ends in one thread, on small rings.
 */

import { describe, expect, it } from 'vitest';
import { resetRing, ringByteLength, RingReader, RingWriter } from '../../src/shared/spsc-ring.ts';

const CAPACITY_BYTES = 256;

describe('RingWriter.tryReserve()', () => {
  it('refuses while the reader is behind and takes the record when it has read', () => {
    const { writer, reader } = makeRing();
    for (let index = 0; index < 4; index += 1) expect(put(writer, index, 56)).toBe(true);
    expect(put(writer, 4, 0)).toBe(false);
    expect(writer.freeBytes()).toBe(0);
    writer.publish();
    expect(take(reader, 1)).toEqual([{ kind: 1, flags: 0, payloadBytes: 56, first: 0 }]);
    expect(put(writer, 4, 56)).toBe(true);
  });

  it('goes round the end with a padding record that the reader never sees', () => {
    const { writer, reader } = makeRing();
    for (let index = 0; index < 3; index += 1) put(writer, index, 56);
    put(writer, 3, 30);
    writer.publish();
    take(reader, 9);
    expect(put(writer, 4, 56)).toBe(true);
    writer.publish();
    expect(writer.freeBytes()).toBe(CAPACITY_BYTES - 24 - 64);
    expect(take(reader, 9)).toEqual([{ kind: 1, flags: 4, payloadBytes: 56, first: 4 }]);
  });

  it('starts every payload on a multiple of 8', () => {
    const { writer } = makeRing();
    for (const payloadBytes of [0, 1, 7, 8, 9]) {
      expect(writer.tryReserve(1, 0, payloadBytes) % 8).toBe(0);
    }
  });

  it('holds a payload above payloadBytesMax for a bug', () => {
    const { writer } = makeRing();
    expect(writer.payloadBytesMax).toBe(56);
    expect(() => writer.tryReserve(1, 0, 57)).toThrow('a record takes at most a quarter');
  });

  it.each([
    [0, 0],
    [256, 0],
    [1, 256],
    [1, -1],
  ])('holds kind %i with flags %i for a bug', (kind, flags) => {
    expect(() => makeRing().writer.tryReserve(kind, flags, 0)).toThrow('kind is 1 to 255');
  });
});

describe('RingWriter.publish()', () => {
  it('shows nothing before it, and says whether there was anything to show', () => {
    const { writer, reader } = makeRing();
    expect(writer.publish()).toBe(false);
    put(writer, 1, 8);
    expect(reader.isEmpty()).toBe(true);
    expect(take(reader, 9)).toEqual([]);
    expect(writer.publish()).toBe(true);
    expect(writer.publish()).toBe(false);
    expect(reader.isEmpty()).toBe(false);
  });
});

describe('RingReader.drain()', () => {
  it('stops at its limit and goes on from there', () => {
    const { writer, reader } = makeRing();
    for (let index = 0; index < 5; index += 1) put(writer, index, 8);
    writer.publish();
    expect(take(reader, 2).map((record) => record.first)).toEqual([0, 1]);
    expect(take(reader, 0)).toEqual([]);
    expect(take(reader, 9).map((record) => record.first)).toEqual([2, 3, 4]);
  });

  it('counts a record as read when onRecord throws, and gives its space back', () => {
    const { writer, reader } = makeRing();
    for (let index = 0; index < 3; index += 1) put(writer, index, 8);
    writer.publish();
    expect(() =>
      reader.drain(9, (_kind, flags) => {
        if (flags === 1) throw new Error('a handler failed');
      }),
    ).toThrow('a handler failed');
    expect(writer.freeBytes()).toBe(CAPACITY_BYTES - 16);
    expect(take(reader, 9).map((record) => record.first)).toEqual([2]);
  });

  it('gives space back in the middle of a long drain', () => {
    const { writer, reader } = makeRing();
    const free: number[] = [];
    for (let index = 0; index < 8; index += 1) put(writer, index, 24);
    writer.publish();
    reader.drain(8, () => free.push(writer.freeBytes()));
    expect(free).toEqual([0, 0, 64, 64, 128, 128, 192, 192]);
    expect(writer.freeBytes()).toBe(CAPACITY_BYTES);
  });

  it('sees in one drain what is published during it', () => {
    const { writer, reader } = makeRing();
    put(writer, 0, 8);
    writer.publish();
    const seen: number[] = [];
    reader.drain(3, (_kind, flags) => {
      seen.push(flags);
      put(writer, flags + 1, 8);
      writer.publish();
    });
    expect(seen).toEqual([0, 1, 2]);
  });

  it('does not start within itself', () => {
    const { writer, reader } = makeRing();
    put(writer, 0, 8);
    writer.publish();
    expect(() => reader.drain(9, () => reader.drain(9, () => {}))).toThrow('within a drain');
    expect(take(reader, 9)).toEqual([]);
  });
});

describe('a ring', () => {
  it('goes on where the last ends stopped, and starts anew after resetRing()', () => {
    const { buffer, writer } = makeRing();
    put(writer, 1, 8);
    put(writer, 2, 8);
    writer.publish();
    expect(take(new RingReader(buffer), 1).map((record) => record.first)).toEqual([1]);
    put(new RingWriter(buffer), 9, 8);
    expect(take(new RingReader(buffer), 9).map((record) => record.first)).toEqual([2]);
    put(writer, 3, 8);
    writer.publish();
    resetRing(buffer);
    expect(new RingReader(buffer).isEmpty()).toBe(true);
    expect(new RingWriter(buffer).freeBytes()).toBe(CAPACITY_BYTES);
  });

  it.each([0, 32, 96, 2 ** 31])('does not come with %i bytes', (capacityBytes) => {
    expect(() => ringByteLength(capacityBytes)).toThrow('a power of two');
  });
});

interface Taken {
  kind: number;
  flags: number;
  payloadBytes: number;
  first: number | undefined;
}

function makeRing(): { buffer: SharedArrayBuffer; writer: RingWriter; reader: RingReader } {
  const buffer = new SharedArrayBuffer(ringByteLength(CAPACITY_BYTES));
  return { buffer, writer: new RingWriter(buffer), reader: new RingReader(buffer) };
}

/** Writes a record of kind 1 that has `mark` for its flags and all its bytes. */
function put(writer: RingWriter, mark: number, payloadBytes: number): boolean {
  const byteOffset = writer.tryReserve(1, mark, payloadBytes);
  if (byteOffset < 0) return false;
  writer.bytes.fill(mark, byteOffset, byteOffset + payloadBytes);
  return true;
}

function take(reader: RingReader, limit: number): Taken[] {
  const taken: Taken[] = [];
  reader.drain(limit, (kind, flags, byteOffset, payloadBytes) => {
    const first = payloadBytes > 0 ? reader.bytes[byteOffset] : undefined;
    taken.push({ kind, flags, payloadBytes, first });
  });
  return taken;
}
