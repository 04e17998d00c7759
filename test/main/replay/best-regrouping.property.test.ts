/**
 * Goal: the optimum that regret is measured against is the optimum. Method: random tickets, beside a search that seats
 * player groups one ticket after the other in every way, without masks, halves or memory.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  leastSpreadSum,
  REGROUPING_PLAYERS_MAX,
  type Unit,
} from '../../../src/main/replay/best-regrouping.ts';
import { pairSpread } from '../../../src/main/replay/win-spread.ts';
import { runSeed } from '../../support/run-seed.ts';

const seed = runSeed('best-regrouping.property');
const TICKETS_MAX = 8;

const anyWindow = fc
  .record({
    sideSize: fc.integer({ min: 1, max: 4 }),
    matches: fc.integer({ min: 1, max: 3 }),
    sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 32, maxLength: 32 }),
    strengths: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 32, maxLength: 32 }),
  })
  .map(({ sideSize, matches, sizes, strengths }) => ({
    sideSize,
    matches,
    units: unitsFor({ sideSize, sides: 2 * matches, sizes, strengths }),
  }))
  .filter(({ units, sideSize, matches }) => {
    return units.length <= TICKETS_MAX && 2 * sideSize * matches <= REGROUPING_PLAYERS_MAX;
  });

describe('leastSpreadSum()', () => {
  it('finds what trying every seat finds', () => {
    const marks = { parties: 0, severalMatches: 0, uneven: 0 };
    fc.assert(
      fc.property(anyWindow, ({ sideSize, matches, units }) => {
        const least = leastSpreadSum(units, sideSize);
        expect(least).toBeCloseTo(bruteForce(units, sideSize, matches), 9);
        if (units.some(({ size }) => size > 1)) marks.parties += 1;
        if (matches > 1) marks.severalMatches += 1;
        if (least > 0.01) marks.uneven += 1;
      }),
      { seed, numRuns: 300 },
    );
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(30);
  });
});

interface Draw {
  readonly sideSize: number;
  readonly sides: number;
  readonly sizes: readonly number[];
  readonly strengths: readonly number[];
}

/** Parties that fill every side exactly, drawn in order. */
function unitsFor({ sideSize, sides, sizes, strengths }: Draw): readonly Unit[] {
  const units: Unit[] = [];
  for (let side = 0; side < sides; side += 1) {
    for (let room = sideSize; room > 0;) {
      const size = Math.min(room, sizes[units.length] ?? 1);
      const strength = strengths[units.length] ?? 25;
      units.push({ size, mu: size * strength, variance: size * (1 + strength / 10) });
      room -= size;
    }
  }
  return units;
}

function bruteForce(units: readonly Unit[], sideSize: number, matches: number): number {
  const sides = Array.from({ length: 2 * matches }, () => ({ room: sideSize, mu: 0, variance: 0 }));
  let least = Infinity;
  const seat = (index: number): void => {
    const unit = units[index];
    if (unit === undefined) {
      least = Math.min(least, spreadSum(sides));
      return;
    }
    for (const side of sides) {
      if (side.room < unit.size) continue;
      side.room -= unit.size;
      side.mu += unit.mu;
      side.variance += unit.variance;
      seat(index + 1);
      side.room += unit.size;
      side.mu -= unit.mu;
      side.variance -= unit.variance;
    }
  };
  seat(0);
  return least;
}

function spreadSum(sides: readonly { readonly mu: number; readonly variance: number }[]): number {
  let sum = 0;
  for (let index = 0; index < sides.length; index += 2) {
    const [one, other] = sides.slice(index, index + 2);
    if (one === undefined || other === undefined) continue;
    sum += pairSpread(one.mu - other.mu, one.variance + other.variance);
  }
  return sum;
}
