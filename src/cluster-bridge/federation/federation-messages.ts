/**
 * What the mains of two hosts say to each other about matches across hosts; JSON over Channel.control. Types only.
 * Main thread, and the simulation.
 *
 *   coordinator              home of players                 match host
 *     claim --------------->   fences tickets
 *     <------------- granted
 *     release ------------->   tickets it does not use
 *     start ----------------------------------------------->  opens the handler
 *     <------------------------------------ started, notStarted
 *                              <----------------------- confirm   when it is open; to each home
 *                              joined ------------------------>   who really came
 *                              <------------- renew, every RENEW_MS
 *                              renewed ----------------------->
 *                              seatReleased ------------------>   left for good
 *                              <------------------------ ended    repeated until endedSeen or the lease is over
 *                              endedSeen --------------------->
 *
 *                            home of players              host of a match that runs, and would take more
 *                              <----------------------- claim
 *                              granted ----------------------->   gives seats to some of them
 *                              <--------------------- release     of the others
 *                              <--------------------- confirm     when the handler knows the seats
 *                              joined ------------------------>   renewed and ended like any other
 *
 *   old home of a player     new home                    match host
 *     <---- logins -----------
 *     seatMoved ------------------------------------------->
 *                              <----------------------- resume    the seat waits: does its player take it there?
 *                              resumed ----------------------->
 *
 * Times are of the sender's clock and are only ever given back to it.
 */

import type { AccountLogin } from './account-login.ts';
import type { PlayerRequest } from '../../shared/thread-messages.ts';
import type {
  ClaimedTicket,
  ClaimWant,
  HostedMatch,
  RemoteEnd,
  RemoteMatch,
  SeatOutcome,
} from './federation-hosts.ts';

export interface SeatAnswer {
  readonly name: string;
  readonly outcome: SeatOutcome;
  readonly sentMs: number;
}

export type FederationMessage =
  | { readonly kind: 'claim'; readonly claimId: string; readonly want: ClaimWant }
  | {
      readonly kind: 'granted';
      readonly claimId: string;
      readonly tickets: readonly ClaimedTicket[];
    }
  | {
      readonly kind: 'release';
      readonly claimId: string;
      readonly ticketIds: readonly number[] | 'all';
    }
  | { readonly kind: 'start'; readonly match: HostedMatch }
  | { readonly kind: 'started'; readonly matchId: string }
  | { readonly kind: 'notStarted'; readonly matchId: string }
  | { readonly kind: 'confirm'; readonly match: RemoteMatch; readonly sentMs: number }
  | {
      readonly kind: 'joined';
      readonly matchId: string;
      /** As it was confirmed. */
      readonly claimId: string;
      /** All players of this home who are really in that match. */
      readonly names: readonly string[];
      readonly sentMs: number;
    }
  | { readonly kind: 'renew'; readonly matchIds: readonly string[]; readonly sentMs: number }
  /** The matches of `renew` that the home still has players in. */
  | { readonly kind: 'renewed'; readonly matchIds: readonly string[]; readonly sentMs: number }
  | { readonly kind: 'seatReleased'; readonly matchId: string; readonly name: string }
  /** The player has logged in on the host `to`. */
  | {
      readonly kind: 'seatMoved';
      readonly matchId: string;
      readonly name: string;
      readonly to: string;
    }
  /** One seat, that of a player who was in the match on another connection. */
  | { readonly kind: 'resume'; readonly match: RemoteMatch; readonly sentMs: number }
  | ({ readonly kind: 'resumed'; readonly matchId: string } & SeatAnswer)
  | { readonly kind: 'ended'; readonly matchId: string; readonly end: RemoteEnd }
  | { readonly kind: 'endedSeen'; readonly matchId: string }
  /** A player of the receiving home asked this, in a match of the sender. */
  | {
      readonly kind: 'request';
      readonly matchId: string;
      readonly name: string;
      readonly request: PlayerRequest;
    }
  /** Accounts that have logged in at the sender: the newest login of each wins, wherever it is. */
  | {
      readonly kind: 'logins';
      readonly logins: readonly AccountLogin[];
      /** Of the receiver's bridge, when it came: main may hang. */
      readonly heardMs?: number;
    };
