/**
 * The public API for games: what a handler implements, and what the host gives it.
 * A handler runs in a match worker thread, many per thread; every callback must return soon (milliseconds).
 *
 *   constructor -> onOpen -> onJoin, onData, onCommand, onTick, onLeave, onReconnect ... -> end() or a throw -> onClose
 *
 * A throw in any callback, timer or promise of a handler ends that handler alone. Once it has ended, onClose() is the one
 * callback that still runs, nothing can be sent, and whoever was there goes back to a lobby without an onLeave().
 */

import type { ClientEvent, MatchResult } from './client-event.ts';
import type { MatchQuality } from './match-quality.ts';
import type { PlayersWanted } from './thread-messages.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

export type { ClientEvent, MatchResult } from './client-event.ts';
export type { Clock, Timer } from './clock.ts';
export type { CheckLogin, LoginAnswer, LoginQuestion } from './login-check.ts';
export type { Random } from './random.ts';
export type { MatchQuality } from './match-quality.ts';
export type { PlayersWanted } from './thread-messages.ts';

// For protocol adapters: what ClientProtocol is made of, and the two sets of values that one needs.
export type {
  ClientProtocol,
  ProtocolClient,
  ProtocolSession,
  Welcome,
} from './client-protocol.ts';
export { ClientView } from './client-view.ts';
export { Reason } from './reason.ts';

/** A game or a lobby. Every callback is optional; all run on one thread, one at a time. */
export interface GameHandler {
  /** Once, before any player joins. The roster of a match is in `context.roster`. A throw: the match never opens. */
  onOpen?(): void;
  /**
   * `player` is here now and may be sent to. `reason` in a match: `matched`, or `resumed` where the connection was lost
   * before the player had come in; in a lobby: `login`, or why the last place was left (`ended`, `left`, `crashed`, ...).
   * `crashed`, `hung`, `out-of-memory` and `host-lost` also say, here and there, that input on its way to the last place may be
   * lost: an opaque stream goes on at no known place in it.
   */
  onJoin?(player: Player, reason: string): void;
  /**
   * Input of one player: one INPUT frame, one line of text (without its line end) or keys, or, from a `raw` listener, bytes
   * of an opaque stream cut anywhere. `bytes` is valid during the call only: copy what is kept.
   */
  onData?(player: Player, bytes: Uint8Array): void;
  /**
   * A command, before the host looks at it: `word` in lower case, `text` the rest. Return true when it was understood;
   * anything else leaves it to the host (`queue`, `leave`, `who`, ...), which says so when it does not know it either.
   */
  onCommand?(player: Player, word: string, text: string): boolean;
  /**
   * Every `1000 / tickHz` ms on an unbroken schedule; not called when the mode's `tickHz` is 0. Ticks of many matches wake
   * a thread together, so one may come up to `threads.turnMs` (20 ms), or a fifth of the shortest tick, after it was due.
   */
  onTick?(tick: Tick): void;
  /**
   * `player` is gone, while the handler goes on: not called for those who are there when it ends.
   * In a match `disconnected` means that the seat is kept for the mode's grace time, and onReconnect() or a second
   * onLeave() with `expired` follows. Any other reason (`left`, `quit`, ...) is final, and in a lobby every one is.
   * A seat of the roster whose player never comes in is not reported: wait for it no longer than you want to.
   */
  onLeave?(player: Player, reason: string): void;
  /** `player`, whose connection was lost, is back on the same seat, perhaps with another view. */
  onReconnect?(player: Player): void;
  /**
   * An operator watches the match, at most five times a second while that lasts: the states that a player who came in
   * now would need to see it, the newest last (at most 4 of 16 KiB). Without it the newest broadcast is shown. What it
   * throws is logged, and the match goes on.
   */
  onWatch?(): readonly Uint8Array[];
  /**
   * Last callback; nothing can be sent any more, and what it throws is ignored. `reason`: `ended` (end() was called, or an
   * empty lobby is not needed), `crashed` (a throw), `expired` (nobody is left), `shutdown`, `unavailable` (onOpen() took
   * longer than the host waits). Not called when the whole worker dies.
   */
  onClose?(reason: string): void;
}

/** What a handler module exports as `default`, or a built-in registers by name. */
export interface GameHandlerClass {
  new (context: HandlerContext): GameHandler;
  /**
   * `onArrival` (default): onData() is called as soon as bytes are there, and input wakes the thread for it.
   * `onTick`: input is kept and handed over, in its order, just before the tick; earlier only where a command, a leave or
   * a full batch (256 KiB) comes first. Cheaper by far for a game that acts at its ticks. Bytes of `raw` clients, and
   * all input where `tickHz` is 0, come on arrival.
   */
  readonly input?: 'onArrival' | 'onTick';
}

