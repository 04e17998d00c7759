/** A waiting ticket with what the search asks of it again and again, worked out once. Main thread, matchmaker only. */

import { fixedStrength } from './exact-split.ts';
import type { MatchingRules } from './matching-rules.ts';
import type { RecentMatch, Ticket } from './matchmaker.ts';
import { selectionMark } from './turned-down.ts';

export interface QueueEntry {
  readonly ticket: Ticket;
  readonly size: number;
  readonly enqueuedMs: number;
  readonly hasPriority: boolean;
  /** Of its members: the sum of mu, of mu in whole steps, and of sigma squared; lowest and highest mu. */
  readonly mu: number;
  readonly strength: number;
  readonly variance: number;
  readonly muMin: number;
  readonly muMax: number;
  /** Mean mu: where it stands in the rating order. */
  readonly mean: number;
  /** Empty for most. */
  readonly recents: readonly RecentMatch[];
  /** Account keys that its members avoid; empty for most. */
  readonly avoids: readonly string[];
  isWaiting: boolean;
  /** Place in the rating order of the last index that was built; NO_PLACE before that. */
  place: number;
  /** Place in its age order. */
  age: number;
  /** Its last search found nothing, looked that far, and finds nothing before that time unless something changes there. */
  reach: number;
  quietUntilMs: number;
  /** Position in the RatingChanges of its queue. */
  changesSeen: number;
  /** Time until enough others would have come, as it looked when this came; NaN: nobody knew, or it did not come anew. */
  foretoldMs: number;
  /** See turned-down.ts. */
  readonly mark: number;
}

const NO_PLACE = -1;
const NONE: readonly RecentMatch[] = [];
const NOBODY: readonly string[] = [];

/** `number` is another one for each entry of a queue. */
export function queueEntry(ticket: Ticket, number: number): QueueEntry {
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
  const size = members.length;
  return {
    ticket,
    size,
    enqueuedMs,
    hasPriority,
    mu,
    strength,
    variance,
    muMin,
    muMax,
    mean: mu / size,
    recents: recents ?? NONE,
    avoids: avoided ?? NOBODY,
    isWaiting: true,
    place: NO_PLACE,
    age: 0,
    reach: Infinity,
    quietUntilMs: 0,
    changesSeen: 0,
    foretoldMs: Number.NaN,
    mark: selectionMark(number),
  };
}

/** Until when these two should not be in one match because of the last one; 0: they may. */
export function keptApartUntilMs(one: QueueEntry, other: QueueEntry, rules: MatchingRules): number {
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
