/**
 * Goal: frames are cut where they end, whatever the chunks. Method: examples, every split of a real stream, and a
 * property over random frames and random cuts that counts the cuts it hunts (inside the length, inside the payload).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FRAME_PAYLOAD_BYTES_MAX,
  FrameParser,
  FrameType,
  encodeFrame,
  encodeJsonFrame,
  encodeTextFrame,
} from '../../src/shared/frame-codec.ts';
import { runSeed } from '../support/run-seed.ts';

type Frame = { type: number; payload: number[] };

function parse(
  chunks: readonly Uint8Array[],
  lengthMax?: number,
): { frames: Frame[]; ok: boolean } {
  const parser = new FrameParser(lengthMax);
  const frames: Frame[] = [];
  let ok = true;
  for (const chunk of chunks) {
    // A copy that is wiped afterwards: a parser that keeps a chunk instead of its bytes is found out.
    const lent = Uint8Array.from(chunk);
    ok = parser.push(lent, {
      onFrame: (type, bytes, start, end) => {
        frames.push({ type, payload: [...bytes.subarray(start, end)] });
      },
    });
    lent.fill(0xee);
  }
  return { frames, ok };
}

describe('encodeFrame()', () => {
  it('writes the length of type and payload in network order, then both', () => {
    const frame = encodeFrame(FrameType.input, new Uint8Array(300));
    expect([...frame.subarray(0, 3)]).toEqual([1, 45, 3]);
    expect(frame.length).toBe(303);
  });

  it('takes a payload of 65,534 bytes and asserts on one more', () => {
    const largest = encodeFrame(FrameType.state, new Uint8Array(FRAME_PAYLOAD_BYTES_MAX));
    expect(parse([largest]).frames[0]?.payload.length).toBe(FRAME_PAYLOAD_BYTES_MAX);
    const over = new Uint8Array(FRAME_PAYLOAD_BYTES_MAX + 1);
    expect(() => encodeFrame(FrameType.state, over)).toThrow('Cannot encode a frame');
  });

  it('counts the bytes of a text, not its characters', () => {
    expect([...encodeTextFrame(FrameType.command, 'é')]).toEqual([0, 3, 2, 0xc3, 0xa9]);
    expect(encodeJsonFrame(FrameType.bye, { code: 'é' }).length).toBe(
      3 + '{"code":"é"}'.length + 1,
    );
  });
});

describe('FrameParser', () => {
  it('gives the same frames for every split point and for single bytes', () => {
    const stream = Buffer.concat([
      encodeJsonFrame(FrameType.hello, { protocol: 1, name: 'ada' }),
      encodeFrame(FrameType.ping, new Uint8Array(0)),
      encodeFrame(
        FrameType.input,
        Uint8Array.from({ length: 70 }, (_, index) => index),
      ),
    ]);
    const whole = parse([stream]);
    expect(whole.frames.map((frame) => frame.type)).toEqual([1, 4, 3]);
    for (let at = 0; at <= stream.length; at += 1) {
      expect(parse([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
    }
    expect(parse([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('passes a whole frame on in place', () => {
    const chunk = encodeFrame(FrameType.input, Uint8Array.of(7, 8));
    new FrameParser().push(chunk, {
      onFrame: (_type, bytes, start, end) => {
        expect(bytes).toBe(chunk);
        expect([start, end]).toEqual([3, 5]);
      },
    });
    expect.assertions(2);
  });

  it('refuses a length of 0 and one over the maximum, also when the length is split', () => {
    for (const header of [
      [0, 0],
      [0, 11],
    ]) {
      expect(parse([Uint8Array.from([...header, 3, 1])], 10)).toEqual({ frames: [], ok: false });
      expect(
        parse(
          header.map((byte) => Uint8Array.of(byte)),
          10,
        ).ok,
      ).toBe(false);
    }
    expect(parse([Uint8Array.from([0, 10, 3])], 10).ok).toBe(true);
  });

  it('passes on what came before a bad length and nothing after it', () => {
    const good = encodeFrame(FrameType.input, Uint8Array.of(1));
    const { frames, ok } = parse([Buffer.concat([good, Uint8Array.of(0, 0), good]), good]);
    expect([frames.length, ok]).toEqual([1, false]);
  });

  it('gives back random frames through random cuts', () => {
    const seed = runSeed('frame-codec');
    const marks = { cutLength: 0, cutPayload: 0, wholeFrames: 0 };
    const frame = fc.record({
      type: fc.integer({ min: 0, max: 255 }),
      payload: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 400, size: 'max' }),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(3000), { maxLength: 8 }),
        (frames, cuts) => {
          const starts: number[] = [];
          let bytes = 0;
          const encoded = frames.map(({ type, payload }) => {
            starts.push(bytes);
            bytes += payload.length + 3;
            return encodeFrame(type as FrameType, Uint8Array.from(payload));
          });
          const stream = Buffer.concat(encoded);
          const points = [...new Set(cuts.filter((cut) => cut < bytes)), bytes].sort(
            (a, b) => a - b,
          );
          for (const point of points) {
            if (starts.includes(point)) marks.wholeFrames += 1;
            else if (starts.includes(point - 1)) marks.cutLength += 1;
            else marks.cutPayload += 1;
          }
          const chunks = points.map((point, index) =>
            stream.subarray(points[index - 1] ?? 0, point),
          );
          expect(parse(chunks)).toEqual({ frames, ok: true });
        },
      ),
      { seed, numRuns: 400 },
    );
    expect(marks.cutLength, `seed ${seed}`).toBeGreaterThan(0);
    expect(marks.cutPayload, `seed ${seed}`).toBeGreaterThan(100);
    expect(marks.wholeFrames, `seed ${seed}`).toBeGreaterThan(0);
  });
});
