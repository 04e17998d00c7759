/**
 * All handlers of one match worker: takes records from the gateways' rings to seats, runs due ticks, sends what the
 * handlers said, in bounded turns. Match workers.
 *
 *   turn():  rings up -> seats -> handlers;  due ticks;  rings down published;  reports to main;  next wake-up
 */

import type { Clock, Timer } from '../../shared/clock.ts';
import { workerTimings, type HostTables } from '../../shared/host-memory.ts';
import { recordTiming } from '../../shared/timing-table.ts';
import { handlerIndexOf, type HandlerRef } from '../../shared/ids.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import {
  HANDLER_OFFSET,
  InputChannel,
  JOIN_BODY_OFFSET,
  JOIN_REASON_OFFSET,
  ONE_BODY_OFFSET,
  PLAYER_OFFSET,
  RecordKind,
} from '../../shared/record-layout.ts';
import type { OnRecord } from '../../shared/spsc-ring.ts';
import type { PlayerRequest, WorkerOrder, WorkerReport } from '../../shared/thread-messages.ts';
import type { TurnLoop } from '../../shared/turn-loop.ts';
import type { GatewayLink } from '../../shared/gateway-link.ts';
import type { HandlerInstance } from './handler-instance.ts';
import { MatchWatch } from './match-watch.ts';
import type { PlayerCommands } from './player-commands.ts';
import { SeatBook } from './seat-book.ts';
import type { Seat } from './seat.ts';
import { TickScheduler } from './tick-scheduler.ts';

/** Records that one turn takes from one ring. */
const DRAIN_LIMIT = 4096;
/** Ticks that one turn runs before it looks at the rings again. */
const TICK_LIMIT = 256;
const WORD_BYTES = 4;
/** How soon a worker that found a gateway's ring full tries again. */
const RETRY_MS = 2;
/** The largest payload of a client: a frame, or a socket's chunk that was held. */
const SCRATCH_BYTES = 128 * 1024;

export interface MatchRuntimeOptions {
  readonly row: number;
  readonly hostId: string;
  readonly tables: HostTables;
  readonly links: readonly GatewayLink[];
  readonly commands: PlayerCommands;
  readonly clock: Clock;
  readonly turnMs: number;
  readonly sendReports: (reports: readonly WorkerReport[]) => void;
}

export class MatchRuntime {
  readonly hostId: string;
  readonly tables: HostTables;
  readonly links: readonly GatewayLink[];
  readonly #options: MatchRuntimeOptions;
  readonly #onRecord: OnRecord;
  readonly #instances = new Map<HandlerRef, HandlerInstance>();
  readonly #seats: SeatBook;
  readonly #scheduler = new TickScheduler();
  readonly #watch: MatchWatch;
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  /** The last window on #scratch: most inputs have the length of the one before. */
  #window: Uint8Array = this.#scratch.subarray(0, 0);
  #reports: WorkerReport[] = [];
  /** The link that is being drained. */
  #from: GatewayLink | undefined;
  #loop: TurnLoop | undefined;
  #timer: Timer | undefined;
  #timerDueMs = Infinity;

