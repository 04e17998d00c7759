/**
 * Goal: the division into two sides is the closest there is, parties whole, for anything up to 2 x 8; larger and more
 * sides keep their stated bound.
 * Method: random tickets against all divisions, one by one.
 */

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ExactSplit, type SplitTask } from '../../../src/main/matchmaker/exact-split.ts';
import { splitLarge } from '../../../src/main/matchmaker/large-split.ts';
import { freshSeed } from '../../../src/shared/random.ts';

const seed = freshSeed();
const marks = { solo: 0, mixed: 0, impossible: 0, partyEach: 0, noPartyEach: 0 };
const exact = new ExactSplit();

const strength = fc.integer({ min: -2_000_000, max: 6_000_000 });

/** Tickets that add up to two sides of `sideSize`: parties first, then players alone. */
const tickets = fc.integer({ min: 1, max: 8 }).chain((sideSize) =>
  fc
    .record({
      parties: fc.array(fc.integer({ min: 1, max: sideSize }), { maxLength: 5 }),
      strengths: fc.array(strength, { minLength: 16, maxLength: 16 }),
    })
    .map(({ parties, strengths }) => taskOf(sideSize, parties, strengths)),
);

describe('ExactSplit', () => {
  it('finds the division that brute force finds, for sides of 1 to 8', () => {
    console.log(`seed ${seed}`);
    fc.assert(
      fc.property(tickets, (task) => {
        const best = bruteForce(task, () => true);
        marks[task.count === 2 * task.sideSize ? 'solo' : 'mixed'] += 1;
        if (best === Infinity) marks.impossible += 1;
        expect(exact.find(task)).toBe(best !== Infinity);
        expect(exact.difference).toBe(best);
        if (best !== Infinity) checkMask(task, exact.mask, best);
      }),
      { seed, numRuns: 1_500 },
    );
  });

  it('finds the closest division with a party on each side, or that there is none', () => {
    fc.assert(
      fc.property(tickets, (task) => {
        const { sizes, count } = task;
        if (!sizes.subarray(0, count).some((size) => size > 1)) return;
        const before = [...sizes];
        const best = bruteForce(task, (mask) => hasPartyEach(task, mask));
        marks[best === Infinity ? 'noPartyEach' : 'partyEach'] += 1;
        expect(exact.findWithPartyEach(task)).toBe(best !== Infinity);
        expect(exact.difference).toBe(best);
        expect([...sizes]).toEqual(before);
        if (best === Infinity) return;
        checkMask(task, exact.mask, best);
        expect(hasPartyEach(task, exact.mask)).toBe(true);
      }),
      { seed, numRuns: 1_500 },
    );
  });

  afterAll(() => {
    console.log(marks);
    for (const [mark, count] of Object.entries(marks)) {
      expect(count, `mark ${mark}`).toBeGreaterThan(10);
    }
  });
});

describe('splitLarge()', () => {
  const counts = { large: 0, small: 0 };

  it('keeps players who come alone within their spread, for any number of sides', () => {
    const sides = fc.record({
      teams: fc.integer({ min: 2, max: 8 }),
      sideSize: fc.integer({ min: 1, max: 24 }),
      strengths: fc.array(strength, { minLength: 192, maxLength: 192 }),
    });
    fc.assert(
      fc.property(sides, ({ teams, sideSize, strengths }) => {
        const count = teams * sideSize;
        counts[count > 16 ? 'large' : 'small'] += 1;
        const task = {
          sizes: new Int32Array(count).fill(1),
          strengths: Int32Array.from(strengths.slice(0, count)),
          count,
          sideSize,
          profile: Array.from({ length: teams }, () => Array.from({ length: sideSize }, () => 1)),
          hasPartyEach: false,
        };
        const sums = Array.from({ length: teams }, () => 0);
        const heads = Array.from({ length: teams }, () => 0);
        for (const [at, side] of splitLarge(task, exact).entries()) {
          sums[side] = (sums[side] ?? 0) + (task.strengths[at] ?? 0);
          heads[side] = (heads[side] ?? 0) + 1;
        }
        expect(heads).toEqual(Array.from({ length: teams }, () => sideSize));
        const spread = Math.max(...task.strengths) - Math.min(...task.strengths);
        expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(spread);
      }),
      { seed, numRuns: 300 },
    );
    expect(Math.min(counts.large, counts.small)).toBeGreaterThan(10);
  });
});

function taskOf(
  sideSize: number,
  parties: readonly number[],
  strengths: readonly number[],
): SplitTask {
  const sizes: number[] = [];
  let room = 2 * sideSize;
  for (const size of parties) {
    if (size > room) continue;
    sizes.push(size);
    room -= size;
  }
  while (room > 0) {
    sizes.push(1);
    room -= 1;
  }
  return {
    sizes: Int32Array.from(sizes),
    strengths: Int32Array.from(strengths.slice(0, sizes.length)),
    count: sizes.length,
    sideSize,
  };
}

function bruteForce(task: SplitTask, isAllowed: (mask: number) => boolean): number {
  let best = Infinity;
  for (let mask = 0; mask < 2 ** task.count; mask += 1) {
    const { heads, lead } = measure(task, mask);
    if (heads === task.sideSize && Math.abs(lead) < best && isAllowed(mask)) best = Math.abs(lead);
  }
  return best;
}

function checkMask(task: SplitTask, mask: number, best: number): void {
  const { heads, lead } = measure(task, mask);
  expect(heads).toBe(task.sideSize);
  expect(Math.abs(lead)).toBe(best);
}

function measure(
  { sizes, strengths, count }: SplitTask,
  mask: number,
): { heads: number; lead: number } {
  let heads = 0;
  let lead = 0;
  for (let at = 0; at < count; at += 1) {
    const isIn = ((mask >> at) & 1) === 1;
    if (isIn) heads += sizes[at] ?? 0;
    lead += (isIn ? 1 : -1) * (strengths[at] ?? 0);
  }
  return { heads, lead };
}

function hasPartyEach({ sizes, count }: SplitTask, mask: number): boolean {
  const sides = [0, 0];
  for (let at = 0; at < count; at += 1) {
    if ((sizes[at] ?? 0) > 1) sides[(mask >> at) & 1] = 1;
  }
  return sides[0] === 1 && sides[1] === 1;
}
