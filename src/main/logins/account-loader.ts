/**
 * Reads accounts from the store for all who log in at once: one call at a time, each with whoever came during the last one.
 * Main thread.
 *
 *   load(key) -> waiting --the last call is over--> store.accounts(keys) -> promises resolve
 *
 * A call that takes longer than LATE_MS rejects those who wait, now and until it is over: a store that is slow must not
 * keep everyone at the door. What it brings then goes to onLate().
 */

import type { Clock, Timer } from '../../shared/clock.ts';
import type { AccountRow } from '../../shared/store-messages.ts';

/** What logins need of the store; its promises settle, whatever becomes of its thread. */
export interface AccountStore {
  accounts(keys: readonly string[]): Promise<readonly AccountRow[]>;
  createAccount(account: {
    key: string;
    name: string;
    credential: string | undefined;
  }): Promise<{ readonly outcome: 'created' | 'taken' }>;
  setCredential(key: string, credential: string): Promise<boolean>;
  noteSeen(
    seen: readonly { readonly key: string; readonly name: string; readonly atMs: number }[],
  ): unknown;
}

const BATCH_MAX = 1_000;
const LATE_MS = 1_000;

interface Waiter {
  readonly resolve: (account: AccountRow | undefined) => void;
  readonly reject: (why: Error) => void;
}

export class AccountLoader {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #onLate: (accounts: readonly AccountRow[]) => void;
  #waiting = new Map<string, Waiter[]>();
  #isCalling = false;
  #isLate = false;

  constructor(
    store: AccountStore,
    clock: Clock,
    onLate: (accounts: readonly AccountRow[]) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /** The account of that key, undefined when there is none. Rejects when the store does not answer in time. */
  load(key: string): Promise<AccountRow | undefined> {
    if (this.#isLate) return Promise.reject(new Error(LATE));
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      const same = this.#waiting.get(key);
      if (same === undefined) this.#waiting.set(key, [waiter]);
      else same.push(waiter);
      // Whatever else this turn brings goes into the same call.
      if (!this.#isCalling) queueMicrotask(() => void this.#callAll());
    });
  }

  async #callAll(): Promise<void> {
    if (this.#isCalling) return;
    this.#isCalling = true;
    while (this.#waiting.size > 0) await this.#call(this.#takeBatch());
    this.#isCalling = false;
  }

  async #call(batch: Map<string, Waiter[]>): Promise<void> {
    const timer = this.#startDeadline(batch);
    try {
      const accounts = await this.#store.accounts([...batch.keys()]);
      if (this.#isLate) this.#onLate(accounts);
      const byKey = new Map(accounts.map((account) => [account.key, account]));
      for (const [key, waiters] of batch) for (const one of waiters) one.resolve(byKey.get(key));
    } catch (error) {
      const why = error instanceof Error ? error : new Error(String(error));
      rejectAll(batch, why);
    } finally {
      timer.cancel();
      this.#isLate = false;
    }
  }

  #startDeadline(batch: ReadonlyMap<string, Waiter[]>): Timer {
    return this.#clock.setTimer(() => {
      this.#isLate = true;
      const rest = this.#waiting;
      this.#waiting = new Map();
      rejectAll(batch, new Error(LATE));
      rejectAll(rest, new Error(LATE));
    }, LATE_MS);
  }

  #takeBatch(): Map<string, Waiter[]> {
    const whole = this.#waiting;
    this.#waiting = new Map();
    if (whole.size <= BATCH_MAX) return whole;
    const batch = new Map<string, Waiter[]>();
    for (const [key, waiters] of whole) {
      if (batch.size < BATCH_MAX) batch.set(key, waiters);
      else this.#waiting.set(key, waiters);
    }
    return batch;
  }
}

const LATE = `Cannot read an account: the store did not answer within ${LATE_MS} ms`;

/** A promise that has settled already does not mind. */
function rejectAll(batch: ReadonlyMap<string, Waiter[]>, why: Error): void {
  for (const waiters of batch.values()) for (const { reject } of waiters) reject(why);
}
