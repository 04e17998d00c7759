/**
 * The test kit of game developers: runs one handler with fake players on a virtual clock, in process, without
 * threads or sockets. Published as `longhouse/testkit`; runs in the thread of the test.
 *
 *   const match = createTestMatch(MyGame, { roster: [{ name: 'ada', team: 0 }], tickHz: 10 });
 *   const ada = match.join('ada');
 *   match.send('ada', Uint8Array.of(1));
 *   match.advance(1000);                      // ten ticks, and every timer that falls due
 *   expect(ada.states).toHaveLength(10);
 *
 * It keeps the order that the host keeps: onOpen(), joins, ticks on an unbroken schedule (the first one interval
 * after opening), `input: 'onTick'` batched just before the tick, and, within end(), the `ended` event to everyone and
 * onClose('ended'), after which no callback runs. What a handler throws comes out of the call that led to it.
 */

import type {
  ClientEvent,
  GameHandlerClass,
  MatchResult,
  PlayersWanted,
  RosterSeat,
} from '../../shared/api.ts';
import { TestHost } from './testkit-host.ts';
import type { TestPlayer } from './testkit-player.ts';

export { VirtualClock } from '../../shared/virtual-clock.ts';
export { TestPlayer } from './testkit-player.ts';
export type { TestHost } from './testkit-host.ts';

export interface TestMatchOptions {
  /** Seats given out before anyone joins; empty (the default) makes the handler a lobby. */
  readonly roster?: readonly RosterSeat[];
  /** The mode's `settings` table. Default: empty. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Ticks per second. Default 10; 0 for none. */
  readonly tickHz?: number;
  /** Seed of `context.random`. Default 1. */
  readonly seed?: number;
  /** The mode's name. Default `test`. */
  readonly mode?: string;
  /** What `context.networkPlayers` says. Default: the players here. */
  readonly networkPlayers?: number;
}

export interface JoinOptions {
  /** Default `frame`. */
  readonly view?: 'frame' | 'terminal' | 'plain' | 'raw';
  /** Default: the team of the roster's seat of that name, or 0. */
  readonly team?: number;
  /** Why the player comes. Default `matched` for a seat of the roster, else `login`. */
  readonly reason?: string;
  /** Marks a practice bot. Default false. */
  readonly practice?: boolean;
}

/** How the handler ended: `result` only when it called end() itself. */
export interface TestOutcome {
  readonly reason: string;
  readonly result: MatchResult | undefined;
}

/** A handler under test. Names that are not here throw: `Cannot find a player: 'zoe'`. */
export interface TestMatch {
  readonly nowMs: number;
  /** The number of ticks that ran. */
  readonly ticks: number;
  /** Set once the handler has ended. */
  readonly outcome: TestOutcome | undefined;
  /** What the handler wrote to its log. */
  readonly logs: readonly { readonly level: string; readonly message: string }[];
  /** What the handler asked of the host: queue() and dismiss(). */
  readonly requests: readonly {
    readonly player: string;
    readonly ask: 'queue' | 'dismiss';
    readonly what: string;
  }[];
  /** What the handler said with requestPlayers(), oldest first. */
  readonly wanted: readonly PlayersWanted[];
  /** A player comes in; the object stays the same until it finally leaves. */
  join(name: string, options?: JoinOptions): TestPlayer;
  player(name: string): TestPlayer;
  /** One input: bytes of an INPUT frame, or a line or keys as text. */
  send(name: string, input: Uint8Array | string): void;
  /** A command without its slash; true when the handler understood it. */
  command(name: string, line: string): boolean;
  /** The connection is lost: onLeave('disconnected'); the seat is kept. */
  disconnect(name: string): void;
  /** The seat's grace time is over: the final onLeave('expired'). */
  expire(name: string): void;
  /** The player is back on its seat: onReconnect(). */
  reconnect(name: string, options?: Pick<JoinOptions, 'view'>): void;
  /** The final onLeave(). Default reason `left`. */
  leave(name: string, reason?: string): void;
  /** The host ends the handler: onClose(reason), and no callback afterwards. Default reason `shutdown`. */
  close(reason?: string): void;
  /** Moves time on: ticks and timers run at their times. Stops early when the handler ends. */
  advance(ms: number): void;
}

/** Opens a handler (constructor and onOpen()) and returns the match around it. */
export function createTestMatch(
  handlerClass: GameHandlerClass,
  options: TestMatchOptions = {},
): TestMatch {
  return new TestHost(handlerClass, options);
}

/** The events of one kind that a player was sent, typed. */
export function eventsOf<Kind extends ClientEvent['event']>(
  player: TestPlayer,
  kind: Kind,
): Extract<ClientEvent, { event: Kind }>[] {
  return player.events.filter(
    (event): event is Extract<ClientEvent, { event: Kind }> => event.event === kind,
  );
}
