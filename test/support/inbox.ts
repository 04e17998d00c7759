/**
 * What a test client has received and a test has not yet asked for. Runs in test processes.
 *
 * take() gives the first item that fits and drops what came before it, so that a test reads the stream in order and
 * never finds an old item twice. Holds at most ITEMS_MAX; older ones are dropped and counted.
 */

import { systemClock } from '../../src/shared/clock.ts';

const ITEMS_MAX = 50_000;
export const WAIT_MS = 10_000;

interface Waiter<Item> {
  readonly fits: (item: Item) => boolean;
  readonly resolve: (item: Item) => void;
  readonly reject: (error: Error) => void;
}

export class Inbox<Item> {
  readonly #name: string;
  #items: Item[] = [];
  readonly #waiters = new Set<Waiter<Item>>();
  #closed: string | undefined;
  /** Items that were dropped because nobody asked for them in time. */
  droppedCount = 0;

  /** `name` says in a failure what was waited for in vain. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Forgets what has come so far. */
  clear(): void {
    this.#items = [];
  }

  push(item: Item): void {
    for (const waiter of this.#waiters) {
      if (!waiter.fits(item)) continue;
      this.#waiters.delete(waiter);
      this.#items = [];
      waiter.resolve(item);
      return;
    }
    this.#items.push(item);
    if (this.#items.length > ITEMS_MAX) {
      this.#items.splice(0, ITEMS_MAX / 2);
      this.droppedCount += ITEMS_MAX / 2;
    }
  }

  /** What is here and was not taken, oldest first. */
  get waiting(): readonly Item[] {
    return this.#items;
  }

  /** No more will come: those who wait are told `why`. */
  close(why: string): void {
    this.#closed ??= why;
    for (const waiter of this.#waiters) waiter.reject(this.#failure(why));
    this.#waiters.clear();
  }

  /** The first item that fits, now or within `timeoutMs`; rejects with what came instead. */
  take(fits: (item: Item) => boolean, timeoutMs: number = WAIT_MS): Promise<Item> {
    const index = this.#items.findIndex(fits);
    const found = this.#items[index];
    if (found !== undefined) {
      this.#items.splice(0, index + 1);
      return Promise.resolve(found);
    }
    if (this.#closed !== undefined) return Promise.reject(this.#failure(this.#closed));
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Item> = {
        fits,
        resolve: (item) => {
          timer.cancel();
          resolve(item);
        },
        reject: (error) => {
          timer.cancel();
          reject(error);
        },
      };
      const timer = systemClock.setTimer(() => {
        this.#waiters.delete(waiter);
        reject(this.#failure(`nothing that fits in ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  #failure(why: string): Error {
    const seen = JSON.stringify(this.#items.slice(-10));
    return new Error(`Cannot take from "${this.#name}": ${why}; last there: ${seen}`);
  }
}
