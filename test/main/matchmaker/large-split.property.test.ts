/**
 * Goal: the division into many or large sides keeps the bound that large-split.ts proves, with parties too; and how far
 * it is from the best division where that can be counted out.
 * Method: random parties for random sides; the bound is worked out anew from the result, by its definition. Small matches
 * are sent through the exchanges alone and held against all divisions, one by one.
 */

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ExactSplit } from '../../../src/main/matchmaker/exact-split.ts';
import { splitLarge, type LargeSplitTask } from '../../../src/main/matchmaker/large-split.ts';
import { PartyPack } from '../../../src/main/matchmaker/party-pack.ts';
import { runSeed } from '../../support/run-seed.ts';

const seed = runSeed('large-split');
const exact = new ExactSplit();
const marks = { same: 0, mixed: 0, large: 0, many: 0, partyEach: 0, best: 0, small: 0, atBound: 0 };

interface Shape {
  readonly teams: number;
  readonly sideSize: number;
  readonly parties: readonly number[];
  readonly strengths: readonly number[];
}

function shapes(sizes: { teamsMax: number; sideMax: number }): fc.Arbitrary<Shape> {
  return fc.record({
    teams: fc.integer({ min: 2, max: sizes.teamsMax }),
    sideSize: fc.integer({ min: 2, max: sizes.sideMax }),
    parties: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 24, size: 'max' }),
    // Of a player; whole steps, as the matchmaker has them.
    strengths: fc.array(fc.integer({ min: 0, max: 3_000_000 }), {
      minLength: 192,
      maxLength: 192,
    }),
  });
}

