/**
 * Goal: the bench's own reading of the `frame` protocol loses nothing, wherever TCP cuts the stream.
 * Method: a stream of several frames cut at every byte, the two halves fed one after the other.
 */

import { describe, expect, it } from 'vitest';

import { frameOf, joinBytes, jsonOf, scanFrames, WireType } from '../../../bench/load/wire.ts';

const FRAMES: readonly (readonly [type: number, payload: string])[] = [
  [WireType.welcome, '{"player":"a:1:1"}'],
  [WireType.state, 's'.repeat(256)],
  [WireType.event, ''],
  [WireType.state, 't'.repeat(300)],
];
const STREAM = Buffer.concat(FRAMES.map(([type, payload]) => frameOf(type, payload)));

describe('scanFrames()', () => {
  it('finds the same frames at whichever byte the stream is cut', () => {
    for (let cut = 0; cut <= STREAM.byteLength; cut += 1) {
      const found: [number, string][] = [];
      const onFrame = (type: number, bytes: Uint8Array, start: number, end: number): void => {
        found.push([type, Buffer.from(bytes.subarray(start, end)).toString()]);
      };
      const scanned = scanFrames(STREAM, cut, onFrame);
      const rest = STREAM.subarray(cut);
      const joined = joinBytes(STREAM.subarray(scanned, cut), rest, rest.byteLength);
      expect(scanFrames(joined, joined.byteLength, onFrame)).toBe(joined.byteLength);
      expect(found).toEqual(FRAMES);
    }
  });

  it('moves on over a length of 0, which has no type', () => {
    expect(scanFrames(new Uint8Array(9), 9, () => undefined)).toBeGreaterThanOrEqual(8);
  });
});

describe('jsonOf()', () => {
  it.each(['', 'null', '7', '{"event":', '"text"'])('is undefined for %j', (text) => {
    const bytes = Buffer.from(text);
    expect(jsonOf(bytes, 0, bytes.byteLength)).toBeUndefined();
  });
});
