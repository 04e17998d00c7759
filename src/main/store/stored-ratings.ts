/**
 * Ratings in memory for the matchmaker, loaded for each account at its login, changes handed to the store. Main thread.
 *
 * What this host has rated since it started is newer than what the store says: load() leaves it alone.
 */

import type { AccountRow, StoreCalls } from '../../shared/store-messages.ts';
import type { RatingBook } from '../matchmaker/rating-book.ts';
import { DEFAULT_RATING, type Rating } from '../matchmaker/rating.ts';

/** Accounts in memory; beyond it those that were loaded or rated longest ago are forgotten here, not in the store. */
const ACCOUNTS_MAX = 262_144;

export class StoredRatings implements RatingBook {
  readonly #store: Pick<StoreCalls, 'putRatings'>;
  readonly #accountsMax: number;
  /** By account, then by mode. */
  readonly #accounts = new Map<string, Map<string, Rating>>();

  constructor(store: Pick<StoreCalls, 'putRatings'>, accountsMax: number = ACCOUNTS_MAX) {
    this.#store = store;
    this.#accountsMax = accountsMax;
  }

  /** At login: what the store knows of the account. */
  load({ key, ratings }: Pick<AccountRow, 'key' | 'ratings'>): void {
    const known = this.#touch(key);
    for (const [mode, rating] of Object.entries(ratings)) {
      if (!known.has(mode)) known.set(mode, rating);
    }
  }

  /** Rated on another host, where the player has been or is in a match; kept only where the account is in memory. */
  adopt(mode: string, account: string, rating: Rating): void {
    this.#accounts.get(account)?.set(mode, rating);
  }

  get(mode: string, account: string): Rating {
    return this.#accounts.get(account)?.get(mode) ?? DEFAULT_RATING;
  }

  set(mode: string, account: string, rating: Rating): void {
    this.#touch(account).set(mode, rating);
    this.#store.putRatings([{ key: account, mode, mu: rating.mu, sigma: rating.sigma }]);
  }

  #touch(account: string): Map<string, Rating> {
    const known = this.#accounts.get(account) ?? new Map<string, Rating>();
    // Deleted first, so that the order is that of the last use.
    this.#accounts.delete(account);
    this.#accounts.set(account, known);
    if (this.#accounts.size <= this.#accountsMax) return known;
    for (const oldest of this.#accounts.keys()) {
      this.#accounts.delete(oldest);
      break;
    }
    return known;
  }
}
