/** Ratings by mode and account. Main thread. In memory until the store keeps them: whatever does implements RatingBook. */

import { DEFAULT_RATING, type Rating } from './rating.ts';

export interface RatingBook {
  /** Of an account that is not known in that mode: DEFAULT_RATING. */
  get(mode: string, account: string): Rating;
  set(mode: string, account: string, rating: Rating): void;
}

/** Accounts of one mode; beyond it those whose rating changed longest ago are forgotten. */
const ACCOUNTS_MAX = 1_048_576;

export class MemoryRatingBook implements RatingBook {
  readonly #modes = new Map<string, Map<string, Rating>>();
  readonly #accountsMax: number;

  constructor(accountsMax: number = ACCOUNTS_MAX) {
    this.#accountsMax = accountsMax;
  }

  get(mode: string, account: string): Rating {
    return this.#modes.get(mode)?.get(account) ?? DEFAULT_RATING;
  }

  set(mode: string, account: string, rating: Rating): void {
    let ratings = this.#modes.get(mode);
    if (ratings === undefined) this.#modes.set(mode, (ratings = new Map()));
    // Deleted first, so that the order is that of the last change.
    ratings.delete(account);
    ratings.set(account, rating);
    if (ratings.size <= this.#accountsMax) return;
    for (const oldest of ratings.keys()) {
      ratings.delete(oldest);
      return;
    }
  }
}
