/**
 * Goal: at every moment as many persons are there as the ramp asks for, each kind by its share; wakes come in the order of their
 * times. Method: random ramps, casts and times against counting and sorting. The marks that are hunted are counted.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { castOf } from '../../../bench/swarm/cast.ts';
import { Ramp } from '../../../bench/swarm/ramp.ts';
import { parseScenario } from '../../../bench/swarm/scenario.ts';
import { WakeQueue } from '../../../bench/swarm/wake-queue.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';

test('as many persons attend as the ramp asks for, at every moment', () => {
  const seed = runSeed('ramp.property');
  const marks = { falls: 0, jumps: 0, returns: 0 };
  const stage = fc.record({ players: fc.nat(40), seconds: fc.constantFrom(0, 1, 7, 30.5) });
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 6 }), fc.nat(1000), (stages, at) => {
      const ramp = new Ramp(stages);
      fc.pre(ramp.lengthMs > 0);
      const atMs = (ramp.lengthMs * at) / 1001;
      let there = 0;
      for (let index = 0; index < ramp.peak; index += 1) {
        const visits = ramp.attendances(index);
        if (visits.length > 1) marks.returns += 1;
        if (visits.some(({ goMs }) => goMs < ramp.lengthMs)) marks.falls += 1;
        if (visits.some(({ comeMs, goMs }) => comeMs <= atMs && atMs < goMs)) there += 1;
        for (const { comeMs, goMs } of visits) expect(comeMs).toBeLessThanOrEqual(goMs);
      }
      if (stages.some(({ seconds }) => seconds === 0)) marks.jumps += 1;
      // On a slope a person that comes just now may be a rounding error away.
      expect(Math.abs(there - ramp.playersAt(atMs))).toBeLessThanOrEqual(1);
    }),
    { seed, numRuns: 2_000 },
  );
  for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(100);
});

test('at random moments as many come and go, in order, and the mean keeps to the ramp', () => {
  const stages = [
    { players: 2_000, seconds: 100 },
    { players: 500, seconds: 50 },
  ];
  const seed = runSeed('ramp.poisson');
  const ramp = new Ramp(stages, seededRandom(seed));
  const visits = Array.from({ length: ramp.peak }, (_none, index) => ramp.attendances(index));
  const comes = visits.map(([visit]) => visit?.comeMs ?? Number.NaN);
  expect(comes).toEqual(comes.toSorted((left, right) => left - right));
  const thereAt = (atMs: number): number =>
    visits.filter((all) => all.some(({ comeMs, goMs }) => comeMs <= atMs && atMs < goMs)).length;
  expect(thereAt(100_000)).toBe(2_000);
  expect(thereAt(149_999.999)).toBeLessThanOrEqual(510);
  // The count at a moment is binomial: 50 % of 2,000 come with a deviation of 22; 6 of them are a fault.
  expect(Math.abs(thereAt(50_000) - 1_000)).toBeLessThan(6 * 22.4);
  expect(Math.abs(thereAt(125_000) - 1_250)).toBeLessThan(6 * 19.4);
  // Gaps of a Poisson process deviate by as much as their mean; even ones not at all.
  const gaps = comes.slice(1).map((comeMs, index) => comeMs - (comes[index] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.8);
  const again = new Ramp(stages, seededRandom(seed));
  expect(again.attendances(7)).toEqual(visits[7]);
});

test('each kind has its share at every height of the ramp, and parties stand together', () => {
  const { persons } = parseScenario(
    `stages = [{ players = 1, seconds = 1 }]
     persons = [{ name = "a", share = 6 }, { name = "b", share = 3, partySize = 4 }, { name = "c" }]`,
    'cast',
  );
  for (const count of [10, 37, 100, 1000]) {
    const cast = castOf(persons, count, 'x');
    expect(cast.length).toBe(count);
    expect(cast.map(({ index }) => index)).toEqual(cast.map((_role, place) => place));
    expect(new Set(cast.map(({ name }) => name)).size).toBe(count);
    const number = (name: string): number => cast.filter(({ kind }) => kind.name === name).length;
    expect(Math.abs(number('a') - count * 0.6)).toBeLessThanOrEqual(4);
    expect(Math.abs(number('b') - count * 0.3)).toBeLessThanOrEqual(4);
    for (const { name, members, party } of cast) {
      expect(members).toContain(name);
      const mates = cast.filter((other) => other.party === party).map((other) => other.name);
      expect(mates).toEqual(members);
    }
  }
});

test('wakes are taken in the order of their times', () => {
  const seed = runSeed('wake-queue.property');
  let drained = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(50), fc.constant('take'))), (steps) => {
      const queue = new WakeQueue();
      const model: { readonly atMs: number; readonly whom: number }[] = [];
      for (const [whom, step] of steps.entries()) {
        if (typeof step === 'number') {
          queue.add(step, whom);
          model.push({ atMs: step, whom });
        } else {
          const earliestMs = Math.min(...model.map(({ atMs }) => atMs));
          expect(queue.nextMs).toBe(earliestMs);
          if (model.length === 0) drained += 1;
          const taken = queue.take();
          const place = model.findIndex(({ whom: known }) => known === taken);
          // Among equals any may be the first.
          if (model.length === 0) expect(taken).toBe(-1);
          else expect(model.splice(place, 1)[0]?.atMs).toBe(earliestMs);
        }
        expect(queue.size).toBe(model.length);
      }
    }),
    { seed, numRuns: 500 },
  );
  expect(drained).toBeGreaterThan(50);
});
