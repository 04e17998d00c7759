/** Goal: the figure is the sum of its terms, and each limit moves it. Method: the default, then one limit at a time. */

import { describe, expect, it } from 'vitest';
import { allocateHostMemory } from '../../src/main/allocate-memory.ts';
import { byteText, worstCaseMemory } from '../../src/main/worst-case-memory.ts';
import { load } from './config/config-kit.ts';

const MIB = 2 ** 20;

describe('worstCaseMemory()', () => {
  it('is the sum of the terms that it shows', () => {
    const { terms, bytes } = worstCaseMemory(load());
    expect(bytes).toBe(terms.reduce((sum, term) => sum + term.bytes, 0));
  });

  it('counts exactly the shared memory that a host allocates', () => {
    const config = load({ env: { LONGHOUSE_PLAYERS_CAPACITY: '1000' } });
    const { rings, ...memory } = allocateHostMemory(config);
    const termBytes = (name: string) =>
      worstCaseMemory(config).terms.find((term) => term.name === name)?.bytes;
    expect(termBytes('rings')).toBe(byteLengths([...rings.up.flat(), ...rings.down.flat()]));
    expect(termBytes('tables')).toBe(byteLengths(Object.values(memory)));
  });

  it('grows by every buffer that one more player may fill', () => {
    const one = worstCaseMemory(load({ env: { LONGHOUSE_PLAYERS_CAPACITY: '10001' } }));
    const none = worstCaseMemory(load({ env: { LONGHOUSE_PLAYERS_CAPACITY: '10000' } }));
    const buffers = 8_192 + 262_144 + 65_536 + 4_096;
    expect(one.bytes - none.bytes).toBeGreaterThanOrEqual(buffers);
    // A row of each table beside them, and their padding to whole lines.
    expect(one.bytes - none.bytes).toBeLessThan(buffers + 8_192);
  });

  it.each([
    ['LONGHOUSE_LIMITS_OUTPUT_BYTES_MAX', '262145', 20_000],
    ['LONGHOUSE_LIMITS_HELD_BYTES_MAX', '65537', 20_000],
    ['LONGHOUSE_LIMITS_FRAME_BYTES_MAX', '4097', 20_000],
    ['LONGHOUSE_RINGS_DOWN_BYTES', '4194304', 4 * 4 * 2 * 2 * MIB],
    ['LONGHOUSE_THREADS_HEAP_MB_MAX', '513', 4 * MIB],
    ['LONGHOUSE_TICKET_LOG_ENABLED', 'false', -32 * MIB],
    ['LONGHOUSE_PRACTICE_BOTS', '0', -32 * MIB],
    ['LONGHOUSE_THREADS_EXTERNAL_MB_MAX', '1025', 4 * MIB],
  ])('grows with %s', (variable, value, bytes) => {
    const grown = worstCaseMemory(load({ env: { [variable]: value } }));
    expect(grown.bytes - worstCaseMemory(load()).bytes).toBe(bytes);
  });
});

describe('worstCaseMemory() of a network', () => {
  it('counts what may wait for each other host, in the bridge and in its transport', () => {
    const bridge = { LONGHOUSE_BRIDGE_ENABLED: 'true', LONGHOUSE_BRIDGE_SECRET: 'x'.repeat(16) };
    const alone = worstCaseMemory(load());
    const linked = worstCaseMemory(load({ env: bridge }));
    const links = linked.terms.find(({ name }) => name === 'links');
    expect(links?.bytes).toBe(63 * (8 + 3 * 8 + 4 + 4) * MIB);
    expect(links?.how).toBe('63 other hosts x 40 MiB');
    expect(alone.terms.some(({ name }) => name === 'links')).toBe(false);
    expect(linked.bytes).toBeGreaterThan(alone.bytes + (links?.bytes ?? 0));
  });
});

function byteLengths(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => {
    return sum + (value instanceof SharedArrayBuffer ? value.byteLength : 0);
  }, 0);
}

describe('byteText()', () => {
  it.each([
    [1_536, '1.5 KiB'],
    [8_192, '8 KiB'],
    [512 * MIB, '512 MiB'],
    [1.25 * MIB, '1.3 MiB'],
    [6.04 * 1024 * MIB, '6 GiB'],
  ])('says %d as %s', (bytes, text) => {
    expect(byteText(bytes)).toBe(text);
  });
});
