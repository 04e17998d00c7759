/**
 * Accounts that may queue but not be matched yet: the host of their last match is lost and may not know it, so it acts for
 * them until its lease is over. By account, not by session: a new login does not end it. Main thread.
 */

/** `matchId` of the fence around a ticket with a held member. */
export const HELD = 'held';

export class HoldBook {
  readonly #untilMs = new Map<string, number>();

  hold(key: string, untilMs: number): void {
    this.#untilMs.set(key, Math.max(untilMs, this.#untilMs.get(key) ?? 0));
  }

  isHeld(key: string, nowMs: number): boolean {
    return (this.#untilMs.get(key) ?? 0) > nowMs;
  }

  /** Forgets those that are over; true when there were any. */
  release(nowMs: number): boolean {
    let hasReleased = false;
    for (const [key, untilMs] of this.#untilMs) {
      if (untilMs <= nowMs) hasReleased = this.#untilMs.delete(key);
    }
    return hasReleased;
  }

  /** When the next one is over; Infinity when nobody is held. */
  get nextMs(): number {
    let nextMs = Infinity;
    for (const untilMs of this.#untilMs.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }
}
