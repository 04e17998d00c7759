/**
 * Slows whoever tries again and again: a token bucket for each key (GCRA: Turner 1986, ITU-T I.371). Nobody is locked out for
 * ever, least of all the owner of an account by those who guess at it from elsewhere. Pure. Main thread.
 *
 *   dueMs  when the bucket of a key is full again; more than (burst - 1) intervals ahead of now: empty
 *
 * Invariant: at most KEYS_MAX keys are remembered; beyond it those that were used longest ago are forgotten.
 */

const KEYS_MAX = 65_536;

export interface AttemptRate {
  readonly burst: number;
  /** One more attempt comes back every so often. */
  readonly intervalMs: number;
}

export class AttemptLimiter {
  readonly #rate: AttemptRate;
  readonly #dueMs = new Map<string, number>();

  constructor(rate: AttemptRate) {
    this.#rate = rate;
  }

  /** How long until the next attempt of that key; 0: now. */
  waitMs(key: string, nowMs: number): number {
    const { burst, intervalMs } = this.#rate;
    const dueMs = this.#dueMs.get(key) ?? 0;
    return Math.max(0, dueMs - nowMs - (burst - 1) * intervalMs);
  }

  /** Takes one attempt off. */
  spend(key: string, nowMs: number): void {
    const { burst, intervalMs } = this.#rate;
    const dueMs = Math.max(this.#dueMs.get(key) ?? 0, nowMs) + intervalMs;
    // Deleted first, so that the order is that of the last use.
    this.#dueMs.delete(key);
    this.#dueMs.set(key, Math.min(dueMs, nowMs + burst * intervalMs));
    if (this.#dueMs.size <= KEYS_MAX) return;
    for (const oldest of this.#dueMs.keys()) {
      this.#dueMs.delete(oldest);
      return;
    }
  }

  /** The attempt was a good one: it costs nothing. */
  giveBack(key: string, nowMs: number): void {
    const dueMs = (this.#dueMs.get(key) ?? 0) - this.#rate.intervalMs;
    if (dueMs <= nowMs) this.#dueMs.delete(key);
    else this.#dueMs.set(key, dueMs);
  }
}
