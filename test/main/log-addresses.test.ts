/** Goal: with addresses switched off no line shows one, and lines of one address can still be brought together. */

import { describe, expect, it } from 'vitest';
import { AddressMask } from '../../src/main/log-addresses.ts';
import { createLog } from '../../src/main/log.ts';

const ADDRESSES = ['10.1.2.3', '203.0.113.77', '2001:db8::7', '::ffff:10.1.2.3', 'fe80::1'];

describe('AddressMask', () => {
  it.each(ADDRESSES)('hides %s wherever it stands', (address) => {
    const mask = new AddressMask();
    const mark = mask.text(address);
    expect(mark).toMatch(/^address-[0-9a-f]{10}$/);
    for (const text of [`from ${address}`, `"${address}".`, `(${address})`, `x=${address}, y`]) {
      expect(mask.text(text)).toBe(text.replace(address, mark));
    }
  });

  it('hides an address behind a colon and before a port', () => {
    const text = new AddressMask().text('address:10.1.2.3:5000 and [2001:db8::7]:99');
    expect(text).toMatch(/^address:address-\w{10}:5000 and \[address-\w{10}\]:99$/);
  });

  it('leaves times, versions, ids and what the host listens on as they are', () => {
    const text = 'at 12:30:01.123, 1.2.3, a/ctf/12, node:internal, 127.0.0.1 port 7777, ::, a1b2c3';
    expect(new AddressMask().text(text)).toBe(text);
  });

  it('hides them in fields of any depth, and gives another mark after each start', () => {
    const mask = new AddressMask();
    const mark = mask.text('10.1.2.3');
    const fields = { address: '10.1.2.3', deep: { list: ['x', '10.1.2.3'] }, count: 7, none: null };
    expect(mask.fields(fields)).toEqual({
      address: mark,
      deep: { list: ['x', mark] },
      count: 7,
      none: null,
    });
    expect(new AddressMask().text('10.1.2.3')).not.toBe(mark);
  });
});

describe('a log without addresses', () => {
  it('writes marks in messages, fields and errors', () => {
    const lines: string[] = [];
    const log = createLog({
      level: 'debug',
      format: 'json',
      hostId: 'a',
      isTerminal: false,
      addresses: false,
      destination: { write: (line) => void lines.push(line) },
    });
    log.info('login from 10.1.2.3', { address: '10.1.2.3' });
    log.error('failed', { error: new Error('read 10.1.2.3') });
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('10.1.2.3');
    expect(lines[0]).toMatch(/"address":"(address-\w{10})","msg":"login from \1"/);
  });
});
