/**
 * Goal: the load clients' WebSocket frames are those of RFC 6455, however the bytes are cut.
 * Method: masked frames are unmasked by the book; a stream of server frames is cut at every byte.
 */

import { describe, expect, it } from 'vitest';

import {
  maskedFrame,
  MaskedInput,
  Opcode,
  scanWebSocketFrames,
} from '../../../bench/transports/websocket-frames.ts';

interface Unmasked {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly frameBytes: number;
}

/** Reads one client frame as a server would. */
function unmask(frame: Uint8Array): Unmasked {
  const bytes = Buffer.from(frame);
  expect(bytes.readUInt8(0) & 0x80, 'FIN').toBe(0x80);
  expect(bytes.readUInt8(1) & 0x80, 'MASK').toBe(0x80);
  const short = bytes.readUInt8(1) & 0x7f;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  const maskOffset = short === 126 ? 4 : 2;
  const start = maskOffset + 4;
  const payload = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) {
    payload[index] = bytes.readUInt8(start + index) ^ bytes.readUInt8(maskOffset + (index & 3));
  }
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, frameBytes: start + length };
}

/** A frame as servers send it: not masked. */
function serverFrame(opcode: number, payload: Buffer): Buffer {
  const head = payload.byteLength > 125 ? [126, payload.byteLength >>> 8, payload.byteLength] : [];
  const length = head.length > 0 ? head : [payload.byteLength];
  return Buffer.concat([Uint8Array.of(0x80 | opcode, ...length), payload]);
}

describe('maskedFrame()', () => {
  it.each([0, 1, 125, 126, 300])('carries %i bytes under a mask', (size) => {
    const payload = Buffer.alloc(size, 'abcdefg');
    const frame = maskedFrame(Opcode.binary, payload);
    expect(unmask(frame)).toEqual({
      opcode: Opcode.binary,
      payload,
      frameBytes: frame.byteLength,
    });
    if (size > 0) expect(Buffer.from(frame).includes(payload)).toBe(false);
  });
});

describe('MaskedInput', () => {
  it('writes a stamp behind any prefix, and only there', () => {
    for (let prefixBytes = 0; prefixBytes < 8; prefixBytes += 1) {
      const before = maskedFrame(Opcode.text, 'announcement');
      const prefix = Buffer.alloc(prefixBytes, 0x70);
      const input = new MaskedInput(new Uint8Array(32).fill(9), prefix, before);
      for (const stampMs of [1234.5, 987_654_321.125]) {
        input.setStamp(stampMs);
        expect(unmask(input.bytes).payload.toString()).toBe('announcement');
        const { payload } = unmask(input.bytes.subarray(before.byteLength));
        expect(payload.subarray(0, prefixBytes)).toEqual(prefix);
        expect(payload.readDoubleLE(prefixBytes)).toBe(stampMs);
        expect(payload.subarray(prefixBytes + 8)).toEqual(Buffer.alloc(24, 9));
      }
    }
  });
});

describe('scanWebSocketFrames()', () => {
  it('finds the same frames wherever the stream is cut', () => {
    const sent = [
      { opcode: Opcode.text, payload: Buffer.from('lobby') },
      { opcode: Opcode.binary, payload: Buffer.alloc(256, 7) },
      { opcode: Opcode.ping, payload: Buffer.alloc(0) },
    ];
    const stream = Buffer.concat(sent.map(({ opcode, payload }) => serverFrame(opcode, payload)));
    for (let cut = 0; cut <= stream.byteLength; cut += 1) {
      const seen: typeof sent = [];
      const collect = (opcode: number, bytes: Uint8Array, start: number, end: number): void => {
        // The closed set is what was sent above.
        seen.push({ opcode: opcode as 1 | 2 | 9, payload: Buffer.from(bytes.slice(start, end)) });
      };
      const scanned = scanWebSocketFrames(stream, cut, collect);
      scanWebSocketFrames(stream.subarray(scanned), stream.byteLength - scanned, collect);
      expect(seen, `cut at ${cut}`).toEqual(sent);
    }
  });

  it('refuses what the bench does not speak', () => {
    const ignore = (): void => undefined;
    const masked = maskedFrame(Opcode.binary, 'x');
    expect(() => scanWebSocketFrames(masked, masked.byteLength, ignore)).toThrow('masked');
    const fragment = Uint8Array.of(Opcode.binary, 1, 0x78);
    expect(() => scanWebSocketFrames(fragment, 3, ignore)).toThrow('fragmented');
  });
});
