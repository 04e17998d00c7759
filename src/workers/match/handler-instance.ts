/**
 * One handler on a match worker: its seats, its callbacks (each contained and timed), its end. Match workers.
 *
 *   opening --onOpen() returned--> open --end() / throw / order--> ended --forgotten by main--> (gone)
 *
 * After `ended` no callback runs and nothing is sent; seats stay until their LEAVE comes, and keep what the players
 * still say (commands, opaque bytes) for the next handler.
 */

import type { GameHandler, GameHandlerClass, MatchResult, RosterSeat } from '../../shared/api.ts';
import { whenAllWritten } from '../../shared/gateway-link.ts';
import { handlerIndexOf } from '../../shared/ids.ts';
import { nameKey } from '../../shared/name-key.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import type { HandlerOutcome, OpenTask } from '../../shared/thread-messages.ts';
import { Containment, thrownText, type Contained } from './containment.ts';
import { RuntimeContext } from './handler-context.ts';
import { InputBatch } from './input-batch.ts';
import type { MatchRuntime } from './match-runtime.ts';
import type { WatchTap } from './match-watch.ts';
import type { Seat } from './seat.ts';
import type { Ticking } from './tick-scheduler.ts';

/** How long a match that nobody has a seat in any more waits for those whose LEAVE is on its way; a gateway waits as long. */
const EMPTYING_MS = 2_000;
/** Names in a `match` event; a longer roster is cut, since an event has to fit a frame. */
const NAMES_MAX = 1_000;

