/**
 * Goal: tick n is due at start + n intervals whatever happened before; no number comes twice; what is not run is counted.
 * Method: random entries and stalls beside a model that looks at every entry each time; then the spread of the phases.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TickScheduler, type Ticking } from '../../../src/workers/match/tick-scheduler.ts';
import { runSeed } from '../../support/run-seed.ts';

const SEED = runSeed('tick-scheduler');
const RUNS = 500;
/** Rounding of start + n * interval at clock values of days. */
const EPSILON_MS = 1e-6;

interface Run {
  readonly number: number;
  readonly dueMs: number;
  readonly atMs: number;
}

class Recorder implements Ticking {
  readonly hz: number;
  readonly addedMs: number;
  readonly runs: Run[] = [];
  atMs = 0;
  isRemoved = false;
  onTick: () => void = () => {};

  constructor(hz: number, addedMs: number) {
    this.hz = hz;
    this.addedMs = addedMs;
  }

  onTickDue(number: number, dueMs: number, intervalMs: number): void {
    expect(this.isRemoved).toBe(false);
    expect(intervalMs).toBe(1000 / this.hz);
    this.runs.push({ number, dueMs, atMs: this.atMs });
    this.onTick();
  }
}

const anyStep = fc.oneof(
  { weight: 2, arbitrary: fc.record({ add: fc.constantFrom(1, 3, 7, 10, 30, 60) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.noBias(fc.nat(40)) }) },
  // Mostly a few milliseconds, sometimes a stall of many intervals.
  {
    weight: 8,
    arbitrary: fc.record({
      waitMs: fc.oneof(
        {
          weight: 6,
          arbitrary: fc.noBias(fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10)),
        },
        { weight: 1, arbitrary: fc.noBias(fc.integer({ min: 0, max: 2_500 })) },
      ),
      limit: fc.constantFrom(1, 2, 1_000),
    }),
  },
);

