/**
 * Goal: whatever the sequence, an address never has more connections than its cap nor more tokens than its rate and burst
 * give, and always gets what they give. Method: random steps in time beside an exact leaky bucket; marks are asserted.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  AddressTable,
  AddressVerdict,
  NO_ADDRESS_ROW,
  addressTableByteLength,
} from '../../src/shared/address-table.ts';
import { runSeed } from '../support/run-seed.ts';

const SEED = runSeed('address-table.property');
const RUNS = 500;
const WRAP_MS = 2 ** 31 / 16;
/** The table rounds due times up to a sixteenth of a millisecond; the model does not. */
const ROUNDING_MS = 1 / 16;

const anyStep = fc.record({
  address: fc.integer({ min: 0, max: 3 }),
  leaves: fc.boolean(),
  // Waits of nothing, of about an interval, and of days.
  waitMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
    // None is a lap of the clock (134,217,728) to within a burst: then an old due time looks like a new one.
    { weight: 1, arbitrary: fc.constantFrom(70_000_000, 90_000_000, 120_000_000, 200_000_000) },
  ),
});

const anyRun = fc.record({
  startMs: fc.constantFrom(0, WRAP_MS / 2 - 100, WRAP_MS - 100, 3 * WRAP_MS - 100),
  limits: fc.record({
    connectionsMax: fc.integer({ min: 1, max: 6 }),
    connectsPerSecond: fc.integer({ min: 1, max: 50 }),
    connectBurst: fc.integer({ min: 1, max: 8 }),
  }),
  steps: fc.array(anyStep, { maxLength: 120, size: 'max' }),
});

/** One address in plain numbers: open connections, and when its bucket is full again. */
interface Modelled {
  open: number;
  fullMs: number;
}

it('AddressTable does what a count and a leaky bucket per address do', () => {
  const marks = { admitted: 0, tooMany: 0, tooFast: 0, wrapped: 0, days: 0 };
  fc.assert(
    fc.property(anyRun, ({ startMs, limits, steps }) => {
      const table = new AddressTable(new SharedArrayBuffer(addressTableByteLength(16)));
      const models = Array.from({ length: 4 }, (): Modelled => ({ open: 0, fullMs: 0 }));
      const intervalMs = 1000 / limits.connectsPerSecond;
      const rows: number[] = [];
      let nowMs = startMs;
      for (const { address, leaves, waitMs } of steps) {
        const before = Math.floor(nowMs / WRAP_MS);
        nowMs += waitMs;
        if (Math.floor(nowMs / WRAP_MS) > before) marks.wrapped += 1;
        if (waitMs > 80_000_000) marks.days += 1;
        const model = models[address];
        if (model === undefined) continue;
        const row = rows[address];
        if (leaves && model.open > 0 && row !== undefined) {
          table.leave(row);
          model.open -= 1;
        }
        const verdict = table.tryEnter(`10.0.0.${address}`, limits, nowMs);
        expect(table.row).not.toBe(NO_ADDRESS_ROW);
        rows[address] = table.row;
        if (model.open >= limits.connectionsMax) {
          expect(verdict).toBe(AddressVerdict.tooMany);
          marks.tooMany += 1;
          continue;
        }
        const aheadMs = Math.max(0, model.fullMs - nowMs);
        const slackMs = limits.connectBurst * intervalMs - aheadMs - intervalMs;
        if (verdict === AddressVerdict.admitted) {
          expect(slackMs).toBeGreaterThanOrEqual(-ROUNDING_MS);
          model.open += 1;
          model.fullMs = nowMs + aheadMs + intervalMs;
          marks.admitted += 1;
        } else {
          expect(verdict).toBe(AddressVerdict.tooFast);
          expect(slackMs).toBeLessThan(ROUNDING_MS * (limits.connectBurst + 1));
          marks.tooFast += 1;
        }
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  console.log('address-table.property marks', JSON.stringify(marks));
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(RUNS);
});