  constructor(options: MatchRuntimeOptions) {
    this.#options = options;
    this.hostId = options.hostId;
    this.tables = options.tables;
    this.links = options.links;
    this.#seats = new SeatBook(options.tables.players, (seat, bytes) =>
      options.commands.run(this, seat, bytes),
    );
    const report = (sample: WorkerReport): void => this.report(sample);
    this.#watch = new MatchWatch({ clock: options.clock, report });
    this.#onRecord = (kind, flags, byteOffset, payloadBytes) =>
      this.#dispatch(kind, flags, byteOffset, payloadBytes);
  }

  attachLoop(loop: TurnLoop): void {
    this.#loop = loop;
  }

  requestTurn(): void {
    this.#loop?.request();
  }

  // The turn.

  turn(): boolean {
    const { links, row, clock } = this.#options;
    this.tables.workers.heartbeatMs[row] = clock.nowMs();
    let hasMore = false;
    for (const link of links) {
      this.#from = link;
      if (link.up.drain(DRAIN_LIMIT, this.#onRecord) === DRAIN_LIMIT) hasMore = true;
    }
    if (this.#scheduler.runDue(clock.nowMs(), TICK_LIMIT)) hasMore = true;
    for (const link of links) link.publish();
    this.#sendReports();
    if (!hasMore) this.#sleepUntilDue();
    return hasMore;
  }

  hasWork(): boolean {
    return this.links.some((link) => !link.up.isEmpty());
  }

  /** Arms the timer for the next tick, on the grid of turnMs: what is due in one cell leaves in one batch. */
  #sleepUntilDue(): void {
    const { clock, turnMs } = this.#options;
    const gridMs = this.#scheduler.gridMs(turnMs);
    const tickMs = Math.ceil(this.#scheduler.nextDueMs() / gridMs) * gridMs;
    // Nobody rings when a gateway makes room: look again soon.
    const isBlocked = this.links.some((link) => link.isBlocked);
    const wakeMs = isBlocked ? Math.min(tickMs, clock.nowMs() + RETRY_MS) : tickMs;
    if (!Number.isFinite(wakeMs)) return;
    if (this.#timer !== undefined && this.#timerDueMs <= wakeMs) return;
    this.#timer?.cancel();
    this.#timerDueMs = wakeMs;
    this.#timer = clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#timerDueMs = Infinity;
        this.#loop?.runNow();
      },
      Math.max(1, Math.ceil(wakeMs - clock.nowMs())),
    );
  }

  // Handlers.

  add(instance: HandlerInstance): void {
    this.#instances.set(instance.task.handler, instance);
    this.requestTurn();
  }

  startTicks(instance: HandlerInstance, hz: number): void {
    this.#scheduler.add(instance, hz, this.#options.clock.nowMs());
  }

  stopTicks(instance: HandlerInstance): void {
    this.#scheduler.remove(instance);
    this.requestTurn();
  }

  apply(orders: readonly WorkerOrder[]): void {
    for (const order of orders) {
      const instance = this.#instances.get(order.handler);
      switch (order.kind) {
        case 'end':
          instance?.stop(order.reason);
          break;
        case 'seats':
          instance?.addSeats(order.seats);
          break;
        case 'expire':
          this.#expire(instance, order.name);
          break;
        case 'watch':
          this.#watch.watch(instance);
          break;
        case 'unwatch':
          this.#watch.unwatch(order.handler);
          break;
        case 'forget':
          this.#instances.delete(order.handler);
          break;
      }
    }
    this.requestTurn();
  }

  report(report: WorkerReport): void {
    this.#reports.push(report);
    this.requestTurn();
  }

  request(seat: Seat, request: PlayerRequest): void {
    this.report({ kind: 'request', handler: seat.handler, player: seat.player, request });
  }

  /** Load as main and operators see it; a few times a second. */
  publishLoad(): void {
    const { workers, handlers } = this.tables;
    const { row } = this.#options;
    let players = 0;
    let busyMs = 0;
    for (const instance of this.#instances.values()) {
      players += instance.seats.size;
      busyMs += instance.takeBusyMs();
      handlers.players[handlerIndexOf(instance.task.handler)] = instance.seats.size;
    }
    workers.heartbeatMs[row] = this.#options.clock.nowMs();
    workers.handlers[row] = this.#instances.size;
    workers.players[row] = players;
    workers.busyMicros[row] = (workers.busyMicros[row] ?? 0) + busyMs * 1000;
    workers.ticksLate[row] = this.#scheduler.late;
    workers.ticksSkipped[row] = this.#scheduler.skipped;
    const lateMs = this.#scheduler.takeWorstLateMs();
    if (lateMs < 0) return;
    recordTiming(this.tables.timings, workerTimings(this.tables, row), 'lateTicks', lateMs);
  }

  #sendReports(): void {
    if (this.#reports.length === 0) return;
    const batch = this.#reports;
    this.#reports = [];
    this.#options.sendReports(batch);
  }

  #expire(instance: HandlerInstance | undefined, name: string): void {
    const seat = instance?.seatNamed(name);
    if (seat === undefined) return;
    // Orders and records come on two ways: this one may have overtaken the LEAVE of a lost connection.
    if (seat.connected) seat.isExpired = true;
    else instance?.leave(seat, reasonWord(Reason.expired));
  }

  // Records of the gateways.

  #dispatch(kind: number, flags: number, byteOffset: number, payloadBytes: number): void {
    const link = this.#from;
    if (link === undefined) return;
    const { view } = link.up;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const player = view.getUint32(byteOffset + PLAYER_OFFSET, true);
    switch (kind) {
      case RecordKind.data:
        this.#data(
          this.#seats.find(handler, player),
          // The gateway wrote an InputChannel there.
          flags as InputChannel,
          byteOffset + ONE_BODY_OFFSET,
          payloadBytes - ONE_BODY_OFFSET,
        );
        break;
      case RecordKind.join: {
        // The gateway wrote a Reason there.
        const reason = view.getUint32(byteOffset + JOIN_REASON_OFFSET, true) as Reason;
        const start = byteOffset + JOIN_BODY_OFFSET;
        const unread = new Uint8Array(link.up.bytes.subarray(start, byteOffset + payloadBytes));
        this.#seats.join(link, this.#instances.get(handler), { handler, player, reason, unread });
        break;
      }
      case RecordKind.leave:
        // The gateway wrote a Reason there.
        this.#seats.leave(link, { handler, player }, flags as Reason);
        break;
    }
  }

  /** Hot: once per input. */
  #data(seat: Seat | undefined, channel: InputChannel, start: number, byteLength: number): void {
    if (seat === undefined) return;
    const { link, instance } = seat;
    if (
      channel === InputChannel.input &&
      instance?.isOpen === true &&
      instance.tryBatch(seat, link.upWords, start / WORD_BYTES, byteLength)
    ) {
      return;
    }
    this.#seats.deliver(seat, channel, this.#copyOut(link.up.bytes, start, byteLength));
  }

  /** Out of shared memory, where text decoders will not read and a later record may write. Valid until the next call. */
  #copyOut(ring: Uint8Array, start: number, byteLength: number): Uint8Array {
    const scratch = byteLength <= SCRATCH_BYTES ? this.#scratch : new Uint8Array(byteLength);
    if (byteLength <= LOOP_COPY_BYTES_MAX) {
      for (let index = 0; index < byteLength; index += 1) scratch[index] = ring[start + index] ?? 0;
    } else {
      scratch.set(ring.subarray(start, start + byteLength));
    }
    if (byteLength !== this.#window.byteLength || byteLength > SCRATCH_BYTES) {
      this.#window = scratch.subarray(0, byteLength);
    }
    return this.#window;
  }
}

/** Up to here a loop copies faster than subarray() and set(). */
const LOOP_COPY_BYTES_MAX = 48;
