/**
 * What the shell around the directory does for it: threads, workers, tables, logs. Main thread.
 * All calls return at once; nothing that they start may call the directory back before they have returned.
 */

import type { AccountLogin } from '../../cluster-bridge/federation/account-login.ts';
import type {
  ClaimedTicket,
  HostedMatch,
  RemoteEnd,
  RemoteMatch,
  RemoteSeat,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import type { PartyMessage } from '../../cluster-bridge/federation/party-messages.ts';
import type { MatchResult } from '../../shared/client-event.ts';
import type { ResultPlayer } from '../../shared/store-messages.ts';
import type { MatchQuality } from '../../shared/match-quality.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import type { Reason } from '../../shared/reason.ts';
import type { GatewayOrder } from '../../shared/thread-messages.ts';
import type { TicketEvent } from '../matchmaker/ticket-event.ts';

export interface HandlerSpec {
  readonly mode: string;
  readonly isLobby: boolean;
  readonly roster: readonly HandlerSeat[];
  /** What the matchmaker knew of the match; undefined for a lobby. */
  readonly quality?: MatchQuality;
}

export interface HandlerSeat {
  readonly name: string;
  readonly team: number;
}

export interface OpeningHandler {
  readonly handler: HandlerRef;
  /** `hostId/mode/number`. */
  readonly id: string;
}

export interface HostCounts {
  /** Admitted connections that are not practice bots. */
  readonly players: number;
  /** Admitted connections of practice bots. */
  readonly bots: number;
  /** Matches whose handler is open. */
  readonly matches: number;
  /** Lobbies whose handler is open. */
  readonly lobbies: number;
}

export interface QueueCounts {
  /** Players of this host who wait, in its queue or for a match across hosts, parties counted by heads. */
  readonly waiting: number;
  /** Those of them who are in its queue. */
  readonly queued: number;
  /** When the oldest ticket was queued; 0 when nobody waits. */
  readonly oldestSinceMs: number;
  readonly matches: number;
  /** Players matched since start. */
  readonly matched: number;
}

export type Happening =
  | { kind: 'lobbyOpened'; handler: HandlerRef; id: string }
  | { kind: 'lobbyClosed'; handler: HandlerRef; id: string }
  | {
      kind: 'lobbyFailed';
      handler: HandlerRef;
      id: string;
      reason: Reason;
      error: string | undefined;
    }
  | {
      kind: 'matchStarted';
      handler: HandlerRef;
      id: string;
      mode: string;
      players: number;
      openingMs: number;
      waitMsMax: number;
      quality: MatchQuality;
    }
  | {
      kind: 'matchEnded';
      handler: HandlerRef;
      id: string;
      mode: string;
      reason: Reason;
      result: MatchResult | undefined;
      durationMs: number;
      /** All who were given a seat. */
      players: readonly ResultPlayer[];
    }
  | {
      kind: 'matchFailed';
      handler: HandlerRef;
      id: string;
      mode: string;
      reason: Reason;
      error: string | undefined;
      /** False when it never opened: its players are back in the queue. */
      wasOpen: boolean;
    }
  | { kind: 'modeQuarantined'; mode: string; crashes: number; untilMs: number }
  | { kind: 'modeReleased'; mode: string };

/** The running handler of a match that is shared. */
export interface SharedHandler {
  readonly handler: HandlerRef;
  readonly handlerId: string;
  readonly names: readonly string[];
}

export interface OwnFill {
  readonly seats: readonly RemoteSeat[];
  readonly tickets: readonly ClaimedTicket[];
}

/** DirectoryFederation.takePartyMessage() and peerDown() are the other direction. */
export interface PartyPost {
  /** The other hosts that can be spoken with now. */
  peers(): readonly string[];
  /** To another host; lost when it is down. */
  send(hostId: string, message: PartyMessage): void;
}

/** For the federation; each call may come back within itself. */
export interface FederationEffects {
  /** A row of this host's handler table that stands for a match across hosts; undefined when there is none. */
  openRemote(match: RemoteMatch): HandlerRef | undefined;
  /** A player of this home has been let in, or comes back. */
  loggedIn(login: AccountLogin): void;
  /** For a player who is not on this host; DirectoryFederation.told() follows. False: no other host is there. */
  tell(tell: { readonly from: string; readonly to: string; readonly text: string }): boolean;
  /** For parties with members on several hosts. */
  readonly parties: PartyPost;
  /** A player of this home gave the seat up. */
  seatReleased(matchId: string, name: string): void;
  /** Such a player has logged in on the host `to`: the seat is for that connection. */
  seatMoved(matchId: string, move: { readonly name: string; readonly to: string }): void;
  /** A match of this host alone becomes one across hosts, which `names` have seats in; answers with its id. */
  share(match: Omit<HostedMatch, 'matchId'>, opened: SharedHandler): string;
  /** Tickets of this home get seats of such a match while it runs here; answers with the claim to fence them for. */
  fillOwn(matchId: string, fill: OwnFill): string;
  /** The handler of such a match knows of seats that it was given while it ran. */
  seatsKnown(matchId: string, names: readonly string[]): void;
  /** A match that runs here takes players. */
  opened(matchId: string, opened: { handler: HandlerRef; handlerId: string }): void;
  /** It is over, or never opened. */
  gone(matchId: string, end: RemoteEnd): void;
}

export interface DirectoryEffects {
  /** Undefined on a host that is alone. */
  readonly federation?: FederationEffects | undefined;
  /**
   * Chooses the least-loaded worker, takes a handler row and starts opening; undefined when there is no row or no
   * worker now. Later handlerOpened() may be called, and handlerGone() once in any case.
   */
  openHandler(spec: HandlerSpec): OpeningHandler | undefined;
  /** The handler is gone, everyone was ordered away and nobody will be sent there again: the row may be reused. */
  forgetHandler(handler: HandlerRef): void;
  /** Asks a running handler to end; handlerGone() follows. */
  endHandler(handler: HandlerRef, reason: Reason): void;
  /** More players for a running match; seatsAdded() follows, and before that none of them is moved there. */
  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void;
  /** The seat of that name will not be taken (again). */
  expireSeat(handler: HandlerRef, name: string): void;
  /** To the gateways that own the players' rows; the order of calls is kept for each gateway. */
  order(order: GatewayOrder): void;
  /** For the ticket log. */
  ticketEvent(event: TicketEvent): void;
  /** For logs and the event stream. */
  happened(happening: Happening): void;
  /** Host counts for the tables; only when they changed. */
  counts(counts: HostCounts): void;
  /** A mode's counts for the tables; only when they changed. */
  queueCounts(mode: string, counts: QueueCounts): void;
}