/** When a tick runs. */
export interface Tick {
  /** Counts from 1; a tick that had to be skipped (worker stalled) leaves a gap. */
  readonly number: number;
  /** When the tick was due, in clock milliseconds: (number - 1) * intervalMs after the first, without drift. */
  readonly dueMs: number;
  /** Milliseconds between ticks. */
  readonly intervalMs: number;
}

/** A player in this handler; the same object from onJoin to the final onLeave, across reconnects. */
export interface Player {
  /** The account's name as it is shown. */
  readonly name: string;
  /** Index of the player's team, 0 in a lobby. */
  readonly team: number;
  /** False while the seat is kept for a lost connection; sending is then a no-op. */
  readonly connected: boolean;
  /** How the client shows the game; can change between callbacks. `raw`: the bytes are the client's own protocol. */
  readonly view: 'frame' | 'terminal' | 'plain' | 'raw';
  /** True for a practice bot of the host. */
  readonly practice: boolean;
}

/** A seat that the matchmaker gave out. */
export interface RosterSeat {
  readonly name: string;
  readonly team: number;
}

export interface SendOptions {
  /** A later volatile message makes this one worthless: a slow reader gets only the newest. Default false. */
  readonly volatile?: boolean;
}

/** What the host gives a handler. All calls return at once and never throw for a player who has left. */
export interface HandlerContext {
  /** The match's or lobby's name, unique on the network: `hostId/mode/number`. */
  readonly id: string;
  /** The mode it runs, and the `settings` table of that mode's configuration. */
  readonly mode: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Seats of a match, empty for a lobby. Players join one by one after onOpen(); requestPlayers() may add seats. */
  readonly roster: readonly RosterSeat[];
  /** How fair the matchmaker found the match: chances, spread, waits, relaxed rules. undefined in a lobby. */
  readonly quality: MatchQuality | undefined;
  /** Ticks per second, 0 for none. */
  readonly tickHz: number;
  /** Those who have joined and not finally left, lost connections included. A live view: do not keep it for later. */
  readonly players: ReadonlySet<Player>;
  /** Players on the whole network, practice bots not counted. */
  readonly networkPlayers: number;
  /** Seeded afresh for each match: with it instead of Math.random(), the test kit can replay one. */
  readonly random: Random;
  /** Its timers run contained like callbacks and end with the handler: use them instead of setTimeout(). */
  readonly clock: Clock;
  readonly log: HandlerLog;
  /** Sends state bytes to one player: a STATE frame, text for a line client, the bytes as they are on `raw`. At most 65,534 bytes. */
  send(player: Player, bytes: Uint8Array, options?: SendOptions): void;
  /** Sends the same bytes to all players here, or to those listed; encoded once. */
  broadcast(bytes: Uint8Array, options?: SendOptions & { readonly to?: Iterable<Player> }): void;
  /** Sends an event to one player, to those listed, or to all (undefined). */
  event(to: Player | Iterable<Player> | undefined, event: ClientEvent): void;
  /** Puts a player (with the party, if any) into a mode's queue; the client is told how that went. */
  queue(player: Player, mode: string): void;
  /** Sends a player of a match back to a lobby, as `/leave` would: onLeave() with `left` follows. No effect in a lobby. */
  dismiss(player: Player): void;
  /**
   * Closes the player's connection, after all that was sent to the player before; the seat is not kept: onLeave() with
   * `closed` follows, and until then input that was on its way may still come. `message` says why, in at most 256 characters
   * (the rest is cut), to clients that the host speaks to (BYE `closed`); a `raw` client only sees its stream end, so send it
   * the goodbye of its own protocol first. No effect while the connection is lost.
   */
  close(player: Player, message?: string): void;
  /**
   * Says how many more players each team would take, and how the match stands: nobody is sent into one that is nearly over
   * or as good as decided. They join like all others. Holds until it is said anew; all zeros take it back.
   */
  requestPlayers(wanted: PlayersWanted): void;
  /**
   * Gives back bytes of an opaque stream that were not consumed (up to 64 KiB): the next handler gets them first. Only within
   * onLeave() (without effect where the reason is `disconnected`: that stream has no next handler), or, when the match
   * is over, in the callback that called end() or in onClose(). Elsewhere it throws.
   */
  unread(player: Player, bytes: Uint8Array): void;
  /** Ends the match: everyone is told the result and returns to a lobby. Nothing more can be sent. */
  end(result: MatchResult): void;
}

export interface HandlerLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
