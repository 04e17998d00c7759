/**
 * Goal: the walk along the ratings meets everybody who waits, the nearest first, whoever was taken before; and the numbers
 * of a ticket are its own, however often the rows of others are given anew.
 * Method: random tickets, taken in random order, against a plain sort.
 */

import { expect, it } from 'vitest';
import { EntryNumbers } from '../../../src/main/matchmaker/entry-numbers.ts';
import { QueueEntry } from '../../../src/main/matchmaker/queue-entry.ts';
import { NearestFirst, RatingIndex } from '../../../src/main/matchmaker/rating-index.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { ticketOf } from './tickets.ts';

const ROUNDS = 100;
const TICKETS_MAX = 40;

it('NearestFirst walks over those who wait as a sort by distance has them', () => {
  const random = seededRandom(runSeed('rating-index'));
  const index = new RatingIndex();
  const walk = new NearestFirst(index);
  const marks = { walks: 0, alone: 0, taken: 0, equal: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const entries = entriesOf(random, new EntryNumbers());
    index.build([...entries]);
    while (entries.length > 0) {
      const from = entries[random.below(entries.length)];
      if (from === undefined) break;
      const others = entries.filter((entry) => entry !== from);
      const expected = others.map(({ mean }) => Math.abs(mean - from.mean)).toSorted(byNumber);
      walk.start(from);
      expect(distancesOf(walk, others)).toEqual(expected);
      // Once at its end it stays there.
      expect(walk.next()).toBeUndefined();
      marks.walks += 1;
      marks.alone += others.length === 0 ? 1 : 0;
      marks.equal += expected[0] === 0 ? 1 : 0;
      index.unlink(from);
      from.leave();
      expect(index.has(from)).toBe(false);
      entries.splice(entries.indexOf(from), 1);
      marks.taken += 1;
    }
  }
  console.log(marks);
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(20);
});

it('QueueEntry keeps its numbers while others come and go', () => {
  const random = seededRandom(runSeed('entry-numbers'));
  const numbers = new EntryNumbers();
  let waiting: { entry: QueueEntry; mu: number; reach: number }[] = [];
  const marks = { kept: 0, emptied: 0 };
  for (let id = 1; id <= 2_000; id += 1) {
    const mu = random.below(50);
    const entry = new QueueEntry(ticketOf(id, 2, { mu }), id, numbers);
    entry.reach = id;
    waiting.push({ entry, mu, reach: id });
    if (random.below(50) === 0) {
      for (const one of waiting) one.entry.leave();
      waiting = [];
      marks.emptied += 1;
    }
    const [gone] = waiting.splice(random.below(2 * waiting.length + 1), 1);
    gone?.entry.leave();
    const numbersOf = waiting.map(({ entry: { mean, reach } }) => [mean, reach]);
    expect(numbersOf).toEqual(waiting.map((one) => [one.mu, one.reach]));
    marks.kept += waiting.length;
  }
  console.log(marks);
  expect(Math.min(marks.kept, marks.emptied)).toBeGreaterThan(5);
});

/** Ratings far enough apart that the index does not take two for equal; some really are. */
function entriesOf(random: Random, numbers: EntryNumbers): QueueEntry[] {
  return Array.from({ length: 1 + random.below(TICKETS_MAX) }, (_, at) => {
    const mu = random.below(400) / 8;
    return new QueueEntry(ticketOf(at + 1, 1, { mu }), at + 1, numbers);
  });
}

function distancesOf(walk: NearestFirst, others: readonly QueueEntry[]): number[] {
  const left = new Set(others);
  const distances: number[] = [];
  for (let entry = walk.next(); entry !== undefined; entry = walk.next()) {
    expect(left.delete(entry)).toBe(true);
    distances.push(walk.distance);
  }
  expect(left.size).toBe(0);
  return distances;
}

function byNumber(left: number, right: number): number {
  return left - right;
}
