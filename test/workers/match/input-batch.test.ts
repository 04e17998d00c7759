/**
 * Goal: a batch hands over every input as it was, in order, once, and is bounded in bytes and in number.
 * Method: a property beside a list of copies, with a source that changes after each call as a ring does.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_BYTES_MAX, InputBatch } from '../../../src/workers/match/input-batch.ts';
import type { Seat } from '../../../src/workers/match/seat.ts';
import { runSeed } from '../../support/run-seed.ts';

const SEED = runSeed('input-batch');
const RUNS = 300;
const SOURCE_WORDS = 20_000;

/** A seat is only handed through. */
function seatNamed(name: string): Seat {
  return { name } as unknown as Seat;
}

const SEATS = ['ada', 'bob', 'cyd'].map((name) => seatNamed(name));

function taken(batch: InputBatch): string[] {
  const inputs: string[] = [];
  batch.take((seat, bytes) => inputs.push(`${seat.name} ${Buffer.from(bytes).toString('hex')}`));
  return inputs;
}

describe('InputBatch', () => {
  it('does what a list of copies does', () => {
    const marks = { empty: 0, odd: 0, grown: 0, refused: 0, reused: 0, taken: 0 };
    const anyInput = fc.record({
      seat: fc.nat(SEATS.length - 1),
      from: fc.nat(64),
      byteLength: fc.oneof(
        { weight: 6, arbitrary: fc.constant(32) },
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }) },
        { weight: 1, arbitrary: fc.constant(0) },
        { weight: 2, arbitrary: fc.integer({ min: 4_000, max: 66_000 }) },
      ),
    });
    const anyStep = fc.oneof(
      { weight: 25, arbitrary: anyInput },
      { weight: 1, arbitrary: fc.constant('take' as const) },
    );
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 30, maxLength: 150, size: 'max' }), (steps) => {
        const batch = new InputBatch();
        const source = new Int32Array(new SharedArrayBuffer(SOURCE_WORDS * 4));
        const bytes = new Uint8Array(source.buffer);
        const model: string[] = [];
        let words = 0;
        let takes = 0;
        for (const [index, step] of steps.entries()) {
          if (step === 'take') {
            expect(taken(batch)).toEqual(model);
            marks.taken += Number(model.length > 0);
            model.length = 0;
            words = 0;
            takes += 1;
          } else {
            const { from, byteLength } = step;
            const seat = SEATS[step.seat] ?? seatNamed('none');
            // The ring holds something else by the next call.
            bytes.fill((index * 37 + 1) & 0xff);
            bytes[from * 4] = index & 0xff;
            if (byteLength > 0) bytes[from * 4 + byteLength - 1] = 0xee;
            const needed = Math.max(1, Math.ceil(byteLength / 4));
            const fits = (words + needed) * 4 <= BATCH_BYTES_MAX;
            expect(batch.tryAdd(seat, source, from, byteLength)).toBe(fits);
            if (!fits) {
              marks.refused += 1;
              continue;
            }
            marks.grown += Number(words * 4 <= 1_024 && (words + needed) * 4 > 1_024);
            marks.empty += Number(byteLength === 0);
            marks.odd += Number(byteLength % 4 !== 0);
            marks.reused += Number(takes > 0);
            words += needed;
            const copy = Buffer.from(bytes.subarray(from * 4, from * 4 + byteLength));
            model.push(`${seat.name} ${copy.toString('hex')}`);
          }
          expect(batch.count).toBe(model.length);
        }
        expect(taken(batch)).toEqual(model);
        expect(taken(batch)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    console.log('input-batch marks', JSON.stringify(marks));
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(RUNS / 3);
  });

  it('bounds also the number of empty inputs', () => {
    const batch = new InputBatch();
    const source = new Int32Array(4);
    const ada = seatNamed('ada');
    let count = 0;
    while (count <= BATCH_BYTES_MAX && batch.tryAdd(ada, source, 0, 0)) count += 1;
    expect(count).toBe(BATCH_BYTES_MAX / 4);
    let given = 0;
    batch.take((_seat, bytes) => {
      given += 1;
      if (bytes.byteLength !== 0) throw new Error('Cannot be: an empty input has bytes');
    });
    expect(given).toBe(count);
    expect(batch.tryAdd(ada, source, 0, 0)).toBe(true);
  });

  it('makes no new windows when the sizes repeat', () => {
    const batch = new InputBatch();
    const source = new Int32Array(64);
    const windows: Uint8Array[][] = [];
    for (let tick = 0; tick < 3; tick += 1) {
      for (const seat of SEATS) batch.tryAdd(seat, source, 0, 32);
      const seen: Uint8Array[] = [];
      batch.take((_seat, bytes) => seen.push(bytes));
      windows.push(seen);
    }
    for (const [index, window] of (windows[1] ?? []).entries()) {
      expect(windows[2]?.[index]).toBe(window);
    }
  });
});
