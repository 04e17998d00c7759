/**
 * Who should not be in one match: opponents of a moment ago, who left a match and those who stayed, and whom a player
 * avoids. Each for a time, then nobody is kept apart any more. Main thread, matchmaker only.
 */

import type { MatchingRules } from './matching-rules.ts';
import type { Company } from './matchmaker.ts';
import { keptApartUntilMs } from './queue-entry.ts';

/** One search: its ticket came at `enqueuedMs`. */
export interface ApartSearch {
  readonly enqueuedMs: number;
  readonly nowMs: number;
}

export class KeptApart {
  readonly #rules: MatchingRules;
  /** When the first of those who were kept apart in this search may be met; Infinity: nobody was. */
  untilMs: number = Infinity;
  /** An avoid list kept somebody apart. */
  byList: boolean = false;
  /** Somebody gathered so far avoids others, or was in a match lately: rare. */
  #isListed = false;
  #isRecent = false;

  constructor(rules: MatchingRules) {
    this.#rules = rules;
  }

  begin(): void {
    this.untilMs = Infinity;
    this.byList = false;
    this.#isListed = false;
    this.#isRecent = false;
  }

  /** To be called for each ticket that is gathered, the first too, and for who is in a running match. */
  noteGathered(entry: Company): void {
    if (entry.avoids.length > 0) this.#isListed = true;
    if (entry.recents.length > 0) this.#isRecent = true;
  }

  /** Whether `other` may be in a match with all of `gathered`. */
  mayMeet(other: Company, gathered: readonly Company[], search: ApartSearch): boolean {
    const isListed = other.avoids.length > 0;
    const isRecent = this.#isRecent && other.recents.length > 0;
    if (!isRecent && !isListed && !this.#isListed) return true;
    for (const one of gathered) {
      if (isRecent && one.recents.length > 0) {
        const untilMs = keptApartUntilMs(one, other, this.#rules);
        if (untilMs > search.nowMs) return this.#keep(untilMs);
      }
      if (!isListed && one.avoids.length === 0) continue;
      // Measured by the wait of the ticket that is searched for: whoever waits longest decides.
      const untilMs = search.enqueuedMs + this.#rules.avoidListMs;
      if (untilMs <= search.nowMs) continue;
      if (!avoids(one, other) && !avoids(other, one)) continue;
      this.byList = true;
      return this.#keep(untilMs);
    }
    return true;
  }

  #keep(untilMs: number): false {
    this.untilMs = Math.min(this.untilMs, untilMs);
    return false;
  }
}

function avoids({ avoids: keys }: Company, { ticket }: Company): boolean {
  if (keys.length === 0) return false;
  return ticket.members.some(({ name }) => keys.includes(name.toLowerCase()));
}
