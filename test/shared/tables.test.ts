/**
 * Goal: what the tables' helpers promise: names that fit, counts that add up, totals without silent hosts.
 * Method: examples on small tables; names checked against Buffer's own UTF-8.
 */

import { describe, expect, it } from 'vitest';
import {
  counterTable,
  countReason,
  REASON_COUNT_MAX,
  sumReason,
} from '../../src/shared/counter-table.ts';
import {
  HOST_SILENT_MS,
  hostTable,
  HostState,
  networkTotals,
  type HostTable,
} from '../../src/shared/host-table.ts';
import { NAME_BYTES_MAX, playerTable, readName, writeName } from '../../src/shared/player-table.ts';
import { Reason } from '../../src/shared/reason.ts';

describe('readName() and writeName()', () => {
  const table = playerTable.view(new SharedArrayBuffer(playerTable.byteLength(3)), 3);

  it.each(['', 'ada', 'Jörg Ω', '日本語の名前です', 'x'.repeat(NAME_BYTES_MAX)])(
    'give back %j and leave the neighbours alone',
    (name) => {
      writeName(table, 0, 'left');
      writeName(table, 2, 'right');
      writeName(table, 1, name);
      expect([0, 1, 2].map((slot) => readName(table, slot))).toEqual(['left', name, 'right']);
    },
  );

  it('leave nothing of a longer name behind', () => {
    writeName(table, 1, 'a much longer name');
    writeName(table, 1, 'ada');
    expect(readName(table, 1)).toBe('ada');
  });

  it('cut a name that is too long at a whole character', () => {
    writeName(table, 2, 'right');
    writeName(table, 1, `${'x'.repeat(NAME_BYTES_MAX - 1)}é`);
    expect(readName(table, 1)).toBe('x'.repeat(NAME_BYTES_MAX - 1));
    expect(readName(table, 2)).toBe('right');
  });
});

describe('countReason() and sumReason()', () => {
  it('count per thread and add up over all', () => {
    const table = counterTable.view(new SharedArrayBuffer(counterTable.byteLength(4)), 4);
    countReason(table, 0, Reason.idle);
    countReason(table, 3, Reason.idle);
    countReason(table, 3, Reason.idle);
    countReason(table, 3, Reason.badFrame);
    expect(sumReason(table, Reason.idle)).toBe(3);
    expect(sumReason(table, Reason.badFrame)).toBe(1);
    expect(sumReason(table, Reason.quit)).toBe(0);
  });

  it('have room for every reason there is', () => {
    expect(Math.max(...Object.values(Reason))).toBeLessThan(REASON_COUNT_MAX);
  });
});

describe('networkTotals()', () => {
  const NOW_MS = 1_000_000;
  const ALONE = { players: 100, matches: 5, hostsHeard: 1, hostsKnown: 1, ageMs: 0 };

  it('of a host alone are its own, always fresh', () => {
    expect(networkTotals(threeHosts(), NOW_MS)).toEqual(ALONE);
  });

  it('add hosts that were heard, and say how old the oldest number is', () => {
    const table = threeHosts();
    hear(table, 1, NOW_MS - 150);
    hear(table, 2, NOW_MS - HOST_SILENT_MS);
    table.state[2] = HostState.draining;
    const totals = networkTotals(table, NOW_MS);
    expect(totals).toEqual({
      players: 160,
      matches: 11,
      hostsHeard: 3,
      hostsKnown: 3,
      ageMs: 2000,
    });
  });

  it('leave a silent host out of every total but not out of those known', () => {
    const table = threeHosts();
    hear(table, 2, NOW_MS - HOST_SILENT_MS - 1);
    expect(networkTotals(table, NOW_MS)).toEqual({ ...ALONE, hostsKnown: 2 });
  });

  function threeHosts(): HostTable {
    const table = hostTable.view(new SharedArrayBuffer(hostTable.byteLength(3)), 3);
    table.players[0] = 100;
    table.matches[0] = 5;
    return table;
  }

  function hear(table: HostTable, row: number, heardAtMs: number): void {
    table.rowsTaken[0] = Math.max(table.rowsTaken[0] ?? 0, row + 1);
    table.state[row] = HostState.up;
    table.players[row] = 30;
    table.matches[row] = 3;
    table.heardAtMs[row] = heardAtMs;
  }
});
