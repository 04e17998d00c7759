/** What the host gives a handler (HandlerContext of the public API). Match workers; one per handler. */

import type {
  Clock,
  HandlerContext,
  HandlerLog,
  MatchQuality,
  MatchResult,
  Player,
  PlayersWanted,
  Random,
  RosterSeat,
  SendOptions,
  Timer,
} from '../../shared/api.ts';
import type { ClientEvent } from '../../shared/client-event.ts';
import { systemClock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import { networkTotals } from '../../shared/host-table.ts';
import { Reason } from '../../shared/reason.ts';
import { CLOSE_CHARACTERS_MAX, DataFlag, InputChannel } from '../../shared/record-layout.ts';
import { seededRandom } from '../../shared/random.ts';
import type { HandlerInstance } from './handler-instance.ts';
import type { Seat } from './seat.ts';

/** The largest STATE: a frame's length is a u16 that counts its type byte. */
const STATE_BYTES_MAX = 65_534;
const CLOSED = 'The game has closed the connection';

export class RuntimeContext implements HandlerContext {
  readonly id: string;
  readonly mode: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly roster: readonly RosterSeat[];
  readonly quality: MatchQuality | undefined;
  readonly tickHz: number;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: HandlerLog;
  readonly #instance: HandlerInstance;
  readonly #timers = new Set<Timer>();

  constructor(instance: HandlerInstance) {
    const { task } = instance;
    this.#instance = instance;
    this.id = task.id;
    this.mode = task.mode;
    this.settings = task.settings;
    this.roster = instance.roster;
    this.quality = task.quality;
    this.tickHz = task.tickHz;
    this.random = seededRandom(task.seed);
    this.clock = {
      nowMs: () => systemClock.nowMs(),
      wallMs: () => systemClock.wallMs(),
      setTimer: (callback, delayMs) => this.#setTimer(callback, delayMs),
    };
    this.log = {
      debug: (message, fields) => this.#log('debug', message, fields),
      info: (message, fields) => this.#log('info', message, fields),
      warn: (message, fields) => this.#log('warn', message, fields),
    };
  }

  get players(): ReadonlySet<Player> {
    return this.#instance.seats;
  }

  get networkPlayers(): number {
    return networkTotals(this.#instance.runtime.tables.hosts, systemClock.nowMs()).players;
  }

  send(player: Player, bytes: Uint8Array, options?: SendOptions): void {
    this.#one(player, bytes, options?.volatile === true ? DataFlag.volatile : 0);
  }

  broadcast(bytes: Uint8Array, options?: SendOptions & { readonly to?: Iterable<Player> }): void {
    const flags = options?.volatile === true ? DataFlag.volatile : 0;
    this.#many(options?.to ?? this.#instance.seats, bytes, flags);
  }

  event(to: Player | Iterable<Player> | undefined, event: ClientEvent): void {
    const bytes = Buffer.from(JSON.stringify(event), 'utf8');
    if (to === undefined) this.#many(this.#instance.seats, bytes, DataFlag.event);
    else if (Symbol.iterator in to) this.#many(to, bytes, DataFlag.event);
    else this.#one(to, bytes, DataFlag.event);
  }

  queue(player: Player, mode: string): void {
    const seat = this.#seatOf(player);
    if (seat !== undefined) this.#instance.runtime.request(seat, { ask: 'queue', mode });
  }

  dismiss(player: Player): void {
    const seat = this.#seatOf(player);
    if (seat === undefined) return;
    this.#instance.runtime.request(seat, { ask: 'dismiss', reason: Reason.left });
  }

  close(player: Player, message: string = CLOSED): void {
    const seat = this.#seatOf(player);
    if (seat === undefined || !seat.connected) return;
    seat.link.close(seat, Reason.closed, message.slice(0, CLOSE_CHARACTERS_MAX));
  }

  requestPlayers(wanted: PlayersWanted): void {
    const { runtime, task, state } = this.#instance;
    if (state !== 'open' || task.isLobby) return;
    runtime.report({ kind: 'wanted', handler: task.handler, wanted });
  }

  unread(player: Player, bytes: Uint8Array): void {
    const { leaving, state, seats } = this.#instance;
    // Only the runtime makes players.
    const seat = player as Seat;
    if (leaving !== seat && !(state === 'ended' && seats.has(seat))) {
      throw new Error(`Cannot give back bytes: "${player.name}" is not leaving`);
    }
    // Half a message of a lost connection is of no use to anyone: its stream is over.
    if (seat.connected && bytes.byteLength > 0) seat.keepUnread(InputChannel.opaque, bytes);
  }

  end(result: MatchResult): void {
    this.#instance.end(result);
  }

  /** The handler is over: its timers are forgotten. */
  cancelTimers(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #one(player: Player, bytes: Uint8Array, flags: number): void {
    const seat = this.#seatOf(player);
    if (seat === undefined || !seat.connected) return;
    assertSize(bytes);
    seat.link.one(flagsFor(seat, flags), seat, bytes);
  }

  #many(to: Iterable<Player>, bytes: Uint8Array, flags: number): void {
    const { runtime, task, state, seats } = this.#instance;
    if (state === 'ended') return;
    assertSize(bytes);
    // Events are the host's words to clients; states are what there is to see.
    if ((flags & DataFlag.event) === 0) this.#instance.tap?.note(bytes);
    for (const link of runtime.links) link.count = 0;
    for (const player of to) {
      // Only the runtime makes players, so a member of the set is a seat of ours.
      const seat = player as Seat;
      if (!seat.connected || !seats.has(seat)) continue;
      if (flagsFor(seat, flags) !== flags) {
        this.#one(seat, bytes, flags);
        continue;
      }
      seat.link.players[seat.link.count] = seat.player;
      seat.link.count += 1;
    }
    for (const link of runtime.links) if (link.count > 0) link.many(flags, task.handler, bytes);
  }

  #seatOf(player: Player): Seat | undefined {
    // Only the runtime makes players; one of another handler, or one who left, is not in the set.
    const seat = player as Seat;
    return this.#instance.state !== 'ended' && this.#instance.seats.has(seat) ? seat : undefined;
  }

  #setTimer(callback: () => void, delayMs: number): Timer {
    const inner = systemClock.setTimer(() => {
      this.#timers.delete(timer);
      this.#instance.runTimer(callback);
      this.#instance.runtime.requestTurn();
    }, delayMs);
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  #log(level: 'debug' | 'info' | 'warn', message: string, fields: object | undefined): void {
    this.#instance.runtime.report({
      kind: 'log',
      level,
      message,
      fields: { handler: this.id, ...plain(fields) },
    });
  }
}

/** A copy of log fields. What cannot leave the thread may not take the turn's other reports with it. */
function plain(fields: object | undefined): object | undefined {
  try {
    return structuredClone(fields);
  } catch (error) {
    return { unloggable: messageOf(error) };
  }
}

/** Of an opaque stream nothing may be dropped, whatever the handler thinks of it. */
function flagsFor(seat: Seat, flags: number): number {
  const isVolatile = (flags & DataFlag.volatile) !== 0;
  return isVolatile && seat.view === 'raw' ? flags & ~DataFlag.volatile : flags;
}

function assertSize(bytes: Uint8Array): void {
  if (bytes.byteLength > STATE_BYTES_MAX) {
    throw new Error(`Cannot send: ${bytes.byteLength} bytes, at most ${STATE_BYTES_MAX}`);
  }
}
