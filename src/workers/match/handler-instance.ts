/**
 * One handler on a match worker: its seats, its callbacks (each contained and timed), its end. Match workers.
 *
 *   opening --onOpen() returned--> open --end() / throw / order--> ended --forgotten by main--> (gone)
 *
 * After `ended` no callback runs and nothing is sent; seats stay until their LEAVE comes, and keep what the players
 * still say (commands, opaque bytes) for the next handler.
 */

import type { GameHandler, GameHandlerClass, MatchResult } from '../../shared/api.ts';
import { handlerIndexOf } from '../../shared/ids.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import { InputChannel } from '../../shared/record-layout.ts';
import type { HandlerOutcome, OpenTask } from '../../shared/thread-messages.ts';
import { Containment, type Contained } from './containment.ts';
import { RuntimeContext } from './handler-context.ts';
import { InputBatch } from './input-batch.ts';
import type { MatchRuntime } from './match-runtime.ts';
import type { Seat } from './seat.ts';
import type { Ticking } from './tick-scheduler.ts';

const UNREAD_BYTES_MAX = 1024 * 1024;

export class HandlerInstance implements Contained, Ticking {
  readonly task: OpenTask;
  readonly runtime: MatchRuntime;
  readonly seats: Set<Seat> = new Set();
  readonly outcome: Promise<HandlerOutcome>;
  state: 'opening' | 'open' | 'ended' = 'opening';
  /** The seat whose onLeave() is running: only it may give bytes back. */
  leaving: Seat | undefined;
  readonly #containment: Containment = new Containment(this);
  readonly #context: RuntimeContext;
  #handler: GameHandler | undefined;
  #resolve: (outcome: HandlerOutcome) => void = ignore;
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
    this.#greet(seat, reason);
    this.#run(() => this.#handler?.onJoin?.(seat, reason));
  }

  reconnect(seat: Seat): void {
    this.#greet(seat, reasonWord(Reason.resumed));
    this.#run(() => this.#handler?.onReconnect?.(seat));
  }

  /** The player is gone for good; what the handler gives back is in seat.unread afterwards. */
  leave(seat: Seat, reason: string): void {
    this.#takeInputs();
    if (this.isOpen) {
      this.leaving = seat;
      this.#run(() => this.#handler?.onLeave?.(seat, reason));
      this.leaving = undefined;
    }
    this.seats.delete(seat);
    seat.connected = false;
  }

  /** The connection is lost; the seat is kept. */
  disconnect(seat: Seat): void {
    this.#takeInputs();
    seat.connected = false;
    this.#run(() => this.#handler?.onLeave?.(seat, reasonWord(Reason.disconnected)));
  }

  /**
   * Keeps an input for the tick: `byteLength` bytes from word `from` of a ring. False when this handler wants input as it
   * comes, or the batch has no room: use input(). Hot: once per input.
   */
  tryBatch(seat: Seat, words: Int32Array, from: number, byteLength: number): boolean {
    const batch = this.#batch;
    if (batch === undefined) return false;
    if (batch.tryAdd(seat, words, from, byteLength)) return true;
    this.#takeInputs();
    return batch.tryAdd(seat, words, from, byteLength);
  }

  /** Hands an input over now, after those that wait. `bytes` is valid during the call only. */
  input(seat: Seat, bytes: Uint8Array): void {
    this.#takeInputs();
    const startMs = performance.now();
    this.#containment.run(this.#invokeData, seat, bytes);
    this.#busyMs += performance.now() - startMs;
  }

  /** True when the handler understood the command. */
  command(seat: Seat, word: string, text: string): boolean {
    let isUnderstood = false;
    this.#takeInputs();
    this.#run(() => {
      isUnderstood = this.#handler?.onCommand?.(seat, word, text) ?? false;
    });
    return isUnderstood || !this.isOpen;
  }

  /** Keeps for the next handler what may not be lost: input of framed clients was meant for this one. */
  keepUnread(seat: Seat, channel: InputChannel, bytes: Uint8Array): void {
    if (channel === InputChannel.input) return;
    seat.unread ??= [];
    const keptBytes = seat.unread.reduce((sum, segment) => sum + segment.bytes.byteLength, 0);
    if (keptBytes + bytes.byteLength > UNREAD_BYTES_MAX) {
      seat.link.close(seat, Reason.inputOverflow, 'Too much was sent while the match ended');
      return;
    }
    seat.unread.push({ channel, bytes: new Uint8Array(bytes) });
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

  /** Hands over what waits for the tick: also before anything else that comes later than it. */
  #takeInputs(): void {
    if (this.#batch !== undefined && this.#batch.count > 0) this.#run(this.#invokeBatch);
  }

  /** Runs `callback` (a timer of the handler) as this handler. */
  runTimer(callback: () => void): void {
    if (this.isOpen) this.#run(callback);
  }

  /** The handler is done: everyone is told, main moves them. */
  end(result: MatchResult): void {
    if (this.state === 'ended') return;
    // A result that is not plain data could not leave the thread, and the attempt would cost all its matches.
    const plain = JSON.parse(JSON.stringify(result ?? {})) as MatchResult;
    if (!this.task.isLobby) {
      const match = this.task.id;
      this.#context.event(undefined, { event: 'ended', match, result: plain, rating: null });
    }
    this.#finish({ reason: Reason.ended, result: plain, error: undefined });
  }

  /** Main wants it to end. */
  stop(reason: Reason): void {
    if (this.state !== 'ended') this.#finish({ reason, result: undefined, error: undefined });
  }

  fail(error: unknown): void {
    if (this.state === 'ended') return;
    this.#finish({ reason: Reason.crashed, result: undefined, error: textOf(error) });
  }

  /** Milliseconds in callbacks since the last call. */
  takeBusyMs(): number {
    const busyMs = this.#busyMs - this.#takenMs;
    this.#takenMs = this.#busyMs;
    return busyMs;
  }

  #finish(outcome: HandlerOutcome): void {
    this.state = 'ended';
    this.runtime.stopTicks(this);
    this.#context.close();
    CLOSED.run(() => this.#handler?.onClose?.(reasonWord(outcome.reason)));
    this.#handler = undefined;
    this.#resolve(outcome);
  }

  #greet(seat: Seat, reason: string): void {
    const { id, mode, isLobby, roster } = this.task;
    if (isLobby) {
      const { networkPlayers } = this.#context;
      this.#context.event(seat, { event: 'lobby', lobby: id, reason, networkPlayers });
      return;
    }
    const players = roster.map((entry) => entry.name);
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

/** Whatever was thrown as text; a handler can throw things that refuse even that. */
function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? (error.stack ?? error.message) : error);
  } catch {
    return 'Cannot show what was thrown: it has no text';
  }
}

function ignore(): void {
  // Nothing to do.
}
