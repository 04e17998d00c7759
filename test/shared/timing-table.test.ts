/** Goal: durations land in their bucket and row, and the sums are right. Method: both sides of each bound; a timed turn. */

import { describe, expect, it } from 'vitest';
import { TimedTurns } from '../../src/shared/timed-turns.ts';
import {
  readTiming,
  recordTiming,
  TIMING_BOUNDS_MS,
  TIMING_BUCKETS,
  timingTable,
  type TimingTable,
} from '../../src/shared/timing-table.ts';
import { VirtualClock } from '../../src/shared/virtual-clock.ts';

const ROWS = 3;

function table(): TimingTable {
  return timingTable.view(new SharedArrayBuffer(timingTable.byteLength(ROWS)), ROWS);
}

describe('recordTiming()', () => {
  it('has one bucket more than bounds, for all that is longer', () => {
    expect(TIMING_BUCKETS).toBe(TIMING_BOUNDS_MS.length + 1);
  });

  it('counts in the bucket whose bound is not exceeded, in its own row and column', () => {
    const timings = table();
    for (const bound of TIMING_BOUNDS_MS) recordTiming(timings, 1, 'turns', bound);
    recordTiming(timings, 1, 'turns', 1e9);
    const ones = Array.from({ length: TIMING_BUCKETS }, () => 1);
    expect(readTiming(timings, 1, 'turns').counts).toEqual(ones);
    recordTiming(timings, 1, 'turns', 0.100_001);
    expect(readTiming(timings, 1, 'turns').counts.slice(0, 3)).toEqual([1, 2, 1]);
    const nothing = { counts: ones.map(() => 0), sumMs: 0 };
    expect(readTiming(timings, 0, 'turns')).toEqual(nothing);
    expect(readTiming(timings, 2, 'turns')).toEqual(nothing);
    expect(readTiming(timings, 1, 'handOffs')).toEqual(nothing);
  });
});

describe('TimedTurns', () => {
  it('times each turn and passes on what it says', () => {
    const timings = table();
    const clock = new VirtualClock();
    const turns = {
      turn: () => {
        clock.advance(3);
        return true;
      },
      hasWork: () => false,
    };
    const timed = new TimedTurns(turns, { table: timings, row: 2, clock });
    expect([timed.turn(), timed.turn(), timed.hasWork()]).toEqual([true, true, false]);
    const { counts, sumMs } = readTiming(timings, 2, 'turns');
    expect([counts[TIMING_BOUNDS_MS.indexOf(5)], sumMs]).toEqual([2, 6]);
  });
});
