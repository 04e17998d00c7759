/** A waiting ticket with what the search asks of it again and again, worked out once. Main thread, matchmaker only. */

import { Column, type EntryNumbers } from './entry-numbers.ts';
import { fixedStrength } from './exact-split.ts';
import type { MatchingRules } from './matching-rules.ts';
import type { Company, RecentMatch, Ticket } from './matchmaker.ts';
import { selectionMark } from './turned-down.ts';

const NONE: readonly RecentMatch[] = [];
const NOBODY: readonly string[] = [];

export class QueueEntry implements Company {
  readonly ticket: Ticket;
  readonly size: number;
  readonly hasPriority: boolean;
  /** The sum of its members' mu, in whole steps. */
  readonly strength: number;
  /** Empty for most. */
  readonly recents: readonly RecentMatch[];
  /** Account keys that its members avoid; empty for most. */
  readonly avoids: readonly string[];
  /** See turned-down.ts. */
  readonly mark: number;
  /** Once this is false, its numbers are another's. */
  isWaiting: boolean = true;
  /** How many were older in the index that was built last. */
  age: number = 0;
  /** Position in the RatingChanges of its queue. */
  changesSeen: number = 0;
  readonly #numbers: EntryNumbers;
  readonly #row: number;

  /** `number` is another one for each entry of a queue, whose `numbers` are these. */
  constructor(ticket: Ticket, number: number, numbers: EntryNumbers) {
    const { members, enqueuedMs, hasPriority } = ticket;
    let mu = 0;
    let strength = 0;
    let variance = 0;
    let muMin = Infinity;
    let muMax = -Infinity;
    let recents: RecentMatch[] | undefined;
    let avoided: string[] | undefined;
    for (const { rating, recent, avoids } of members) {
      mu += rating.mu;
      strength += fixedStrength(rating.mu);
      variance += rating.sigma * rating.sigma;
      muMin = Math.min(muMin, rating.mu);
      muMax = Math.max(muMax, rating.mu);
      if (recent !== undefined) (recents ??= []).push(recent);
      if (avoids !== undefined) (avoided ??= []).push(...avoids);
    }
    this.ticket = ticket;
    this.size = members.length;
    this.hasPriority = hasPriority;
    this.strength = strength;
    this.recents = recents ?? NONE;
    this.avoids = avoided ?? NOBODY;
    this.mark = selectionMark(number);
    this.#numbers = numbers;
    this.#row = numbers.take();
    const { values } = numbers;
    values[this.#row + Column.mu] = mu;
    values[this.#row + Column.variance] = variance;
    values[this.#row + Column.muMin] = muMin;
    values[this.#row + Column.muMax] = muMax;
    values[this.#row + Column.enqueuedMs] = enqueuedMs;
    this.foretoldMs = Number.NaN;
    this.reach = Infinity;
    this.quietUntilMs = 0;
  }

  /** The sum of its members' mu. */
  get mu(): number {
    return this.#numbers.values[this.#row + Column.mu] ?? 0;
  }

  /** Mean mu: where it stands in the rating order. */
  get mean(): number {
    return this.mu / this.size;
  }

  /** The sum of its members' sigma squared. */
  get variance(): number {
    return this.#numbers.values[this.#row + Column.variance] ?? 0;
  }

  /** The lowest and the highest mu of a member. */
  get muMin(): number {
    return this.#numbers.values[this.#row + Column.muMin] ?? 0;
  }

  get muMax(): number {
    return this.#numbers.values[this.#row + Column.muMax] ?? 0;
  }

  get enqueuedMs(): number {
    return this.#numbers.values[this.#row + Column.enqueuedMs] ?? 0;
  }

  /** Time until enough others would have come, as it looked when this came; NaN: nobody knew, or it did not come anew. */
  get foretoldMs(): number {
    return this.#numbers.values[this.#row + Column.foretoldMs] ?? 0;
  }

  set foretoldMs(foretoldMs: number) {
    this.#numbers.values[this.#row + Column.foretoldMs] = foretoldMs;
  }

  /** Its last search found nothing, looked that far, and finds nothing before quietUntilMs unless something changes there. */
  get reach(): number {
    return this.#numbers.values[this.#row + Column.reach] ?? 0;
  }

  set reach(reach: number) {
    this.#numbers.values[this.#row + Column.reach] = reach;
  }

  get quietUntilMs(): number {
    return this.#numbers.values[this.#row + Column.quietUntilMs] ?? 0;
  }

  set quietUntilMs(quietUntilMs: number) {
    this.#numbers.values[this.#row + Column.quietUntilMs] = quietUntilMs;
  }

  /** It waits no more: its numbers become another's. */
  leave(): void {
    this.isWaiting = false;
    this.#numbers.free(this.#row);
  }
}

/** Until when these two should not be in one match because of the last one; 0: they may. */
export function keptApartUntilMs(one: Company, other: Company, rules: MatchingRules): number {
  let untilMs = 0;
  for (const mine of one.recents) {
    for (const theirs of other.recents) {
      if (mine.id !== theirs.id) continue;
      const endedMs = Math.max(mine.endedMs, theirs.endedMs);
      if (mine.hasAbandoned !== theirs.hasAbandoned) {
        untilMs = Math.max(untilMs, endedMs + rules.avoidAbandonersMs);
      }
      if (mine.team !== theirs.team) untilMs = Math.max(untilMs, endedMs + rules.avoidOpponentsMs);
    }
  }
  return untilMs;
}
