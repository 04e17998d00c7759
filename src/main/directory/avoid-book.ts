/**
 * Whom each account does not want to play with, by account key. Main thread. In memory: it is gone when the host stops.
 *
 * Few entries an account: enough for those who spoil a game, too few for the strong to choose their opponents.
 */

/** Entries of one account. */
export const AVOIDS_MAX = 5;
/** Accounts with entries; beyond it those that changed theirs longest ago are forgotten. */
const ACCOUNTS_MAX = 65_536;
const NOBODY: readonly string[] = [];

export class AvoidBook {
  readonly #lists = new Map<string, readonly string[]>();
  readonly #accountsMax: number;

  constructor(accountsMax: number = ACCOUNTS_MAX) {
    this.#accountsMax = accountsMax;
  }

  /** In the order in which they were added. */
  of(key: string): readonly string[] {
    return this.#lists.get(key) ?? NOBODY;
  }

  /** False when the account has as many as it may have. */
  tryAdd(key: string, avoided: string): boolean {
    const others = this.of(key).filter((one) => one !== avoided);
    if (others.length >= AVOIDS_MAX) return false;
    this.#set(key, [...others, avoided]);
    return true;
  }

  /** False when it was not there. */
  tryRemove(key: string, avoided: string): boolean {
    const list = this.of(key);
    const others = list.filter((one) => one !== avoided);
    if (others.length === list.length) return false;
    this.#set(key, others);
    return true;
  }

  #set(key: string, list: readonly string[]): void {
    // Deleted first, so that the order is that of the last change.
    this.#lists.delete(key);
    if (list.length > 0) this.#lists.set(key, list);
    if (this.#lists.size <= this.#accountsMax) return;
    for (const oldest of this.#lists.keys()) {
      this.#lists.delete(oldest);
      return;
    }
  }
}
