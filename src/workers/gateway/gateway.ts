/**
 * One gateway thread: its connections, its rows of the player table, its ends of the rings, and main's orders.
 *
 *   turn():  rings down -> connections -> one write each;  blocked connections retry;  rings up published;  reports
 *   sweep(): four times a second: deadlines of logins, idle clients, hand-offs and closing sockets; counters
 */

import type { Welcome } from '../../shared/client-protocol.ts';
import type { Clock } from '../../shared/clock.ts';
import { countReason, type CounterTable } from '../../shared/counter-table.ts';
import { networkTotals } from '../../shared/host-table.ts';
import type { HostTables } from '../../shared/host-memory.ts';
import { handlerIndexOf, playerIdText, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import { Reason } from '../../shared/reason.ts';
import type { GatewayOrder, GatewayReport, HandOffReport } from '../../shared/thread-messages.ts';
import type { TurnLoop } from '../../shared/turn-loop.ts';
import { ConnectionSweep } from './connection-sweep.ts';
import type { Connection } from './connection.ts';
import { EventEncoder } from './event-encoder.ts';
import type { GatewayLimits } from './gateway-settings.ts';
import { GatewayTraffic } from './gateway-traffic.ts';
import { OrderDesk } from './order-desk.ts';
import type { PlayerRows } from './player-rows.ts';
import { RecordDispatch } from './record-dispatch.ts';
import type { PlayerRoute } from './player-route.ts';
import type { RouteHost } from './route-host.ts';
import type { WorkerLink } from './worker-link.ts';
import { UnnamedConnections } from './unnamed-connections.ts';
import { WorkerLinks } from './worker-links.ts';

/** Records that one turn takes from one ring before it writes to the sockets. */
const DRAIN_LIMIT = 4096;
const LAST_ROUNDS_MAX = 64;
/** How soon a connection that found a ring full tries again. */
const RETRY_MS = 2;

export interface GatewayOptions {
  readonly index: number;
  readonly hostId: string;
  readonly tables: HostTables;
  readonly counters: CounterTable;
  readonly rows: PlayerRows;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  /** How long a hand-off waits for the old handler's LEFT. */
  readonly leaveDeadlineMs: number;
  readonly countHandOff: (ms: number) => void;
  /** Sends a batch to main. */
  readonly sendReports: (reports: readonly GatewayReport[]) => void;
  /** Puts the address's count back when a connection is gone. */
  readonly onClosed: (connection: Connection) => void;
}

export class Gateway implements RouteHost {
  /** Replaced as a whole, between two turns. */
  limits: GatewayLimits;
  readonly leaveDeadlineMs: number;
  readonly countHandOff: (ms: number) => void;
  /** Every open socket of this thread. */
  readonly connections: Set<Connection> = new Set();
  readonly unnamed: UnnamedConnections<Connection> = new UnnamedConnections();
  /** Hand-offs that wait for LEFT. */
  readonly leaving: Set<PlayerRoute> = new Set();
  /** Sockets that were told goodbye and have some time to read it. */
  readonly closing: Set<Connection> = new Set();
  /** The clock as of this turn. */
  nowMs: number;
  readonly traffic: GatewayTraffic = new GatewayTraffic();
  readonly clock: Clock;
  readonly #options: GatewayOptions;
  readonly #dispatch: RecordDispatch;
  readonly #desk: OrderDesk;
  readonly #sweep: ConnectionSweep;
  readonly #links = new WorkerLinks();
  #dirty: Connection[] = [];
  #reports: GatewayReport[] = [];
  #loop: TurnLoop | undefined;
  #isRetrying = false;
  #isInTurn = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.limits = options.limits;
    this.leaveDeadlineMs = options.leaveDeadlineMs;
    this.countHandOff = options.countHandOff;
    this.nowMs = options.clock.nowMs();
    const events = new EventEncoder();
    this.#desk = new OrderDesk(options.rows, events);
    this.#dispatch = new RecordDispatch(options.rows, events);
    this.#sweep = new ConnectionSweep(this);
  }

  get loop(): TurnLoop {
    if (this.#loop === undefined) throw new Error('Cannot take a turn: the loop is not attached');
    return this.#loop;
  }

  attachLoop(loop: TurnLoop): void {
    this.#loop = loop;
  }

  // The turn.

  turn(): boolean {
    this.#isInTurn = true;
    this.nowMs = this.clock.nowMs();
    let hasMore = false;
    for (const link of this.#links.alive) {
      if (this.#dispatch.drain(link, DRAIN_LIMIT) === DRAIN_LIMIT) hasMore = true;
    }
    for (const link of this.#links.alive) if (link.blocked.length > 0) this.#retry(link);
    if (this.#dirty.length > 0) this.#flush();
    for (const link of this.#links.alive) link.publish();
    this.sendReports();
    this.#isInTurn = false;
    return hasMore;
  }

  hasWork(): boolean {
    return this.#links.haveWork();
  }

  /** Deadlines and counters; four times a second. */
  sweep(): void {
    this.nowMs = this.clock.nowMs();
    this.#sweep.run(this.nowMs);
    this.#publishCounts();
    this.loop.request();
  }

  #flush(): void {
    const batch = this.#dirty;
    this.#dirty = [];
    const { traffic, limits } = this;
    for (const connection of batch) {
      const { output } = connection;
      connection.isQueued = false;
      const bytesBefore = output.bytesOut;
      const backlogBytes = output.flush();
      traffic.writes += 1;
      traffic.bytesOut += output.bytesOut - bytesBefore;
      traffic.superseded += output.takeSuperseded();
      if (output.isLagging) this.#sweep.lagging.push(connection);
      if (backlogBytes > limits.outputBytesMax) {
        connection.close(Reason.slowReader, 'You read too slowly for what the game sends');
      }
    }
  }

  /** Has something to write at the end of this turn. */
  queue(connection: Connection): void {
    connection.isQueued = true;
    this.#dirty.push(connection);
    if (!this.#isInTurn) this.loop.request();
  }

  /**
   * A client's bytes were taken. What can wait for the worker's next tick needs no turn of ours: showing it is one
   * store, a pass of the event loop with its own immediate costs a hundred times that.
   */
  onInput(link: WorkerLink | undefined, byteLength: number): void {
    this.traffic.bytesIn += byteLength;
    if (link === undefined) return;
    if (link.isUrgent) this.loop.request();
    else link.publish();
  }

  #retry(link: WorkerLink): void {
    const waiting = link.blocked;
    link.blocked = [];
    for (const connection of waiting) connection.retry();
    if (link.blocked.length === 0 || this.#isRetrying) return;
    this.#isRetrying = true;
    this.clock.setTimer(() => {
      this.#isRetrying = false;
      this.loop.request();
    }, RETRY_MS);
  }

  // Main's orders.

  apply(orders: readonly GatewayOrder[]): void {
    // What a handler said before main knew that it is over comes before what main has to say of that.
    for (const link of this.#links.alive) this.#dispatch.drain(link, DRAIN_LIMIT);
    for (const order of orders) this.#desk.apply(order);
    this.loop.request();
  }

  /** Closes the connections of banned addresses, practice bots of the host aside. */
  closeWhere(isBanned: (connection: Connection) => boolean, message: string): void {
    for (const connection of this.connections) {
      if (!connection.open || this.#options.rows.isPractice(connection.player)) continue;
      if (isBanned(connection)) connection.close(Reason.banned, message);
    }
  }

  addLink(link: WorkerLink): void {
    this.#links.add(link);
    this.loop.request();
  }

  /** The worker is dead: what it had published is delivered, then its connections are told. */
  dropLink(row: number): void {
    const link = this.#links.remove(row);
    if (link === undefined) return;
    // Bounded: a thread that does not know yet that it is condemned may still be writing.
    for (let round = 0; round < LAST_ROUNDS_MAX; round += 1) {
      if (this.#dispatch.drain(link, DRAIN_LIMIT) === 0) break;
    }
    for (const connection of this.#options.rows.taken()) {
      if (connection.link === link) connection.onWorkerLost();
    }
    this.loop.request();
  }

  linkOf(handler: HandlerRef): WorkerLink | undefined {
    return this.#links.at(this.#options.tables.handlers.worker[handlerIndexOf(handler)] ?? -1);
  }

  // What connections need.

  tryTakeRow(connection: Connection): PlayerRef {
    return this.#options.rows.tryTake(connection, this.nowMs);
  }

  freeRow(route: PlayerRoute): void {
    this.#options.rows.free(route.player);
  }

  storeState(route: PlayerRoute): void {
    this.#options.rows.store(route.player);
  }

  admitted(connection: Connection, name: string): Welcome {
    this.#options.rows.name(connection, name);
    return {
      player: playerIdText(this.#options.hostId, connection.player),
      name,
      hostId: this.#options.hostId,
      networkPlayers: networkTotals(this.#options.tables.hosts, this.nowMs).players,
    };
  }

  wakesOnInput(handler: HandlerRef): boolean {
    return this.#options.tables.handlers.wakes[handlerIndexOf(handler)] === 1;
  }

  report(report: GatewayReport): void {
    this.#reports.push(report);
    this.loop.request();
  }

  reportHandOff({ player, handler }: PlayerRoute, step: HandOffReport['step']): void {
    this.report({ kind: 'handOff', player, atMs: this.clock.nowMs(), step, handler });
  }

  sendReports(): void {
    if (this.#reports.length === 0) return;
    const batch = this.#reports;
    this.#reports = [];
    this.#options.sendReports(batch);
  }

  countReason(reason: Reason): void {
    countReason(this.#options.counters, this.#options.index, reason);
  }

  /** A connection was told goodbye: its socket closes when that is written, or when its time is up. */
  onClosing(connection: Connection, reason: Reason): void {
    this.countReason(reason);
    this.#sweep.onClosing(connection);
    this.loop.request();
  }

  /** The socket is gone, whoever closed it. */
  onSocketClosed(connection: Connection, reason: Reason): void {
    if (connection.open) {
      this.countReason(reason);
      connection.depart(reason);
    }
    this.connections.delete(connection);
    this.closing.delete(connection);
    this.#options.onClosed(connection);
    this.loop.request();
  }

  #publishCounts(): void {
    const { tables, index, rows } = this.#options;
    const table = tables.gateways;
    table.heartbeatMs[index] = this.nowMs;
    table.connections[index] = this.connections.size;
    table.players[index] = rows.namedCount;
    this.traffic.messagesOut += this.#dispatch.takeDelivered();
    table.brokenEvents[index] = this.#dispatch.brokenEvents;
    this.traffic.publish(table, index);
  }
}
