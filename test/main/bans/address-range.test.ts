/** Goal: one form for each address and range, however it is written. Method: tables of spellings. */

import { describe, expect, it } from 'vitest';
import {
  isInAny,
  overlaps,
  parseAddress,
  parseAddressRange,
  parseRanges,
} from '../../../src/main/bans/address-range.ts';

describe('parseAddressRange()', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4/32', '1.2.3.4'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8::ffff/32', '2001:db8::/32'],
    ['::1/128', '::1'],
    ['1::/1', '::/1'],
    ['::1.2.3.4', '::1.2.3.4'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('reads %s as %s', (text, canonical) => {
    const range = parseAddressRange(text);
    expect(range?.text).toBe(canonical);
    expect(parseAddressRange(range?.text ?? '')).toEqual(range);
  });

  it.each([
    '',
    'ada',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    '1.2.3.4/8.5',
    '::1/129',
    '::ffff:1.2.3.4/95',
    ':::1',
    'localhost',
    '1.2.3.4 ',
  ])('does not read %j', (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  });
});

describe('ranges', () => {
  it('overlap where one holds the other, and never across families', () => {
    const [wide, narrow, other, six] = parseRanges([
      '10.0.0.0/8',
      '10.1.2.3',
      '11.0.0.0/8',
      '::/8',
    ]);
    if (!wide || !narrow || !other || !six) throw new Error('a range was not read');
    expect([overlaps(wide, narrow), overlaps(narrow, wide)]).toEqual([true, true]);
    expect([overlaps(wide, other), overlaps(narrow, other), overlaps(wide, six)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('hold addresses in any spelling', () => {
    const ranges = parseRanges(['127.0.0.0/8', '::1/128', 'nonsense']);
    expect(ranges).toHaveLength(2);
    expect(isInAny('::ffff:127.1.2.3', ranges)).toBe(true);
    expect(isInAny('::1', ranges)).toBe(true);
    expect(isInAny('128.0.0.1', ranges)).toBe(false);
    expect(isInAny('nonsense', ranges)).toBe(false);
  });

  it('read a neighbor without its zone', () => {
    expect(parseAddress('fe80::1%eth0')).toEqual(parseAddress('fe80::1'));
  });
});
