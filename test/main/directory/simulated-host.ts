/**
 * A whole host around the directory, without threads: gateways, workers and clients that do what the real ones do, in any
 * order that the real ones could. directory.simulation.test.ts drives it.
 *
 *   connection --login, closed--> gateway.reports (FIFO) --> Directory --order--> gateway.orders (FIFO) --> connection
 *   connection --request--> worker.reports (FIFO) --> Directory --openHandler, endHandler--> worker
 *
 * A worker's death is known to main at once; what it still had to report is lost.
 */

import type {
  DirectoryEffects,
  Happening,
  HandlerSeat,
  HandlerSpec,
} from '../../../src/main/directory/directory-effects.ts';
import { Directory } from '../../../src/main/directory/directory.ts';
import type { TicketEvent } from '../../../src/main/matchmaker/ticket-event.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import {
  HANDLER_GENERATION_MAX,
  handlerRef,
  nextGeneration,
  playerRef,
  type HandlerRef,
  type PlayerRef,
} from '../../../src/shared/ids.ts';
import type { Random } from '../../../src/shared/random.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type {
  GatewayOrder,
  GatewayReport,
  PlayerRequest,
} from '../../../src/shared/thread-messages.ts';
import { DirectoryView } from './directory-view.ts';
import type { Connection, SimulatedHandler, WorkerReport } from './simulated-parts.ts';
import { foundAnswer, HANDLER_ROWS, LIMITS, LOBBY_CAPACITY, MODES } from './simulated-settings.ts';

