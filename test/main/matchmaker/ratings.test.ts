/** Goal: what results say, and what they change; one example a rule. */

import { describe, expect, it } from 'vitest';
import { rateMatch, type RatedPlayer } from '../../../src/main/matchmaker/rate-match.ts';
import { MemoryRatingBook } from '../../../src/main/matchmaker/rating-book.ts';
import { DEFAULT_RATING, shownRating } from '../../../src/main/matchmaker/rating.ts';
import { resultRanks } from '../../../src/main/matchmaker/result-ranks.ts';

const SEATS = [
  { name: 'Ada', team: 0 },
  { name: 'bob', team: 1 },
];

describe('resultRanks()', () => {
  it.each([
    [{ winner: 1 }, [2, 1]],
    [{ winner: 'ada' }, [1, 2]],
    [{ winner: null }, [1, 1]],
    [{ ranking: [3, 1] }, [3, 1]],
    [{ winner: 'blue', teams: ['red', 'blue'] }, [2, 1]],
    [
      {
        winner: 'red',
        players: [
          { name: 'bob', team: 'blue' },
          { name: 'Ada', team: 'red' },
        ],
      },
      [1, 2],
    ],
    [{ winner: 2 }, undefined],
    [{ winner: 1.5 }, undefined],
    [{ winner: 'zoe' }, undefined],
    [{ ranking: [1, 'x'] }, undefined],
    [{ ranking: [1, 2, 3] }, undefined],
    [{ winner: 'red', players: [null, 7, {}] }, undefined],
    [{}, undefined],
  ])('reads %j', (result, expected) => {
    expect(resultRanks(result, SEATS, 2)).toEqual(expected);
  });

  it('says nothing of a mode of one team', () => {
    expect(resultRanks({ winner: 0 }, SEATS, 1)).toBeUndefined();
  });
});

function player(name: string, team: number, fields: Partial<RatedPlayer> = {}): RatedPlayer {
  return { name, team, rating: DEFAULT_RATING, share: 1, hasLeft: false, ...fields };
}

describe('rateMatch()', () => {
  it('raises who won, lowers who lost, and makes both surer', () => {
    const rated = rateMatch([player('a', 0), player('b', 1)], [1, 2]);
    expect(rated.get('a')?.mu).toBeGreaterThan(25);
    expect(rated.get('b')?.mu).toBeLessThan(25);
    expect(rated.get('a')?.sigma).toBeLessThan(DEFAULT_RATING.sigma);
  });

  it('brings unequal players closer by a draw', () => {
    const strong = player('a', 0, { rating: { mu: 35, sigma: 5 } });
    const rated = rateMatch([strong, player('b', 1)], [1, 1]);
    expect(rated.get('a')?.mu).toBeLessThan(35);
    expect(rated.get('b')?.mu).toBeGreaterThan(25);
  });

  it('counts a loss for who left, though the team won without', () => {
    const rated = rateMatch(
      [player('a', 0), player('b', 0, { hasLeft: true }), player('c', 1)],
      [1, 2],
    );
    expect(rated.get('a')?.mu).toBeGreaterThan(25);
    expect(rated.get('b')?.mu).toBeLessThan(25);
  });

  it('weighs who came late by the share that was played', () => {
    const half = rateMatch(
      [player('a', 0), player('b', 0, { share: 0.5 }), player('c', 1)],
      [2, 1],
    );
    const full = (half.get('a')?.mu ?? 0) - 25;
    expect((half.get('b')?.mu ?? 0) - 25).toBeCloseTo(full / 2, 9);
    const none = rateMatch([player('a', 0), player('b', 0, { share: 0 }), player('c', 1)], [2, 1]);
    expect(none.get('b')).toEqual(DEFAULT_RATING);
  });

  it('rates a team that has left to the last, and nothing against a team that never was', () => {
    const rated = rateMatch([player('a', 0), player('b', 1, { hasLeft: true })], [1, 2]);
    expect(rated.get('b')?.mu).toBeLessThan(25);
    expect(rateMatch([player('a', 0)], [1, 2]).size).toBe(0);
  });
});

describe('MemoryRatingBook', () => {
  it('keeps modes apart, starts at the default and forgets the one changed longest ago', () => {
    const book = new MemoryRatingBook(2);
    expect(book.get('ctf', 'ada')).toEqual(DEFAULT_RATING);
    for (const [name, mu] of [
      ['ada', 1],
      ['bob', 2],
      ['ada', 3],
      ['cyd', 4],
    ] as const) {
      book.set('ctf', name, { mu, sigma: 1 });
    }
    expect(book.get('ctf', 'ada').mu).toBe(3);
    expect(book.get('ctf', 'bob')).toEqual(DEFAULT_RATING);
    expect(book.get('duel', 'cyd')).toEqual(DEFAULT_RATING);
    expect(shownRating(DEFAULT_RATING)).toBe(0);
  });
});