export class HandlerInstance implements Contained, Ticking {
  readonly task: OpenTask;
  readonly runtime: MatchRuntime;
  readonly seats: Set<Seat> = new Set();
  /** Grows when a running match gets players. */
  readonly roster: RosterSeat[];
  readonly outcome: Promise<HandlerOutcome>;
  state: 'opening' | 'open' | 'ended' = 'opening';
  /** The seat whose onLeave() is running: only it may give bytes back. */
  leaving: Seat | undefined;
  /** Set while an operator watches. */
  tap: WatchTap | undefined;
  readonly #containment: Containment = new Containment(this);
  readonly #context: RuntimeContext;
  #handler: GameHandler | undefined;
  #resolve: (outcome: HandlerOutcome) => void = ignore;
  /** Nobody has a seat any more: it ends when the last of those who are on their way out has left. */
  #isEmptying = false;
  #busyMs = 0;
  #takenMs = 0;
  /** Only for handlers that take input at their tick. */
  #batch: InputBatch | undefined;
  // Made once: a closure per input would be garbage on the hottest path.
  readonly #invokeData = (seat: Seat, bytes: Uint8Array): void => {
    this.#handler?.onData?.(seat, bytes);
  };
  readonly #invokeBatch = (): void => {
    this.#batch?.take(this.#invokeData);
  };
  readonly #invokeTick = (number: number, dueMs: number, intervalMs: number): void => {
    this.#batch?.take(this.#invokeData);
    this.#handler?.onTick?.({ number, dueMs, intervalMs });
  };

  constructor(runtime: MatchRuntime, task: OpenTask) {
    this.runtime = runtime;
    this.task = task;
    this.roster = [...task.roster];
    this.#context = new RuntimeContext(this);
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Makes the handler and runs onOpen(). */
  open(handlerClass: GameHandlerClass): void {
    const { handlers } = this.runtime.tables;
    const isBatched = handlerClass.input === 'onTick' && this.task.tickHz > 0;
    const row = handlerIndexOf(this.task.handler);
    handlers.wakes[row] = isBatched ? 0 : 1;
    handlers.players[row] = 0;
    handlers.ticks[row] = 0;
    handlers.tickMicros[row] = 0;
    if (isBatched) this.#batch = new InputBatch();
    this.#run(() => {
      const handler = new handlerClass(this.#context);
      // It may have ended itself in its constructor.
      if (this.state === 'ended') return;
      this.#handler = handler;
      handler.onOpen?.();
      if (this.state === 'opening') this.state = 'open';
    });
    if (!this.isOpen) return;
    if (this.task.tickHz > 0) this.runtime.startTicks(this, this.task.tickHz);
    this.runtime.report({ kind: 'opened', handler: this.task.handler });
  }

  join(seat: Seat, reason: string): void {
    this.seats.add(seat);
    this.#run(() => {
      this.#greet(seat, reason);
      this.#handler?.onJoin?.(seat, reason);
    });
  }

  reconnect(seat: Seat): void {
    this.#run(() => {
      this.#greet(seat, reasonWord(Reason.resumed));
      this.#handler?.onReconnect?.(seat);
    });
  }

  /** Seats of players who will come; who has left and comes again has one, the new one. */
  addSeats(seats: readonly RosterSeat[]): void {
    if (!this.isOpen) return;
    for (const seat of seats) {
      const known = this.roster.findIndex(({ name }) => nameKey(name) === nameKey(seat.name));
      if (known >= 0) this.roster.splice(known, 1);
      this.roster.push(seat);
    }
    const names = seats.map(({ name }) => name);
    this.runtime.report({ kind: 'seated', handler: this.task.handler, names });
  }

  /** The player is gone for good; what the handler gives back is in seat.unread afterwards. */
  leave(seat: Seat, reason: string): void {
    this.takeInputs();
    if (this.isOpen) {
      this.leaving = seat;
      this.#run(() => this.#handler?.onLeave?.(seat, reason));
      this.leaving = undefined;
    }
    this.seats.delete(seat);
    seat.connected = false;
    this.#endIfEmptied();
  }

  /** The connection is lost; the seat is kept. */
  disconnect(seat: Seat): void {
    this.takeInputs();
    seat.connected = false;
    this.leaving = seat;
    this.#run(() => this.#handler?.onLeave?.(seat, reasonWord(Reason.disconnected)));
    this.leaving = undefined;
    this.#endIfEmptied();
  }

  /**
   * Keeps an input for the tick: `byteLength` bytes from word `from` of a ring. False when this handler wants input as it
   * comes, or the batch has no room: use input(). Hot: once per input.
   */
  tryBatch(seat: Seat, words: Int32Array, from: number, byteLength: number): boolean {
    const batch = this.#batch;
    if (batch === undefined) return false;
    if (batch.tryAdd(seat, words, from, byteLength)) return true;
    this.takeInputs();
    return batch.tryAdd(seat, words, from, byteLength);
  }

  /** Hands an input over now, after those that wait. `bytes` is valid during the call only. */
  input(seat: Seat, bytes: Uint8Array): void {
    this.takeInputs();
    const startMs = performance.now();
    this.#containment.run(this.#invokeData, seat, bytes);
    this.#busyMs += performance.now() - startMs;
  }

  /** True when the handler understood the command. */
  command(seat: Seat, word: string, text: string): boolean {
    let isUnderstood = false;
    this.takeInputs();
    this.#run(() => {
      isUnderstood = this.#handler?.onCommand?.(seat, word, text) ?? false;
    });
    return isUnderstood || !this.isOpen;
  }

  /** The seat of that account, kept ones included; who comes back may have logged in with other letters. */
  seatNamed(name: string): Seat | undefined {
    const key = nameKey(name);
    for (const seat of this.seats) if (nameKey(seat.name) === key) return seat;
    return undefined;
  }

  onTickDue(number: number, dueMs: number, intervalMs: number): void {
    const startMs = performance.now();
    this.#containment.run(this.#invokeTick, number, dueMs, intervalMs);
    this.#busyMs += performance.now() - startMs;
    const { handlers } = this.runtime.tables;
    const row = handlerIndexOf(this.task.handler);
    handlers.ticks[row] = (handlers.ticks[row] ?? 0) + 1;
    handlers.tickMicros[row] = this.#busyMs * 1000;
  }

  /**
   * Hands over what waits for the tick, before anything else that comes later than it. The handler may end by it: whoever has
   * something that is kept for the next handler calls this first, then looks at isOpen.
   */
  takeInputs(): void {
    if (this.#batch !== undefined && this.#batch.count > 0) this.#run(this.#invokeBatch);
  }

  /** What the handler shows to those who watch; undefined when it has nothing of its own to show. */
  watchedStates(): readonly Uint8Array[] | undefined {
    let states: readonly Uint8Array[] | undefined;
    this.#run(() => {
      try {
        states = this.#handler?.onWatch?.();
      } catch (error) {
        // To be looked at must not be what ends a match.
        this.#context.log.warn('onWatch() failed', { error: thrownText(error) });
      }
    });
    return states;
  }

  /** Runs `callback` (a timer of the handler) as this handler. */
  runTimer(callback: () => void): void {
    if (this.isOpen) this.#run(callback);
  }

  /** The handler is done: main rates the result, tells everyone and moves them. */
  end(result: MatchResult): void {
    if (this.state === 'ended') return;
    // A result that is not plain data could not leave the thread, and the attempt would cost all its matches.
    const plain = JSON.parse(JSON.stringify(result ?? {})) as MatchResult;
    this.#finish({ reason: Reason.ended, result: plain, error: undefined });
  }

  /** Main wants it to end; because nobody is left, perhaps, but their last LEAVE is not here yet: onLeave() gives back what it holds. */
  stop(reason: Reason): void {
    if (reason !== Reason.expired || !this.isOpen || !this.#hasConnected) this.#stopNow(reason);
    else if (!this.#isEmptying) {
      this.#isEmptying = true;
      this.#context.clock.setTimer(() => this.#stopNow(reason), EMPTYING_MS);
    }
  }

  fail(error: unknown): void {
    if (this.state === 'ended') return;
    this.#finish({ reason: Reason.crashed, result: undefined, error: thrownText(error) });
  }

  /** Milliseconds in callbacks since the last call. */
  takeBusyMs(): number {
    const busyMs = this.#busyMs - this.#takenMs;
    this.#takenMs = this.#busyMs;
    return busyMs;
  }

  get #hasConnected(): boolean {
    return [...this.seats].some(({ connected }) => connected);
  }

  #endIfEmptied(): void {
    if (this.#isEmptying && !this.#hasConnected) this.#stopNow(Reason.expired);
  }

  #stopNow(reason: Reason): void {
    if (this.state !== 'ended') this.#finish({ reason, result: undefined, error: undefined });
  }

  #finish(outcome: HandlerOutcome): void {
    this.state = 'ended';
    this.runtime.stopTicks(this);
    this.#context.cancelTimers();
    CLOSED.run(() => this.#handler?.onClose?.(reasonWord(outcome.reason)));
    this.#handler = undefined;
    // What was said must be in the rings before main hears of the end: main's `ended` event comes after it.
    whenAllWritten(this.runtime.links, () => this.#resolve(outcome));
  }

  #greet(seat: Seat, reason: string): void {
    const { id, mode, isLobby } = this.task;
    if (isLobby) {
      const { networkPlayers } = this.#context;
      this.#context.event(seat, { event: 'lobby', lobby: id, reason, networkPlayers });
      return;
    }
    const players = this.roster.slice(0, NAMES_MAX).map((entry) => entry.name);
    const { hostId } = this.runtime;
    const { team } = seat;
    this.#context.event(seat, { event: 'match', match: id, mode, team, players, hostId, reason });
  }

  #run(callback: () => void): void {
    const startMs = performance.now();
    this.#containment.run(callback);
    this.#busyMs += performance.now() - startMs;
  }
}

/** What an ended handler throws in onClose() changes nothing any more. */
const CLOSED = new Containment({ fail: ignore });

function ignore(): void {
  // Nothing to do.
}
