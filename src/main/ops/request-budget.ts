/**
 * How many requests an address may make: a token bucket for each. Main thread.
 *
 * Ours and not @fastify/rate-limit: one bucket serves requests and failed tokens alike, and runs by the host's clock. Bounded:
 * at ADDRESSES_MAX the bucket that was used longest ago is forgotten, which gives its address a full one.
 */

import type { Clock } from '../../shared/clock.ts';

export interface BudgetLimits {
  readonly perSecond: number;
  /** How many may come at once. */
  readonly burst: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

const ADDRESSES_MAX = 4_096;

export class RequestBudget {
  readonly #limits: BudgetLimits;
  readonly #clock: Clock;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: BudgetLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Takes one; false when the address has none left now. */
  tryTake(address: string): boolean {
    const { perSecond, burst } = this.#limits;
    const nowMs = this.#clock.nowMs();
    const bucket = this.#buckets.get(address) ?? { left: burst, atMs: nowMs };
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    bucket.left = Math.min(burst, bucket.left + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    this.#forgetOldest();
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  /** When an address that has none left has one again, in whole seconds. */
  get retrySeconds(): number {
    return Math.max(1, Math.ceil(1 / this.#limits.perSecond));
  }

  #forgetOldest(): void {
    if (this.#buckets.size <= ADDRESSES_MAX) return;
    for (const address of this.#buckets.keys()) {
      this.#buckets.delete(address);
      return;
    }
  }
}
