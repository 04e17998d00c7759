/** Goal: only a true PROXY v2 header moves an address, at any split. Method: the specification's cases by hand. */

import { describe, expect, it } from 'vitest';
import { ProxyParser } from '../../../src/workers/gateway/proxy-protocol.ts';
import type { ProxyResult } from '../../../src/workers/gateway/proxy-protocol.ts';

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

function header(command: number, family: number, body: readonly number[]): Buffer {
  const fixed = [command, family, body.length >>> 8, body.length & 0xff];
  return Buffer.concat([SIGNATURE, Uint8Array.from([...fixed, ...body])]);
}

function push(bytes: Uint8Array): ProxyResult {
  return new ProxyParser().push(bytes);
}

const TCP4 = [203, 0, 113, 9, 10, 0, 0, 1, 0x1f, 0x90, 0x1e, 0x61];

function tcp6(source: readonly number[]): number[] {
  return [...source, ...Array.from({ length: 16 }, () => 0), 0, 80, 0, 81];
}

describe('ProxyParser', () => {
  it('reads TCP over IPv4 and skips TLVs, at every split point', () => {
    const bytes = Buffer.concat([
      header(0x21, 0x11, [...TCP4, 3, 0, 4, 1, 2, 3, 4]),
      Buffer.from('hi'),
    ]);
    const length = bytes.length - 2;
    const source = { address: '203.0.113.9', port: 8080 };
    expect(push(bytes)).toEqual({ state: 'done', consumed: length, source });
    for (let at = 0; at < length; at += 1) {
      const parser = new ProxyParser();
      expect(parser.push(bytes.subarray(0, at))).toEqual({ state: 'more', consumed: at });
      expect(parser.push(bytes.subarray(at))).toEqual({
        state: 'done',
        consumed: length - at,
        source,
      });
    }
  });

  it.each([
    ['2001:db8::1', [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['::', Array.from({ length: 16 }, () => 0)],
    ['2001:0:0:1::2', [0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]],
    ['1:2:3:4:5:6:0:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0, 0, 8]],
    ['192.0.2.1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1]],
  ])('reads TCP over IPv6 as %s', (address, source) => {
    const result = push(header(0x21, 0x21, tcp6(source)));
    expect(result).toEqual({ state: 'done', consumed: 52, source: { address, port: 80 } });
  });

  it.each([
    ['LOCAL', header(0x20, 0x00, [])],
    ['LOCAL with bytes to ignore', header(0x20, 0x11, [1, 2])],
    ['an unspecified family', header(0x21, 0x00, [1, 2, 3])],
    ['UDP', header(0x21, 0x12, TCP4)],
    [
      'a Unix socket',
      header(
        0x21,
        0x31,
        Array.from({ length: 216 }, () => 0),
      ),
    ],
  ])("leaves the socket's own address for %s", (_what, bytes) => {
    expect(push(bytes)).toEqual({ state: 'done', consumed: bytes.length, source: undefined });
  });

  it.each([
    ['version 1 in text', Buffer.from('PROXY TCP4 203.0.113.9 10.0.0.1 8080 7777\r\n')],
    ['a client without a header', Buffer.from('ada\r\n')],
    [
      'a wrong last byte of the signature',
      Buffer.concat([SIGNATURE.subarray(0, 11), Buffer.from('x')]),
    ],
    ['version 3', header(0x31, 0x11, TCP4)],
    ['an unknown command', header(0x22, 0x11, TCP4)],
    ['an unknown family', header(0x21, 0x41, TCP4)],
    ['an address block cut short', header(0x21, 0x11, TCP4.slice(0, 11))],
    [
      'a header over 1,024 bytes',
      header(
        0x21,
        0x00,
        Array.from({ length: 1025 }, () => 0),
      ),
    ],
  ])('refuses %s', (_what, bytes) => {
    expect(push(bytes).state).toBe('bad');
  });

  it('takes a header of exactly 1,024 bytes', () => {
    const bytes = header(0x21, 0x11, [...TCP4, ...Array.from({ length: 1012 }, () => 7)]);
    expect(push(bytes)).toMatchObject({ state: 'done', consumed: 1040 });
  });
});
