/**
 * Control messages between main and its threads: never one per client message. Each side collects what a turn
 * produced and sends one batch through comlink; order within one pair of threads is kept. Any thread.
 *
 *   gateway --GatewayReport[]--> main --GatewayOrder[]--> gateway
 *   worker  --WorkerReport[]---> main --WorkerOrder[]---> worker
 *   main --OpenTask--> worker (a Piscina task) --HandlerOutcome--> main
 */

import type { ClientEvent, MatchResult } from './client-event.ts';
import type { ClientView } from './client-view.ts';
import type { HandlerRef, PlayerRef } from './ids.ts';
import type { MatchQuality } from './match-quality.ts';
import type { Reason } from './reason.ts';

export type GatewayReport =
  /** A client named itself. Main answers with `admit` or `refuse`. */
  | {
      kind: 'login';
      player: PlayerRef;
      name: string;
      token: string | undefined;
      address: string;
      listener: string;
      view: ClientView;
      /** The clock's, when the client named itself. */
      atMs: number;
    }
  /** The connection is gone, or is going and must be counted out. Once for each reported login. */
  | { kind: 'closed'; player: PlayerRef; reason: Reason }
  | HandOffReport;

/** A step of the hand-off of a player who is traced. */
export interface HandOffReport {
  readonly kind: 'handOff';
  readonly player: PlayerRef;
  /** The clock's, when it was done. */
  readonly atMs: number;
  readonly step: 'leaveWritten' | 'leftReceived' | 'noLeft' | 'joinWritten';
  /** Whom it was written to, or came from. */
  readonly handler: HandlerRef;
}

export type GatewayOrder =
  | { kind: 'admit'; player: PlayerRef; name: string; handler: HandlerRef; reason: Reason }
  | { kind: 'refuse'; player: PlayerRef; reason: Reason; message: string }
  /** Hands players to another handler. `oldGone`: the old one is dead, do not wait for its LEFT. */
  | {
      kind: 'move';
      players: readonly PlayerRef[];
      handler: HandlerRef;
      reason: Reason;
      oldGone: boolean;
    }
  /** `players` undefined: everyone logged in at this gateway. */
  | { kind: 'event'; players: readonly PlayerRef[] | undefined; event: ClientEvent }
  | { kind: 'close'; player: PlayerRef; reason: Reason; message: string }
  /** Somebody follows the player: `handOff` reports come until it is switched off. */
  | { kind: 'trace'; player: PlayerRef; isOn: boolean };

/** What a player asked of the host, by command or through the handler. */
export type PlayerRequest =
  | { ask: 'queue'; mode: string }
  /** Out of the queue, or out of the match. */
  | { ask: 'leave' }
  /** To a match that is found. */
  | { ask: 'accept' | 'decline' }
  | { ask: 'why' }
  | { ask: 'avoid'; action: 'add' | 'remove' | 'list'; name: string | undefined }
  | { ask: 'tell'; to: string; text: string }
  | { ask: 'party'; action: 'invite' | 'accept' | 'leave' | 'status'; name: string | undefined }
  /** The handler sends the player back to a lobby. */
  | { ask: 'dismiss'; reason: Reason };

export type WorkerReport =
  /** onOpen() returned: players may come. */
  | { kind: 'opened'; handler: HandlerRef }
  | { kind: 'request'; handler: HandlerRef; player: PlayerRef; request: PlayerRequest }
  /** A running match would take more players, or none any more. */
  | { kind: 'wanted'; handler: HandlerRef; wanted: PlayersWanted }
  /** The seats of a `seats` order are known: their players may come. */
  | { kind: 'seated'; handler: HandlerRef; names: readonly string[] }
  | WatchedReport
  | { kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string; fields: object };

/** A sample of a watched match: at most five a second, and none where nothing was said. */
export interface WatchedReport {
  readonly kind: 'watched';
  readonly handler: HandlerRef;
  /** What the handler's onWatch() gave, else its newest broadcast; at most 4, each cut at 16 KiB. */
  readonly states: readonly Uint8Array[];
  /** Broadcasts since the last sample, and their size before any cut. */
  readonly messages: number;
  readonly messageBytes: number;
}

export type WorkerOrder =
  /** End now: players are told, the outcome's reason is this one. */
  | { kind: 'end'; handler: HandlerRef; reason: Reason }
  /** Seats for players who will join the running match; answered with `seated`. */
  | {
      kind: 'seats';
      handler: HandlerRef;
      seats: readonly { readonly name: string; readonly team: number }[];
    }
  /** The grace time of a lost connection is over: the seat's final onLeave(). */
  | { kind: 'expire'; handler: HandlerRef; name: string }
  /** An operator watches the match: `watched` reports follow until `unwatch` or its end. */
  | { kind: 'watch' | 'unwatch'; handler: HandlerRef }
  /** Nobody will be sent to this ended handler again; its row is about to be reused. */
  | { kind: 'forget'; handler: HandlerRef };

/** What a running match says of itself when it asks for players. */
export interface PlayersWanted {
  /** How many more each team would take, by index. */
  readonly perTeam: readonly number[];
  readonly standing: {
    /** How far the best team is ahead of the worst, as a share of what wins the match: 0 even, 1 won. */
    readonly scoreMargin: number;
    /** 1 at the start, 0 at the end. */
    readonly timeLeftShare: number;
  };
}

/** A Piscina task: opens a handler; the task lasts as long as the handler. */
export interface OpenTask {
  readonly handler: HandlerRef;
  /** `hostId/mode/number`. */
  readonly id: string;
  readonly mode: string;
  /** A built-in's name (`lobby`, `capture-the-flag`, `relay`) or a module's file URL. */
  readonly module: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tickHz: number;
  readonly roster: readonly { readonly name: string; readonly team: number }[];
  readonly isLobby: boolean;
  /** What the matchmaker knew of the match. */
  readonly quality?: MatchQuality;
  readonly seed: number;
}

/** How a handler came to its end; `result` only when the handler itself called end(). */
export interface HandlerOutcome {
  readonly reason: Reason;
  readonly result: MatchResult | undefined;
  /** The stack of what was thrown, for the log. */
  readonly error: string | undefined;
}