describe('splitLarge()', () => {
  it('leaves any two sides within the stated bound, parties whole', () => {
    fc.assert(
      fc.property(shapes({ teamsMax: 6, sideMax: 24 }), fc.boolean(), (shape, isPlain) => {
        const task = taskOf(shape);
        if (task === undefined) return;
        const sides = splitLarge(task, isPlain ? undefined : exact);
        if (task.count > 16) marks.large += 1;
        if (shape.teams > 2) marks.many += 1;
        if (task.hasPartyEach) marks.partyEach += 1;
        checkSides(task, sides);
        for (let one = 0; one < shape.teams; one += 1) {
          for (let other = one + 1; other < shape.teams; other += 1) {
            checkPair(task, sides, [one, other]);
          }
        }
      }),
      { seed, numRuns: 3_000 },
    );
  });

  it('goes ticket for ticket where sides have more players than the exact search takes', () => {
    const tens = Array.from({ length: 8 }, () => 10);
    const strength = fc.array(fc.integer({ min: 0, max: 3_000_000 }), {
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(
      fc.property(strength, (strengths) => {
        const task = taskOf({ teams: 2, sideSize: 40, parties: tens, strengths });
        expect(task).toBeDefined();
        if (task === undefined) return;
        const sides = splitLarge(task, exact);
        expect(sides).toEqual(splitLarge(task, undefined));
        checkSides(task, sides);
        checkPair(task, sides, [0, 1]);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('is within the bound of the best division where all of them can be tried', () => {
    fc.assert(
      fc.property(shapes({ teamsMax: 2, sideMax: 7 }), (shape) => {
        const task = taskOf(shape);
        if (task === undefined || task.count > 14) return;
        const sides = splitLarge({ ...task, hasPartyEach: false }, undefined);
        const found = Math.abs(leadOf(task, sides, [0, 1]));
        const best = bruteForce(task);
        marks.small += 1;
        if (found === best) marks.best += 1;
        expect(found).toBeGreaterThanOrEqual(best);
        expect(found - best).toBeLessThanOrEqual(boundOf(task, sides, [0, 1]).bound);
        // The exact search of a pair, as the matchmaker runs it, finds the best.
        const resplit = splitLarge({ ...task, hasPartyEach: false }, exact);
        expect(Math.abs(leadOf(task, resplit, [0, 1]))).toBe(best);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  afterAll(() => {
    console.log(marks);
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(10);
  });
});

/** A match of random parties, filled up with players alone; undefined where they do not add up. */
function taskOf({ teams, sideSize, parties, strengths }: Shape): LargeSplitTask | undefined {
  const sizes: number[] = [];
  let room = teams * sideSize;
  for (const size of parties) {
    if (size > Math.min(room, sideSize)) continue;
    sizes.push(size);
    room -= size;
  }
  while (room > 0) {
    sizes.push(1);
    room -= 1;
  }
  const [lead = 1, ...others] = sizes;
  const available = new Int32Array(sideSize + 1);
  for (const size of others) available[size] = (available[size] ?? 0) + 1;
  const pack = new PartyPack();
  const hasParty = sizes.some((size) => size > 1);
  const isEach = pack.tryPack({ available, lead, teams, sideSize, hasPartyEach: true });
  if (!isEach && !pack.tryPack({ available, lead, teams, sideSize, hasPartyEach: false })) {
    return undefined;
  }
  return {
    sizes: Int32Array.from(sizes),
    strengths: Int32Array.from(sizes, (size, at) => size * (strengths[at] ?? 0)),
    count: sizes.length,
    sideSize,
    profile: pack.sides.map((side) => Array.from(side)),
    hasPartyEach: isEach && hasParty,
  };
}

function checkSides(task: LargeSplitTask, sides: Int32Array): void {
  const heads = task.profile.map(() => 0);
  const parties = task.profile.map(() => 0);
  for (let at = 0; at < task.count; at += 1) {
    const side = sides[at] ?? -1;
    heads[side] = (heads[side] ?? 0) + (task.sizes[at] ?? 0);
    if ((task.sizes[at] ?? 0) > 1) parties[side] = (parties[side] ?? 0) + 1;
  }
  expect(heads).toEqual(task.profile.map(() => task.sideSize));
  if (task.hasPartyEach) expect(Math.min(...parties)).toBeGreaterThan(0);
}

type Pair = readonly [number, number];

function checkPair(task: LargeSplitTask, sides: Int32Array, pair: Pair): void {
  const difference = Math.abs(leadOf(task, sides, pair));
  const { bound, isSame } = boundOf(task, sides, pair);
  expect(difference).toBeLessThanOrEqual(bound);
  marks[isSame ? 'same' : 'mixed'] += 1;
  if (difference * 2 > bound) marks.atBound += 1;
}

/** The bound of the header of large-split.ts, by its words. */
function boundOf(
  task: LargeSplitTask,
  sides: Int32Array,
  pair: Pair,
): { readonly bound: number; readonly isSame: boolean } {
  let gap = 0;
  let lonely = 0;
  const means: number[] = [];
  for (let size = 1; size <= task.sideSize; size += 1) {
    const [ours, theirs] = pair.map((side) => ticketsOf(task, sides, { side, size }));
    const all = [...(ours ?? []), ...(theirs ?? [])].toSorted((left, right) => left - right);
    for (const [at, strength] of all.entries()) {
      if (at > 0) gap = Math.max(gap, strength - (all[at - 1] ?? 0));
    }
    const surplus = (ours?.length ?? 0) - (theirs?.length ?? 0);
    if (surplus === 0) continue;
    lonely += Math.max(0, surplus) * size;
    for (const strength of all) means.push(strength / size);
  }
  const range = means.length === 0 ? 0 : Math.max(...means) - Math.min(...means);
  return { bound: Math.max(gap, lonely * range), isSame: means.length === 0 };
}

function ticketsOf(
  task: LargeSplitTask,
  sides: Int32Array,
  { side, size }: { side: number; size: number },
): number[] {
  const strengths: number[] = [];
  for (let at = 0; at < task.count; at += 1) {
    if (sides[at] === side && task.sizes[at] === size) strengths.push(task.strengths[at] ?? 0);
  }
  return strengths;
}

function leadOf(task: LargeSplitTask, sides: Int32Array, [one, other]: Pair): number {
  let lead = 0;
  for (let at = 0; at < task.count; at += 1) {
    if (sides[at] === one) lead += task.strengths[at] ?? 0;
    else if (sides[at] === other) lead -= task.strengths[at] ?? 0;
  }
  return lead;
}

function bruteForce(task: LargeSplitTask): number {
  let best = Infinity;
  for (let mask = 0; mask < 2 ** task.count; mask += 1) {
    let heads = 0;
    let lead = 0;
    for (let at = 0; at < task.count; at += 1) {
      const isIn = (mask >> at) & 1;
      heads += isIn === 1 ? (task.sizes[at] ?? 0) : 0;
      lead += (isIn === 1 ? 1 : -1) * (task.strengths[at] ?? 0);
    }
    if (heads === task.sideSize) best = Math.min(best, Math.abs(lead));
  }
  return best;
}
