/** What a search for a match gives: the tickets of one, or why there is none. Types only. Main thread. */

import type { MatchFound, WaitCause } from './matchmaker.ts';
import type { QueueEntry } from './queue-entry.ts';

/** A match, and the entries whose tickets it takes; they hold until the next search. */
export interface Found {
  readonly entries: readonly QueueEntry[];
  readonly match: MatchFound;
}

/** Tickets that make a match; its arrays are the searcher's own and hold until the next try. */
export interface Selection {
  readonly entries: readonly QueueEntry[];
  readonly sideSize: number;
  /** Sizes of the tickets of each side: one way to fill them. */
  readonly profile: readonly (readonly number[])[];
  /** Every side has a party. */
  readonly hasPartyEach: boolean;
}

/** Why a search found nothing. */
export interface Blocked {
  readonly cause: WaitCause;
  /** When a rule gives way so that another search may find more; Infinity: only other players help. */
  readonly relaxesAtMs: number;
}
