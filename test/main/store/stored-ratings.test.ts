/**
 * Goal: the matchmaker sees what the store knows from the login on, and never an older rating than it has given itself.
 * Method: the book with a list in the place of the store's queue.
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_RATING } from '../../../src/main/matchmaker/rating.ts';
import { StoredRatings } from '../../../src/main/store/stored-ratings.ts';
import type { RatingRow } from '../../../src/shared/store-messages.ts';

function book(accountsMax?: number): {
  readonly ratings: StoredRatings;
  readonly put: RatingRow[];
} {
  const put: RatingRow[] = [];
  const store = { putRatings: (rows: readonly RatingRow[]): void => void put.push(...rows) };
  return { ratings: new StoredRatings(store, accountsMax), put };
}

describe('StoredRatings', () => {
  it('gives what was loaded, by mode, and the default for what nobody has seen', () => {
    const { ratings } = book();
    ratings.load({ key: 'ada', ratings: { ctf: { mu: 30, sigma: 2 } } });
    expect(ratings.get('ctf', 'ada')).toEqual({ mu: 30, sigma: 2 });
    expect(ratings.get('duel', 'ada')).toBe(DEFAULT_RATING);
    expect(ratings.get('ctf', 'bob')).toBe(DEFAULT_RATING);
  });

  it('hands each change to the store, and keeps it against an older row that is loaded later', () => {
    const { ratings, put } = book();
    ratings.set('ctf', 'ada', { mu: 27, sigma: 7 });
    ratings.load({
      key: 'ada',
      ratings: { ctf: { mu: 25, sigma: 8 }, duel: { mu: 20, sigma: 4 } },
    });
    expect(ratings.get('ctf', 'ada')).toEqual({ mu: 27, sigma: 7 });
    expect(ratings.get('duel', 'ada')).toEqual({ mu: 20, sigma: 4 });
    expect(put).toEqual([{ key: 'ada', mode: 'ctf', mu: 27, sigma: 7 }]);
  });

  it('takes what another host has rated over what it knew, and keeps nothing of those who are not here', () => {
    const { ratings, put } = book();
    ratings.load({ key: 'ada', ratings: { ctf: { mu: 30, sigma: 2 } } });
    for (const account of ['ada', 'bob']) ratings.adopt('ctf', account, { mu: 33, sigma: 1 });
    expect(ratings.get('ctf', 'ada')).toEqual({ mu: 33, sigma: 1 });
    expect(ratings.get('ctf', 'bob')).toBe(DEFAULT_RATING);
    expect(put).toEqual([]);
  });

  it('forgets those whom it has not met for longest', () => {
    const { ratings } = book(2);
    for (const key of ['ada', 'bob']) ratings.load({ key, ratings: { ctf: { mu: 1, sigma: 1 } } });
    ratings.load({ key: 'ada', ratings: {} });
    ratings.load({ key: 'eve', ratings: {} });
    expect(ratings.get('ctf', 'ada').mu).toBe(1);
    expect(ratings.get('ctf', 'bob')).toBe(DEFAULT_RATING);
  });
});
