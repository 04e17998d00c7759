/** Goal: what is an address and what is none. Method: examples. */

import { describe, expect, it } from 'vitest';
import {
  addressText,
  isAddress,
  splitAddress,
} from '../../../src/cluster-bridge/link/host-address.ts';

describe('an address', () => {
  it.each([
    ['10.0.0.1:7779', '10.0.0.1', 7779],
    ['host-a.example:1', 'host-a.example', 1],
    ['[fd00::1]:65535', 'fd00::1', 65_535],
    ['[::ffff:10.0.0.1]:7779', '::ffff:10.0.0.1', 7779],
  ])('is read from %s and written as it was', (text, host, port) => {
    expect(splitAddress(text)).toEqual({ host, port });
    expect(addressText(host, port)).toBe(text);
  });

  it.each([
    '',
    'host',
    ':7779',
    'host:',
    'host:0',
    'host:65536',
    'host:1e3',
    'host:0x10',
    'host: 80',
    'fd00::1:7779',
    '[fd00::1]',
    'http://host:80',
    'host name:80',
    'host\n:80',
    `${'x'.repeat(255)}:80`,
  ])('is not %j', (text) => {
    expect(isAddress(text)).toBe(false);
  });
});
