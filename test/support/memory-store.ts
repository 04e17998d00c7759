/**
 * Accounts and bans in memory, for tests of what sits before the store. Runs in test processes.
 * Accounts without a password are not kept: there is nothing to know of them.
 */

import type { AccountRow, BanRow } from '../../src/shared/store-messages.ts';
import type { BanStore } from '../../src/main/bans/ban-desk.ts';
import type { AccountStore } from '../../src/main/logins/account-loader.ts';

export class MemoryStore implements AccountStore, BanStore {
  readonly #accounts = new Map<string, AccountRow>();
  readonly #bans = new Map<string, BanRow>();

  async accounts(keys: readonly string[]): Promise<readonly AccountRow[]> {
    return keys.map((key) => this.#accounts.get(key)).filter((account) => account !== undefined);
  }

  async createAccount(account: {
    key: string;
    name: string;
    credential: string | undefined;
  }): Promise<{ readonly outcome: 'created' | 'taken' }> {
    if (this.#accounts.has(account.key)) return { outcome: 'taken' };
    const fresh = { createdMs: 0, lastSeenMs: 0, matches: 0, wins: 0, ratings: {} };
    this.#accounts.set(account.key, { ...account, ...fresh });
    return { outcome: 'created' };
  }

  async setCredential(key: string, credential: string): Promise<boolean> {
    const account = this.#accounts.get(key);
    if (account === undefined) return false;
    this.#accounts.set(key, { ...account, credential });
    return true;
  }

  noteSeen(): void {}

  async bans(nowMs: number): Promise<readonly BanRow[]> {
    return [...this.#bans.values()].filter(({ untilMs }) => (untilMs ?? Infinity) > nowMs);
  }

  async putBan(ban: BanRow): Promise<void> {
    this.#bans.set(ban.id, ban);
  }

  async removeBan(id: string): Promise<boolean> {
    return this.#bans.delete(id);
  }
}
