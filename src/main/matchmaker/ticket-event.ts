/**
 * What happens to tickets, as a stream: enough to run the same arrivals through other rules. Types only. Main thread.
 *
 *   added --> matched --> ended          times are the directory's clock; ids are unique within one run of a host
 *     |  ^       |
 *     |  +-------+ added again: its match could not be opened (same id, same enqueuedMs, hasPriority)
 *     |  +-------- added again: its match was found, and others of it did not accept (likewise)
 *     +--> removed
 */

import type { MatchQuality } from '../../shared/match-quality.ts';
import type { MatchResult } from '../../shared/client-event.ts';
import type { MatchSeat, Ticket } from './matchmaker.ts';
import type { ModeRules } from './mode-rules.ts';

/** Why a ticket left the queue without a match, as the `unqueued` event says it. */
export type TicketRemoval =
  | 'left'
  /** Somebody of it did not accept the match that was found. */
  | 'declined'
  /** A member's connection is gone, or the party changed. */
  | 'party-changed'
  | 'switched'
  | 'expired'
  | 'draining'
  /** The mode is no more, or its teams are now too small for the party. */
  | 'mode-closed'
  | 'quarantined';

/** What each file of a log begins with: the rules in force. Other rules begin another file. */
export interface TicketLogHeader {
  readonly version: 1;
  readonly hostId: string;
  /** Seed of the matchmaker. */
  readonly seed: number;
  readonly modes: readonly ModeRules[];
}

export type TicketEvent =
  | { readonly kind: 'added'; readonly atMs: number; readonly ticket: Ticket }
  | {
      readonly kind: 'removed';
      readonly atMs: number;
      readonly ticketId: number;
      readonly reason: TicketRemoval;
    }
  | {
      readonly kind: 'matched';
      readonly atMs: number;
      /** `hostId/mode/number`. */
      readonly matchId: string;
      readonly mode: string;
      readonly ticketIds: readonly number[];
      readonly seats: readonly MatchSeat[];
      readonly quality: MatchQuality;
    }
  /** A ticket was given free seats of a running match. */
  | {
      readonly kind: 'backfilled';
      readonly atMs: number;
      readonly matchId: string;
      readonly mode: string;
      readonly ticketId: number;
      readonly team: number;
    }
  | {
      readonly kind: 'ended';
      readonly atMs: number;
      readonly matchId: string;
      readonly mode: string;
      /** undefined: it broke, or was asked to end. */
      readonly result: MatchResult | undefined;
      /** Who gave the seat up before. */
      readonly abandonedBy: readonly string[];
    };
