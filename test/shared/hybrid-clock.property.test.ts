/**
 * Goal: stamps never go back, follow what was seen, stay near the wall clock, and order all rows the same everywhere.
 * Method: seeded histories of several hosts whose wall clocks jump, each stamp sent to the others or lost.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStamps, compareTimes, HybridClock } from '../../src/shared/hybrid-clock.ts';
import { runSeed } from '../support/run-seed.ts';

const HOSTS = ['a', 'b', 'c'] as const;
const host = fc.constantFrom(...HOSTS);
const step = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), host, wallMs: fc.nat(50) }),
  fc.record({ kind: fc.constant('send' as const), from: host, to: host }),
);
const stamp = fc.record({ wallMs: fc.nat(3), counter: fc.nat(3), hostId: host });

describe('HybridClock', () => {
  it('gives times that are later than all it gave or saw, and never behind the wall', () => {
    const marks = { wallBehind: 0, sameMillisecond: 0, remoteAhead: 0 };
    const history = fc.array(step, { minLength: 1, maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(history, (steps) => {
        const clocks = new Map(HOSTS.map((id) => [id, new HybridClock()]));
        let wallMsMax = 0;
        for (const one of steps) {
          if (one.kind === 'send') {
            const from = clocks.get(one.from)?.last ?? { wallMs: 0, counter: 0 };
            const to = clocks.get(one.to);
            if (to !== undefined && compareTimes(from, to.last) > 0) marks.remoteAhead += 1;
            to?.observe(from);
            expect(compareTimes(to?.last ?? from, from)).toBeGreaterThanOrEqual(0);
            continue;
          }
          const clock = clocks.get(one.host) ?? new HybridClock();
          const before = clock.last;
          const time = clock.next(one.wallMs);
          wallMsMax = Math.max(wallMsMax, one.wallMs);
          expect(compareTimes(time, before)).toBeGreaterThan(0);
          expect(time.wallMs).toBeGreaterThanOrEqual(one.wallMs);
          // No further ahead than the fastest wall clock among those it has heard of.
          expect(time.wallMs).toBeLessThanOrEqual(wallMsMax);
          if (one.wallMs < before.wallMs) marks.wallBehind += 1;
          if (one.wallMs === before.wallMs) marks.sameMillisecond += 1;
        }
      }),
      { seed: runSeed('hybrid clock'), numRuns: 200 },
    );
    for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(10);
  });

  it('goes on from a time that was kept', () => {
    const clock = new HybridClock({ wallMs: 100, counter: 7 });
    expect(clock.next(50)).toEqual({ wallMs: 100, counter: 8 });
    expect(clock.next(101)).toEqual({ wallMs: 101, counter: 0 });
  });

  it('compareStamps() is a total order: of any two different stamps one is later, everywhere the same one', () => {
    fc.assert(
      fc.property(stamp, stamp, stamp, (a, b, c) => {
        expect(Math.sign(compareStamps(a, b)) + Math.sign(compareStamps(b, a))).toBe(0);
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(compareStamps(a, b) === 0).toBe(isSame);
        if (compareStamps(a, b) <= 0 && compareStamps(b, c) <= 0) {
          expect(compareStamps(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { seed: runSeed('stamp order'), numRuns: 2_000 },
    );
  });
});
