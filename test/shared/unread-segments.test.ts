/**
 * Goal: unread bytes come out as they went in, and blobs can be joined end to end.
 * Method: the layout spelled out by hand, then fast-check over lists of segments, over plain and shared memory.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputChannel } from '../../src/shared/record-layout.ts';
import {
  decodeSegments,
  encodeSegments,
  segmentsByteLength,
  type UnreadSegment,
} from '../../src/shared/unread-segments.ts';
import { runSeed } from '../support/run-seed.ts';

const SEED = runSeed('unread-segments');
const RUNS = 500;

const anySegments: fc.Arbitrary<UnreadSegment[]> = fc.array(
  fc.record({
    channel: fc.constantFrom(...Object.values(InputChannel)),
    bytes: fc.uint8Array({ maxLength: 300, size: 'max' }),
  }),
  { maxLength: 8, size: 'max' },
);

describe('encodeSegments()', () => {
  it('writes length and channel in one word, then the bytes, unpadded', () => {
    const blob = encodeSegments([
      { channel: InputChannel.opaque, bytes: Uint8Array.of(7, 8, 9) },
      { channel: InputChannel.command, bytes: new Uint8Array(0) },
      { channel: InputChannel.input, bytes: new Uint8Array(0x0102) },
    ]);
    expect([...blob.subarray(0, 15)]).toEqual([2, 3, 0, 0, 7, 8, 9, 1, 0, 0, 0, 0, 2, 1, 0]);
    expect(blob.length).toBe(15 + 0x0102);
  });

  it('holds a segment of 2^24 bytes for a bug', () => {
    const bytes = new Uint8Array(2 ** 24);
    expect(() => encodeSegments([{ channel: InputChannel.input, bytes }])).toThrow('2^24 - 1');
    const longest = { channel: InputChannel.command, bytes: bytes.subarray(1) };
    expect(decodeSegments(encodeSegments([longest]))[0]?.bytes.length).toBe(2 ** 24 - 1);
  });
});

describe('decodeSegments()', () => {
  it('gives back what encodeSegments() took, and joined blobs as one list', () => {
    const marks = { none: 0, emptySegment: 0, many: 0 };
    fc.assert(
      fc.property(anySegments, anySegments, (first, second) => {
        const blobs = [first, second].map((segments) => encodeSegments(segments));
        const [one = new Uint8Array(0), two = new Uint8Array(0)] = blobs;
        const joined = new Uint8Array(new SharedArrayBuffer(one.length + two.length + 5), 5);
        joined.set(one);
        joined.set(two, one.length);
        expect(one.length).toBe(segmentsByteLength(first));
        expect(copyOf(decodeSegments(joined))).toEqual(copyOf([...first, ...second]));
        marks.none += Number(first.length === 0);
        marks.emptySegment += Number(first.some((segment) => segment.bytes.length === 0));
        marks.many += Number(first.length > 4);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(Math.min(...Object.values(marks)), JSON.stringify(marks)).toBeGreaterThan(5);
  });

  it.each([
    ['a half header', [0, 1, 0]],
    ['a segment that is cut short', [0, 4, 0, 0, 1, 2, 3]],
    ['an unknown channel', [3, 0, 0, 0]],
  ])('holds %s for a bug', (_name, bytes) => {
    expect(() => decodeSegments(Uint8Array.from(bytes))).toThrow(/a blob ends|a known channel/);
  });
});

function copyOf(segments: readonly UnreadSegment[]): { channel: number; bytes: number[] }[] {
  return segments.map(({ channel, bytes }) => ({ channel, bytes: [...bytes] }));
}
