/**
 * The seam between the directory and whatever forms matches: tickets and a clock in; matches, reasons and the next
 * wake-up time out. Main thread. An implementation is deterministic: same calls, same times, same seed, same matches.
 *
 *   add(ticket) --> waiting --run(nowMs)--> MatchFound (its tickets are no longer the matchmaker's)
 *                      |
 *                      +---remove(id)---> gone
 *
 * Invariants: a ticket is waiting or in exactly one MatchFound or removed; its members stay together, on one side.
 */

import type { TicketPart } from '../../cluster-bridge/federation/federation-hosts.ts';
import type { MatchQuality } from '../../shared/match-quality.ts';
import type { ModeRules } from './mode-rules.ts';
import type { Rating } from './rating.ts';

/** One player of a ticket. All but the name comes from the host's own books, never from the client. */
export interface TicketMember {
  readonly name: string;
  /** In the ticket's mode. */
  readonly rating: Rating;
  /** The last match that this player was in, if it was not long ago. */
  readonly recent?: RecentMatch;
  /** Account keys (names in lower case) of those whom this player avoids; few. */
  readonly avoids?: readonly string[];
}

export interface RecentMatch {
  /** The same for all who were in it. */
  readonly id: number;
  readonly team: number;
  readonly endedMs: number;
  /** This player gave the seat up. */
  readonly hasAbandoned: boolean;
}

/** A player or a party in a mode's queue. */
export interface Ticket {
  /** Unique among all tickets of this host's run. */
  readonly id: number;
  readonly mode: string;
  /** 1 to the mode's team size. */
  readonly members: readonly TicketMember[];
  /** When it was first queued; kept when a match that could not be opened gives the ticket back. */
  readonly enqueuedMs: number;
  /** Goes before all tickets without it: the last match of one of its members broke. */
  readonly hasPriority: boolean;
  /** Of a party whose other members are at home on other hosts; `members` are those of this one. */
  readonly party?: TicketPart;
}

export interface MatchSeat {
  readonly name: string;
  readonly team: number;
}

export interface MatchFound {
  readonly mode: string;
  readonly tickets: readonly Ticket[];
  /** All members of all tickets, each once. */
  readonly seats: readonly MatchSeat[];
  /** How long the longest-waiting ticket of the match waited. */
  readonly waitMsMax: number;
  readonly quality: MatchQuality;
}

export interface MatchmakerPass {
  readonly matches: readonly MatchFound[];
  /** When a pass could find more without any new ticket; Infinity when only a change can help. */
  readonly nextRunMs: number;
}

/** Which rule keeps a ticket waiting. */
export const WaitCause = {
  /** Fewer players wait than a match needs. */
  tooFewPlayers: 'tooFewPlayers',
  /** Enough players wait, but their parties do not add up to full sides. */
  partiesDoNotFit: 'partiesDoNotFit',
  /** Too few of those who wait are within its rating window. */
  ratingWindow: 'ratingWindow',
  /** Enough players wait for smaller sides; full ones are preferred for a time. */
  fullSides: 'fullSides',
  /** There would be a match, but a party would meet a side without one. */
  partyAgainstParty: 'partyAgainstParty',
  /** There would be a match, but one team would be too likely to win. */
  evenTeams: 'evenTeams',
  /** There would be a match, but against the same opponents again, or with someone who abandoned the last one. */
  recentPlayers: 'recentPlayers',
  /** There would be a match, but with somebody whom one of its players avoids. */
  avoidList: 'avoidList',
  /** Nothing blocks it: the next pass decides. */
  nextPass: 'nextPass',
} as const;

export type WaitCause = (typeof WaitCause)[keyof typeof WaitCause];

/** Why one ticket waits. */
export interface WaitReport {
  readonly mode: string;
  readonly cause: WaitCause;
  /** Counts from 1, in tickets. */
  readonly position: number;
  /** Players in this queue, the ticket's own among them. */
  readonly waiting: number;
  /** Players still missing for one match; 0 when enough wait. */
  readonly missing: number;
  /** Players that the ticket could meet by its rating window now, its own among them. */
  readonly candidates: number;
  readonly enqueuedMs: number;
  readonly hasPriority: boolean;
  /** When the blocking rule gives way by itself; null: never. */
  readonly relaxesAtMs: number | null;
  /** An honest estimate of the wait that is left; null: nobody can know. */
  readonly etaMs: number | null;
}

/** One mode's queue. */
export interface QueueReport {
  /** Players, parties counted by heads. */
  readonly waiting: number;
  /** When the oldest ticket was queued; 0 when nobody waits. */
  readonly oldestSinceMs: number;
}

/** Who waits with one ticket, or is in one match, as far as somebody may have to be kept from them. */
export interface Company {
  readonly ticket: { readonly members: readonly { readonly name: string }[] };
  /** Account keys of those whom they avoid. */
  readonly avoids: readonly string[];
  /** Matches that they were in, or have been in so far. */
  readonly recents: readonly RecentMatch[];
}

/** A running match that would take more players. */
export interface OpenMatch {
  readonly mode: string;
  /** By team: its players now, the sum of their mu, and how many more it would take. */
  readonly sides: readonly {
    readonly players: number;
    readonly mu: number;
    readonly free: number;
  }[];
  readonly standing: MatchStanding;
  /** Its players; left out: nobody is kept from them. */
  readonly inside?: readonly Company[];
}

export interface MatchStanding {
  /** How far the best side is ahead of the worst, as a share of what wins the match: 0 even, 1 won. */
  readonly scoreMargin: number;
  /** 1 at the start, 0 at the end. */
  readonly timeLeftShare: number;
}

/** A ticket that was given seats of a running match. */
export interface Backfill {
  readonly ticket: Ticket;
  readonly team: number;
}

export interface Matchmaker {
  /**
   * Other rules from now on, for new modes too. Waiting tickets keep their age and are looked at anew; before, those of
   * modes that are no more, and those that are too large, have to be removed.
   */
  setModes(modes: Iterable<ModeRules>): void;
  /** Puts a ticket into its mode's queue. */
  add(ticket: Ticket): void;
  /** Takes a waiting ticket out; undefined when no such ticket waits. */
  remove(ticketId: number): Ticket | undefined;
  /** The waiting ticket of that id. */
  find(ticketId: number): Ticket | undefined;
  /** Forms all matches that can be formed now, the oldest tickets first. */
  run(nowMs: number): MatchmakerPass;
  /** Gives free seats of a running match to tickets, which are the matchmaker's no longer; often none. */
  backfill(match: OpenMatch, nowMs: number): readonly Backfill[];
  why(ticketId: number, nowMs: number): WaitReport | undefined;
  /** An honest estimate of what a new player of that mode will wait, at little cost; null: nobody can know. */
  etaMs(mode: string, nowMs: number): number | null;
  queue(mode: string): QueueReport;
  /** All waiting tickets of a mode, oldest first. */
  tickets(mode: string): readonly Ticket[];
}