export class SimulatedHost implements DirectoryEffects {
  readonly view: DirectoryView = new DirectoryView(LOBBY_CAPACITY);
  readonly directory: Directory;
  readonly connections: Map<PlayerRef, Connection> = new Map();
  readonly handlers: Map<HandlerRef, SimulatedHandler> = new Map();
  nowMs: number = 1_000;
  /** Nothing can be opened: no worker is up. */
  isOutage: boolean = false;
  readonly #random: Random;
  readonly #reports: GatewayReport[][] = [[], []];
  readonly #orders: GatewayOrder[][] = [[], []];
  readonly #workerReports: WorkerReport[][] = [[], [], []];
  readonly #rows: { generation: number; isFree: boolean }[];
  #slots = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#rows = Array.from({ length: HANDLER_ROWS }, () => ({ generation: 0, isFree: true }));
    this.directory = new Directory(
      {
        hostId: 'h',
        modes: new Map(MODES.map((rules) => [rules.name, rules])),
        lobbyCapacity: LOBBY_CAPACITY,
        playersMax: 30,
        seed: random.below(1000),
        practiceToken: 'secret',
        limits: LIMITS,
      },
      this,
    );
  }

  openHandler(spec: HandlerSpec): { handler: HandlerRef; id: string } | undefined {
    const index = this.#rows.findIndex(({ isFree }) => isFree);
    const row = this.#rows[index];
    if (this.isOutage || row === undefined) {
      this.view.mark('openHandler refused');
      return undefined;
    }
    row.isFree = false;
    row.generation = nextGeneration(row.generation, HANDLER_GENERATION_MAX);
    const handler = handlerRef(index, row.generation);
    const worker = this.#random.below(this.#workerReports.length);
    this.handlers.set(handler, {
      ...spec,
      handler,
      worker,
      state: 'opening',
      endReason: Reason.ended,
    });
    this.view.opening(handler, spec);
    const names = spec.roster.map(({ name }) => this.directory.find(name, this.nowMs));
    if (names.some((status) => (status?.party.length ?? 0) > 1)) this.view.mark('party matched');
    return { handler, id: `h/${spec.mode}/${handler}` };
  }

  forgetHandler(handler: HandlerRef): void {
    this.view.forget(handler);
    const row = this.#rows[handler & (2 ** 18 - 1)];
    if (row !== undefined) row.isFree = true;
  }

  endHandler(handler: HandlerRef, reason: Reason): void {
    this.view.notGone(handler);
    const known = this.handlers.get(handler);
    if (reason === Reason.expired) this.view.mark('abandoned match ended');
    if (known === undefined) return;
    known.state = 'ending';
    known.endReason = reason;
  }

  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void {
    this.view.notGone(handler);
    this.view.addSeats(handler, seats);
    this.view.mark('seats added');
    const known = this.handlers.get(handler);
    if (known?.state !== 'open') return;
    const names = seats.map(({ name }) => name);
    this.#workerReports[known.worker]?.push({ kind: 'seated', handler, names });
  }

  /** A running match would take players of any team, or none any more. */
  wants(known: SimulatedHandler): void {
    if (known.isLobby || known.state !== 'open') return;
    const perTeam = [this.#random.below(3), this.#random.below(3)];
    const standing = { scoreMargin: this.#random.next(), timeLeftShare: this.#random.next() };
    const wanted = { perTeam, standing };
    this.#workerReports[known.worker]?.push({ kind: 'wanted', handler: known.handler, wanted });
  }

  expireSeat(handler: HandlerRef): void {
    this.view.notGone(handler);
    this.view.mark('seat expired');
  }

  order(order: GatewayOrder): void {
    this.view.order(order);
    if (order.kind === 'move' || order.kind === 'event') {
      for (const queue of this.#orders) queue.push(order);
    } else {
      this.#orders[this.connections.get(order.player)?.gateway ?? 0]?.push(order);
    }
  }

  ticketEvent(event: TicketEvent): void {
    this.view.ticketEvent(event);
  }

  happened({ kind }: Happening): void {
    this.view.mark(kind);
  }

  counts(): void {}

  queueCounts(): void {}

  /** A client connects and names itself. */
  connect(name: string): void {
    this.#slots += 1;
    const player = playerRef(this.#slots % 2 ** 20, 1);
    const gateway = this.#random.below(this.#reports.length);
    this.connections.set(player, { player, gateway, handler: undefined, isOpen: true });
    this.#reports[gateway]?.push({
      kind: 'login',
      player,
      name,
      token: this.#random.below(4) === 0 ? undefined : 'secret',
      address: '127.0.0.1',
      listener: 'frame',
      view: ClientView.frame,
      atMs: this.nowMs,
    });
  }

  /** A connection ends, for its own reason or by order. */
  close(connection: Connection, reason: Reason): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    this.#reports[connection.gateway]?.push({ kind: 'closed', player: connection.player, reason });
  }

  /** A player asks, through the handler that its gateway thinks it is in. */
  ask({ player, handler, isOpen }: Connection, request: PlayerRequest): void {
    const known = this.handlers.get(handler ?? 0);
    if (!isOpen || known === undefined || known.state === 'opening') return;
    const report = { kind: 'request', handler: known.handler, player, request } as const;
    this.#workerReports[known.worker]?.push(report);
  }

  opened(known: SimulatedHandler): void {
    if (known.state !== 'opening') return;
    known.state = 'open';
    this.#workerReports[known.worker]?.push({ kind: 'opened', handler: known.handler });
  }

  /** A handler ends by itself, or as it was asked to. */
  ends(known: SimulatedHandler, reason: Reason): void {
    if (!this.handlers.delete(known.handler)) return;
    if (known.state === 'opening') this.view.mark('opening failed');
    const { handler, state, endReason } = known;
    const report = {
      kind: 'gone',
      handler,
      reason: state === 'ending' ? endReason : reason,
    } as const;
    this.#workerReports[known.worker]?.push(report);
  }

  /** A worker dies with all its handlers. Rows whose end it had not yet reported are lost with the rest. */
  kill(worker: number, reason: Reason): void {
    const unsaid = this.#workerReports[worker]?.splice(0) ?? [];
    const lost = unsaid.flatMap((report) => (report.kind === 'gone' ? [report.handler] : []));
    for (const { handler, worker: home } of this.handlers.values()) {
      if (home === worker) lost.push(handler);
    }
    for (const handler of lost) {
      this.handlers.delete(handler);
      this.#tellGone(handler, reason, true);
    }
  }

  /** Delivers one report to the directory, from any queue that has one. */
  deliver(): void {
    const full = [...this.#reports.keys()].filter((index) => this.#reports[index]?.length);
    const workers = this.#workerReports.filter(({ length }) => length > 0);
    const drawn = this.#random.below(Math.max(1, full.length + workers.length));
    if (drawn < full.length) {
      this.#deliverGateway(this.#reports[full[drawn] ?? 0]?.shift());
      return;
    }
    const report = workers[drawn - full.length]?.shift();
    if (report?.kind === 'gone') this.#tellGone(report.handler, report.reason, false);
    else if (report?.kind === 'opened') this.#tellOpened(report.handler);
    else if (report?.kind === 'request') this.#tellRequest(report);
    else if (report?.kind === 'wanted') {
      this.directory.playersWanted(report.handler, report.wanted, this.nowMs);
    } else if (report?.kind === 'seated') {
      this.directory.seatsAdded(report.handler, report.names, this.nowMs);
    }
  }

  /** Carries one order out at a gateway. */
  carryOut(): void {
    const drawn = this.#random.below(this.#orders.length);
    const gateway = this.#orders[drawn]?.length ? drawn : 1 - drawn;
    const order = this.#orders[gateway]?.shift();
    if (order === undefined || order.kind === 'trace') return;
    if (order.kind === 'event' && order.event.event !== 'found') return;
    for (const player of 'players' in order ? (order.players ?? []) : [order.player]) {
      const connection = this.connections.get(player);
      if (connection?.gateway !== gateway) continue;
      if (order.kind === 'event') this.ask(connection, foundAnswer(this.#random));
      else if (!connection.isOpen) this.view.mark('order for a connection closed since');
      else if (order.kind === 'admit' || order.kind === 'move') connection.handler = order.handler;
      else this.close(connection, order.reason);
    }
  }

  get isQuiet(): boolean {
    const queues = [...this.#reports, ...this.#orders, ...this.#workerReports];
    return queues.every(({ length }) => length === 0);
  }

  step(byMs: number): number {
    this.nowMs += byMs;
    return this.directory.step(this.nowMs);
  }

  #deliverGateway(report: GatewayReport | undefined): void {
    if (report === undefined) return;
    if (report.kind === 'login') {
      if (this.connections.get(report.player)?.isOpen === false) {
        this.view.mark('login of a connection closed since');
      }
      this.view.loggedIn(report.player, report.name, this.nowMs);
      this.directory.login(report, this.nowMs);
    } else if (report.kind === 'closed') {
      this.view.players.delete(report.player);
      this.connections.delete(report.player);
      this.directory.closed(report.player, report.reason, this.nowMs);
    }
  }

  #tellOpened(handler: HandlerRef): void {
    const known = this.view.handlers.get(handler);
    if (known?.state === 'opening') known.state = 'open';
    this.directory.handlerOpened(handler, this.nowMs);
  }

  #tellRequest({ handler, player, request }: Extract<WorkerReport, { kind: 'request' }>): void {
    const here = this.view.players.get(player)?.handler;
    if (here !== undefined && here !== handler) this.view.mark('request from a handler left since');
    this.directory.request(handler, player, request, this.nowMs);
  }

  #tellGone(handler: HandlerRef, reason: Reason, isWorkerLost: boolean): void {
    const known = this.view.handlers.get(handler);
    if (known !== undefined) Object.assign(known, { state: 'gone', isWorkerLost });
    const outcome = { reason, result: undefined, error: undefined };
    this.directory.handlerGone(handler, outcome, isWorkerLost, this.nowMs);
  }
}
