/**
 * What the federation asks of the host it runs on: of the home of players, and of the host of a match. Types only; the
 * directory's side is in src/main/federation. Main thread, and the simulation.
 *
 * All calls are synchronous: who is where is decided in one place, at once, or not at all.
 */

import type { MatchResult } from '../../shared/client-event.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import type { MatchQuality } from '../../shared/match-quality.ts';
import type { Reason } from '../../shared/reason.ts';
import type { PlayerRequest } from '../../shared/thread-messages.ts';
import type { HostIdentity } from '../transport.ts';
import type { AccountLogin } from './account-login.ts';
import type { QueueHistograms } from './queue-histograms.ts';

/** What a coordinator would take from one home. */
export interface ClaimWant {
  readonly mode: string;
  /** Players at most. */
  readonly playersMax: number;
  /** For a match that runs; left out: for a new one. */
  readonly fill?: FillWant;
}

/** Which tickets a running match could take. */
export interface FillWant {
  /** Members of a ticket at most. */
  readonly sizeMax: number;
  /** Mean mu of the match: a ticket's rating window must reach it; left out: any. */
  readonly mu?: number;
}

/** Seats of a match that runs on this host, for players who wait on others. */
export interface OpenSeats {
  readonly handler: HandlerRef;
  readonly players: number;
  readonly fill: FillWant;
  /** How far in mu a ticket that has waited so long reaches. */
  readonly reach: (waitedMs: number) => number;
}

/** Seats that a running match across hosts has given to claimed tickets. */
export interface FilledSeats {
  readonly matchId: string;
  readonly seats: readonly RemoteSeat[];
}

export interface ClaimedMember {
  readonly name: string;
  /** In the mode. */
  readonly rating: { readonly mu: number; readonly sigma: number };
  /** Account keys of those whom the player avoids; left out: nobody, or the mode does not ask. */
  readonly avoids?: readonly string[];
}

/** A ticket that its home has fenced for one match. */
export interface ClaimedTicket {
  /** Of the home host. */
  readonly id: number;
  readonly members: readonly ClaimedMember[];
  readonly waitedMs: number;
  readonly hasPriority: boolean;
  /** Of a party whose other members are at home elsewhere: only a match that gets all parts may use it. */
  readonly party?: TicketPart;
}

/** A ticket with its home. */
export interface OfferedTicket extends ClaimedTicket {
  readonly homeHostId: string;
}

/** Of a ticket whose members are at home on several hosts. */
export interface TicketPart {
  /** Of the party, in the network. */
  readonly id: string;
  /** Counts the party's tickets. */
  readonly number: number;
  /** Members of all parts. */
  readonly size: number;
}

export interface RemoteSeat extends ClaimedMember {
  readonly team: number;
  readonly homeHostId: string;
  /** Of the home host. */
  readonly ticketId: number;
}

/** A match across hosts, as it is started on its host. */
export interface HostedMatch {
  /** Unique in the network: `coordinator's hostId/incarnation/number`. */
  readonly matchId: string;
  /** Homes have fenced its tickets for this claim; left out: they are in it already. */
  readonly claimId?: string;
  readonly mode: string;
  readonly seats: readonly RemoteSeat[];
  readonly quality: MatchQuality;
}

/** A match that runs on some host, as it is confirmed to a home. */
export interface RemoteMatch {
  readonly matchId: string;
  /** The tickets of these seats are fenced for it; left out: the players have been in the match before. */
  readonly claimId?: string;
  readonly mode: string;
  /** Where it runs; may be the home itself. */
  readonly host: HostIdentity;
  /** In the match host's handler table. */
  readonly handler: HandlerRef;
  /** The handler's id, as players and operators see it. */
  readonly handlerId: string;
  /** Its input may wait for its tick (`input: 'onTick'`); left out: it is wanted at once. */
  readonly inputAtTick?: boolean;
  /** These seats were given while it ran. */
  readonly isRunning?: boolean;
  /** Of this home. */
  readonly seats: readonly RemoteSeat[];
  readonly quality: MatchQuality;
}

/** How a match across hosts was over for one home. */
export interface RemoteEnd {
  readonly reason: Reason;
  readonly result: MatchResult | undefined;
  /** By name; undefined where the match was not rated. */
  readonly ratings:
    | Readonly<Record<string, { readonly mu: number; readonly sigma: number }>>
    | undefined;
}

/** How the players of a home leave a match across hosts. */
export interface RemoteLeave {
  readonly nowMs: number;
  /** They may be matched again from then on: before, the match's host may still act for them. */
  readonly freeFromMs: number;
  /** Nothing more will be heard from the match's host. */
  readonly isLinkLost: boolean;
}

/** Whether the player is in that seat now; `early`: not yet, a match of before may still act for the player. */
export type SeatOutcome = 'in' | 'early' | 'refused';

/** As another host has told of it. */
export interface LoginElsewhere extends AccountLogin {
  readonly hostId: string;
  /** When that came here: whoever logs in here later does so after it. */
  readonly heardMs: number;
}

/** The home of players: it holds their connections and is the only arbiter of their state. */
export interface FederationHome {
  /** Takes tickets out of the queue for that claim, oldest first; none is matched or claimed elsewhere until unfenced. */
  fence(want: ClaimWant, claimId: string, nowMs: number): readonly ClaimedTicket[];
  /** Back into the queue, with the waiting time they had; what is not fenced for that claim is ignored. */
  unfence(claimId: string, ticketIds: readonly number[] | 'all', nowMs: number): void;
  /** Moves the fenced players of these seats into the match, where others may be already; answers with the names that are really in. */
  enter(match: RemoteMatch, nowMs: number): readonly string[];
  /** Takes this match's players back to lobbies. */
  leave(matchId: string, end: RemoteEnd, how: RemoteLeave): void;
  /** A player who may have logged in here takes a seat of before: the only one of `match`. */
  resume(match: RemoteMatch, nowMs: number): SeatOutcome;
  /** A player of this home asked for something, in that match. */
  request(matchId: string, name: string, request: PlayerRequest, nowMs: number): void;
  /** Accounts that are logged in here. */
  logins(): Iterable<AccountLogin>;
  /** Such an account has logged in elsewhere: the newer login stays. Answers with the one here where that is it. */
  loggedInElsewhere(login: LoginElsewhere, nowMs: number): AccountLogin | undefined;
  /** Tickets that would go to a match across hosts now; for the summary. */
  federatable(mode: string, nowMs: number): FederatableQueue;
}

export interface FederatableQueue extends QueueHistograms {
  readonly tickets: number;
  readonly players: number;
  /** How long the oldest of them has waited. */
  readonly oldestMs: number;
}

/** The host of a match. Federation.onOpened() or onGone() follows. */
export interface FederationMatchHost {
  /** False: no room now. */
  open(match: HostedMatch, nowMs: number): boolean;
  /** This player never came, left for good, or its home is gone. */
  dropSeat(matchId: string, name: string, nowMs: number): void;
  /** How long a seat of that match waits for a lost connection. */
  graceMs(matchId: string): number;
  /** The player has gone on in it, at home on that host. */
  seatResumed(matchId: string, name: string, homeHostId: string): void;
  /** Matches of this mode that run here and would take players of other hosts now. */
  openSeats(mode: string, nowMs: number): Iterable<OpenSeats>;
  /** Gives such seats to tickets; Federation.seatsKnown() follows. Undefined: to none of them. */
  fill(
    handler: HandlerRef,
    tickets: readonly OfferedTicket[],
    nowMs: number,
  ): FilledSeats | undefined;
  end(matchId: string, reason: Reason, nowMs: number): void;
}
