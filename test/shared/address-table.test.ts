/**
 * Goal: an address has at most its connections and its rate, rows are used again, and the table refuses nobody by accident.
 * Method: examples on a table of 16 rows, around the wrap of its 31-bit clock, and days later.
 */

import { describe, expect, it } from 'vitest';
import {
  AddressTable,
  AddressVerdict,
  NO_ADDRESS_ROW,
  addressTableByteLength,
  type AddressLimits,
} from '../../src/shared/address-table.ts';

const ROWS = 16;
const HOUR_MS = 3_600_000;
/** The table's clock wraps at 2^31 sixteenths of a millisecond. */
const WRAP_MS = 2 ** 31 / 16;
const LIMITS: AddressLimits = { connectionsMax: 3, connectsPerSecond: 10, connectBurst: 2 };
const MANY: AddressLimits = { connectionsMax: 3, connectsPerSecond: 1000, connectBurst: 1000 };
const { admitted, tooFast, tooMany } = AddressVerdict;

function tableOf(rows: number): AddressTable {
  return new AddressTable(new SharedArrayBuffer(addressTableByteLength(rows)));
}

describe('AddressTable.tryEnter()', () => {
  it('refuses one connection over the cap, and admits it when one has left', () => {
    const table = tableOf(ROWS);
    const verdicts = [1, 2, 3, 4].map(() => table.tryEnter('10.0.0.1', MANY, 0));
    expect(verdicts).toEqual([admitted, admitted, admitted, tooMany]);
    table.leave(table.row);
    expect(table.tryEnter('10.0.0.1', MANY, 0)).toBe(admitted);
    expect(table.tryEnter('10.0.0.2', MANY, 0)).toBe(admitted);
  });

  it('lets the burst in at once, then one each interval of the rate', () => {
    const table = tableOf(ROWS);
    const enter = (nowMs: number): AddressVerdict => {
      const verdict = table.tryEnter('10.0.0.1', LIMITS, nowMs);
      if (verdict === admitted) table.leave(table.row);
      return verdict;
    };
    expect([0, 0, 0, 99, 100, 100, 150, 201].map(enter)).toEqual([
      admitted,
      admitted,
      tooFast,
      tooFast,
      admitted,
      tooFast,
      tooFast,
      admitted,
    ]);
    // A refusal costs neither a place nor a token.
    expect([10_000, 10_000, 10_000].map(enter)).toEqual([admitted, admitted, tooFast]);
  });

  it('reuses a row only when its connections are gone and its bucket is full', () => {
    const table = tableOf(ROWS);
    const rows = new Set<number>();
    for (let index = 0; index < ROWS; index += 1) {
      expect(table.tryEnter(`10.0.1.${index}`, LIMITS, 0)).toBe(admitted);
      rows.add(table.row);
    }
    const first = table.row;
    expect(rows.size).toBe(ROWS);
    // No row is left: the new address is let in uncounted, and leaving it harms nobody.
    expect(table.tryEnter('10.0.2.1', LIMITS, 0)).toBe(admitted);
    expect(table.row).toBe(NO_ADDRESS_ROW);
    table.leave(table.row);
    table.leave(first);
    table.tryEnter('10.0.2.1', LIMITS, 50);
    expect(table.row).toBe(NO_ADDRESS_ROW);
    expect(table.tryEnter('10.0.2.1', LIMITS, 101)).toBe(admitted);
    expect(table.row).toBe(first);
  });

  it('keeps the rate across the wrap of its clock', () => {
    const table = tableOf(ROWS);
    const verdicts = [-1, -1, -1, 0, 98, 100, 100].map((ms) =>
      table.tryEnter('10.0.0.1', { ...LIMITS, connectionsMax: 9 }, WRAP_MS + ms),
    );
    expect(verdicts).toEqual([admitted, admitted, tooFast, tooFast, tooFast, admitted, tooFast]);
  });

  it.each([1, 18, 19, 20, 30, 37, 38, 56, 75])(
    'admits an address that comes back after %i hours',
    (hours) => {
      for (const startMs of [0, WRAP_MS / 2 - 1, WRAP_MS - 1]) {
        const table = tableOf(ROWS);
        expect(table.tryEnter('10.0.0.1', LIMITS, startMs)).toBe(admitted);
        table.leave(table.row);
        const nowMs = startMs + hours * HOUR_MS;
        expect(table.tryEnter('10.0.0.1', LIMITS, nowMs)).toBe(admitted);
        expect(table.tryEnter('10.0.0.1', LIMITS, nowMs)).toBe(admitted);
        expect(table.tryEnter('10.0.0.1', LIMITS, nowMs)).toBe(tooFast);
      }
    },
  );

  it('gives the row of an address that was last seen a day ago to another', () => {
    const table = tableOf(1);
    table.tryEnter('10.0.0.1', LIMITS, 0);
    table.leave(table.row);
    expect(table.tryEnter('10.0.0.2', LIMITS, 24 * HOUR_MS)).toBe(admitted);
    expect(table.row).toBe(0);
  });

  it('spreads addresses over all rows', () => {
    const table = tableOf(4096);
    const parities = new Set<number>();
    for (let index = 0; index < 64; index += 1) {
      table.tryEnter(`10.0.3.${index}`, MANY, 0);
      parities.add((table.row / 4) % 2);
    }
    expect(parities).toEqual(new Set([0, 1]));
  });
});
