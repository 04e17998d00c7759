/**
 * Goal: a ring behaves as a plain list of records with a limit in bytes, whatever is called in whatever order.
 * Method: random calls on a small ring beside the model below; the marks (full, wrapped, ...) must all be met, and
 * rings with a known fault must fail the same run.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ringByteLength } from '../../src/shared/spsc-ring.ts';
import { runSeed } from '../support/run-seed.ts';
import { makeReader, makeWriter, startAt, type RingFault } from './ring-ends.ts';
import { MARKS, noMarks, RingModel, type Call, type Marks } from './ring-model.ts';

const RUNS = 1_000;
const SEED = runSeed('spsc-ring.property');

const anyCall: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      call: fc.constant('write' as const),
      kind: fc.integer({ min: 1, max: 255 }),
      flags: fc.integer({ min: 0, max: 255 }),
      // The payload as a share of the largest one: 0 and 1 must both be common.
      share: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ call: 'publish' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constant('drain' as const),
      limit: fc.integer({ min: 0, max: 12 }),
      throwAt: fc.integer({ min: -12, max: 4 }),
    }),
  },
);

const anyRun = fc.record({
  capacityBytes: fc.constantFrom(64, 128, 256, 1024),
  start: fc.constantFrom(0, 2 ** 31 - 64, 2 ** 32 - 64),
  calls: fc.array(anyCall, { maxLength: 120, size: 'max' }),
});

type Run = typeof anyRun extends fc.Arbitrary<infer T> ? T : never;

describe('a ring', () => {
  it('does what a plain list of records does', () => {
    const marks = noMarks();
    const seen = checkRing('real', 'real', marks);
    expect(fc.defaultReportMessage(seen) ?? 'held').toBe('held');
    console.log('spsc-ring.property marks', JSON.stringify(marks));
    for (const mark of MARKS) expect([mark, marks[mark]]).not.toEqual([mark, 0]);
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(RUNS / 10);
  });

  it('that was rebuilt without a fault does the same', () => {
    expect(checkRing('none', 'none', noMarks()).failed).toBe(false);
  });

  it.each<[RingFault, RingFault]>([
    ['forgetsPadding', 'none'],
    ['forgetsReader', 'none'],
    ['none', 'movesAfterRead'],
  ])('with a fault is caught: writer %s, reader %s', (writerFault, readerFault) => {
    expect(checkRing(writerFault, readerFault, noMarks()).failed).toBe(true);
  });
});

function checkRing(
  writerFault: RingFault | 'real',
  readerFault: RingFault | 'real',
  marks: Marks,
): fc.RunDetails<[Run]> {
  const property = fc.property(anyRun, (run) => {
    const buffer = new SharedArrayBuffer(ringByteLength(run.capacityBytes));
    startAt(buffer, run.start);
    const ends = {
      writer: makeWriter(buffer, writerFault),
      reader: makeReader(buffer, readerFault),
    };
    const model = new RingModel(run, marks);
    for (const call of run.calls) model.step(ends, call);
  });
  return fc.check(property, { seed: SEED, numRuns: RUNS });
}