describe('TickScheduler', () => {
  it('does what a look at every entry does', () => {
    const marks = { ran: 0, late: 0, skipped: 0, limited: 0, removed: 0 };
    const anySteps = fc.array(anyStep, { minLength: 60, maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(anySteps, fc.constantFrom(0, 86_400_000.25), (steps, startMs) => {
        const scheduler = new TickScheduler();
        const all: Recorder[] = [];
        let nowMs = startMs;
        for (const step of steps) {
          if ('add' in step) {
            const entry = new Recorder(step.add, nowMs);
            all.push(entry);
            scheduler.add(entry, step.add, nowMs);
          } else if ('remove' in step) {
            const entry = all[step.remove];
            if (entry === undefined || entry.isRemoved) continue;
            entry.isRemoved = true;
            scheduler.remove(entry);
            scheduler.remove(entry);
            marks.removed += 1;
          } else {
            nowMs += step.waitMs;
            for (const entry of all) entry.atMs = nowMs;
            const hasMore = scheduler.runDue(nowMs, step.limit);
            expect(hasMore).toBe(scheduler.nextDueMs() <= nowMs);
            if (hasMore) marks.limited += 1;
            while (scheduler.runDue(nowMs, step.limit));
          }
        }
        while (scheduler.runDue(nowMs, 1_000));
        const found = all.map((entry) => checkEntry(entry, nowMs));
        const sum = (key: 'ran' | 'late' | 'skipped'): number =>
          found.reduce((total, counts) => total + counts[key], 0);
        expect(scheduler.skipped).toBe(sum('skipped'));
        expect(scheduler.late).toBe(sum('late'));
        for (const key of ['ran', 'late', 'skipped'] as const) marks[key] += sum(key);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    console.log('tick-scheduler marks', JSON.stringify(marks));
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(RUNS);
  });

  it('runs the ticks of one moment in the order in which they were due', () => {
    const scheduler = new TickScheduler();
    const order: number[] = [];
    for (let index = 0; index < 50; index += 1) {
      const entry: Ticking = { onTickDue: (_number, dueMs) => order.push(dueMs) };
      scheduler.add(entry, 10, index * 3);
    }
    scheduler.runDue(150 + 100, 1_000);
    expect(order.length).toBe(50);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it.each([10, 100, 900])('spreads %i entries evenly over their interval', (count) => {
    const scheduler = new TickScheduler();
    const dues: number[] = [];
    for (let index = 0; index < count; index += 1) {
      scheduler.add({ onTickDue: (_number, dueMs) => dues.push(dueMs) }, 1, 0);
    }
    scheduler.runDue(1_000, count);
    expect(dues.length).toBe(count);
    const sorted = [...dues, (dues[0] ?? 0) + 1_000].sort((a, b) => a - b);
    const gaps = sorted.slice(1).map((due, index) => due - (sorted[index] ?? 0));
    // Three-distance theorem: with the golden ratio no gap is above 2.618 / count (Swierczkowski 1958; Ravenstein 1988).
    expect(Math.max(...gaps.slice(0, -1))).toBeLessThan(2_700 / count);
  });

  it('lets an entry remove itself, another, and add one, within its tick', () => {
    const scheduler = new TickScheduler();
    const first = new Recorder(10, 0);
    const second = new Recorder(10, 0);
    const third = new Recorder(10, 0);
    first.onTick = () => {
      first.isRemoved = true;
      second.isRemoved = true;
      scheduler.remove(first);
      scheduler.remove(second);
      scheduler.add(third, 10, 200);
    };
    scheduler.add(second, 10, 200);
    scheduler.add(first, 10, 0);
    scheduler.runDue(100, 10);
    expect(first.runs.length).toBe(1);
    scheduler.runDue(400, 10);
    expect([first.runs.length, second.runs.length, third.runs.length]).toEqual([1, 0, 1]);
  });

  it('has nothing due without entries, and no finer grid than a fifth of the shortest interval', () => {
    const scheduler = new TickScheduler();
    expect(scheduler.nextDueMs()).toBe(Infinity);
    expect(scheduler.runDue(1e9, 5)).toBe(false);
    expect(scheduler.gridMs(20)).toBe(20);
    scheduler.add(new Recorder(5, 0), 5, 0);
    expect(scheduler.gridMs(20)).toBe(20);
    scheduler.add(new Recorder(50, 0), 50, 0);
    expect(scheduler.gridMs(20)).toBe(4);
    expect(scheduler.gridMs(1)).toBe(1);
  });
});

/** Looks at every run of one entry by itself; returns what the scheduler must have counted for it. */
function checkEntry(
  entry: Recorder,
  nowMs: number,
): { ran: number; late: number; skipped: number } {
  const intervalMs = 1000 / entry.hz;
  const [first] = entry.runs;
  let late = 0;
  let skipped = 0;
  let before: Run | undefined;
  for (const run of entry.runs) {
    // Without drift: every due time lies on the grid of the first.
    const expectedMs = (first?.dueMs ?? 0) + (run.number - (first?.number ?? 0)) * intervalMs;
    expect(Math.abs(run.dueMs - expectedMs)).toBeLessThan(EPSILON_MS);
    expect(run.dueMs).toBeLessThanOrEqual(run.atMs);
    expect(run.number).toBeGreaterThan(before?.number ?? 0);
    if (before !== undefined) {
      // What was left out was overdue as a whole when the run before it came.
      const left = run.number - before.number - 1;
      expect(before.dueMs + left * intervalMs).toBeLessThanOrEqual(before.atMs + EPSILON_MS);
      expect(run.dueMs).toBeGreaterThan(before.atMs - EPSILON_MS);
    }
    late += Number(run.atMs - run.dueMs > intervalMs / 2);
    skipped += Math.floor((run.atMs - run.dueMs) / intervalMs);
    before = run;
  }
  if (first !== undefined) {
    expect(first.number).toBe(1);
    expect(first.dueMs - entry.addedMs).toBeGreaterThan(0);
    expect(first.dueMs - entry.addedMs).toBeLessThanOrEqual(intervalMs + EPSILON_MS);
  }
  if (!entry.isRemoved) {
    // Nothing that is due is left behind.
    const lastMs = before === undefined ? entry.addedMs : before.atMs;
    expect(nowMs - lastMs).toBeLessThan(intervalMs + EPSILON_MS);
  }
  return { ran: entry.runs.length, late, skipped };
}
