/**
 * Goal: the search for a knee is short, ends, and finds the highest rate that a server keeps up with.
 * Method: imaginary servers that keep up to a rate of their own; every rate from 1 to 120 is tried as that limit.
 */

import { describe, expect, it } from 'vitest';

import { InputSchedule } from '../../../bench/load/input-schedule.ts';
import { beyondTickMs, isPassed, kneeOf, nextRateHz } from '../../../bench/peer-runs/peers-knee.ts';
import type { KneeStep } from '../../../bench/peer-runs/peers-knee.ts';

const RATE_HZ_MAX = 120;
const PLAYERS = 100;
const STEPS_MAX = 12;

function step(rateHz: number, passed: boolean): KneeStep {
  return {
    rateHz,
    isPassed: passed,
    deliveredPerSecond: rateHz * PLAYERS,
    beyondTickP99Ms: passed ? 5 : 500,
    deliveredShare: 1,
    sendLagP99Ms: 1,
    otherCpuPercent: 0,
  };
}

/** Searches as the bench does; the first step is always made. */
function search(first: number, limitHz: number): KneeStep[] {
  const steps = [step(first, first <= limitHz)];
  for (let rateHz = nextRateHz(steps, RATE_HZ_MAX); rateHz !== undefined;) {
    steps.push(step(rateHz, rateHz <= limitHz));
    if (steps.length > STEPS_MAX)
      throw new Error(`no end: ${steps.map((one) => one.rateHz).join(', ')}`);
    rateHz = nextRateHz(steps, RATE_HZ_MAX);
  }
  return steps;
}

describe('nextRateHz()', () => {
  it('doubles until a step fails, then looks between the best and the worst', () => {
    expect(search(10, 33).map((one) => one.rateHz)).toEqual([10, 20, 40, 28, 33, 36]);
    expect(search(10, 3).map((one) => one.rateHz)).toEqual([10, 5, 2, 3, 4]);
  });

  it('finds every limit to a fifth, never above it, and never tries a rate twice', () => {
    for (let limitHz = 1; limitHz <= RATE_HZ_MAX; limitHz += 1) {
      const steps = search(10, limitHz);
      const rates = steps.map((one) => one.rateHz);
      const knee = kneeOf(steps);
      expect(new Set(rates).size, `limit ${limitHz}: ${rates.join(', ')}`).toBe(rates.length);
      expect(knee.rateHz, `limit ${limitHz}: ${rates.join(', ')}`).toBeLessThanOrEqual(limitHz);
      expect((knee.rateHz ?? 0) * 1.2 + 1, `limit ${limitHz}: ${rates.join(', ')}`).toBeGreaterThan(
        limitHz,
      );
      expect(knee.isAtLeast).toBe(limitHz === RATE_HZ_MAX);
    }
  });

  it('ends where even one message a second is too much, and where a failure lies below a success', () => {
    expect(kneeOf(search(4, 0))).toMatchObject({ perSecond: null, rateHz: null, isAtLeast: false });
    expect(nextRateHz([step(10, true), step(20, true), step(15, false)], RATE_HZ_MAX)).toBe(
      undefined,
    );
  });
});

describe('kneeOf()', () => {
  it('is the best step that passed, in states a second', () => {
    const steps = [step(10, true), step(20, true), step(40, false)];
    expect(kneeOf(steps)).toEqual({ perSecond: 2000, rateHz: 20, isAtLeast: false, steps });
  });

  it('is only a lower bound where the load clients were late when a step failed', () => {
    const steps = [step(10, true), { ...step(20, false), sendLagP99Ms: 200 }];
    expect(kneeOf(steps)).toMatchObject({ perSecond: 1000, isAtLeast: true });
  });
});

describe('beyondTickMs()', () => {
  it('takes off what the newest of 16 inputs of the schedule can have waited, and no more', () => {
    const rateHz = 2;
    const tickMs = 1000 / rateHz;
    const schedule = new InputSchedule({ players: 1600, rateHz, baseMs: 0 });
    const positions = new Map(
      Array.from({ length: 1600 }, (_none, position) => [schedule.playerAt(position), position]),
    );
    const dueMs = Array.from({ length: 16 }, (_none, player) =>
      schedule.dueMs(positions.get(player) ?? Number.NaN, 0),
    ).toSorted((left, right) => left - right);
    const gaps = dueMs.map((due, index) => (dueMs[index + 1] ?? (dueMs[0] ?? 0) + tickMs) - due);
    const widest = Math.max(...gaps);
    expect(beyondTickMs(widest, rateHz)).toBeLessThan(1);
    expect(beyondTickMs(widest + 50, rateHz)).toBeGreaterThan(49);
    expect(beyondTickMs(0, rateHz)).toBe(0);
  });
});

describe('isPassed()', () => {
  it('asks for young states and for all of them', () => {
    expect(isPassed(100, 1)).toBe(true);
    expect(isPassed(100.1, 1)).toBe(false);
    expect(isPassed(5, 0.98)).toBe(false);
  });
});
