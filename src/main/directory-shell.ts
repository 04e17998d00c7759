/**
 * The thin shell around the directory: brings reports in, carries its effects out in batches, gives it time. Main thread.
 *
 *   reports -> enter() -> Directory -> effects -> per-thread batches -> flush() once a pass of the event loop
 */

import { systemClock, type Timer } from '../shared/clock.ts';
import type { HostMemory, HostTables } from '../shared/host-memory.ts';
import type { HandlerRef } from '../shared/ids.ts';
import type { Reason } from '../shared/reason.ts';
import { freshSeed } from '../shared/random.ts';
import type { GatewayOrder, GatewayReport, WorkerReport } from '../shared/thread-messages.ts';
import type { HostConfig } from './config/host-config.ts';
import type {
  DirectoryEffects,
  Happening,
  HandlerSeat,
  HandlerSpec,
  HostCounts,
  OpeningHandler,
  QueueCounts,
} from './directory/directory-effects.ts';
import { Directory } from './directory/directory.ts';
import { GatewayGroup } from './gateway-group.ts';
import type { GatewayThread } from './gateway-thread.ts';
import type { HandlerRows } from './handler-rows.ts';
import type { HostLog } from './log.ts';
import { configuredRules } from './matchmaker/configured-rules.ts';
import type { TicketEvent } from './matchmaker/ticket-event.ts';
import type { MatchPool } from './match-pool.ts';
import type { HostTicketLog } from './ticket-log/host-ticket-log.ts';

/** The directory is asked at least this often. */
const STEP_MS_MAX = 100;
const LOBBY_MODULE = 'lobby';

export interface DirectoryShellOptions {
  readonly config: HostConfig;
  readonly memory: HostMemory;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly log: HostLog;
  readonly practiceToken: string;
  /** For the matchmaker's draws. */
  readonly seed: number;
  /** Undefined where the configuration wants none. */
  readonly ticketLog: HostTicketLog | undefined;
  /** Told of everything that happens, in order. */
  readonly happenings: readonly ((happening: Happening) => void)[];
}

export class DirectoryShell implements DirectoryEffects {
  readonly directory: Directory;
  readonly #options: DirectoryShellOptions;
  readonly #modeRows: ReadonlyMap<string, number>;
  #gateways = new GatewayGroup([], 1);
  #pool: MatchPool | undefined;
  #nextNumber = 1;
  #isPassScheduled = false;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: DirectoryShellOptions) {
    const { config } = options;
    this.#options = options;
    this.#modeRows = new Map(Object.keys(config.modes).map((name, row) => [name, row]));
    const modes = Object.entries(config.modes).map(
      ([name, mode]) => [name, configuredRules(name, mode)] as const,
    );
    this.directory = new Directory(
      {
        hostId: config.host.id,
        modes: new Map(modes),
        lobbyCapacity: config.players.lobbyCapacity,
        playersMax: config.players.capacity,
        seed: options.seed,
        practiceToken: options.practiceToken,
        greeters: new Map(config.listeners.map(({ name, greeter }) => [name, greeter])),
      },
      this,
    );
  }

  /** Connects the threads; from now on the directory takes its steps. */
  attach(gateways: readonly GatewayThread[], pool: MatchPool): void {
    this.#gateways = new GatewayGroup(gateways, this.#options.memory.sizes.slotsPerGateway);
    this.#pool = pool;
    this.#schedulePass();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Runs a change of the directory; its effects leave at the end of this pass of the event loop. */
  enter(change: (directory: Directory, nowMs: number) => void): void {
    if (this.#isStopped) return;
    change(this.directory, systemClock.nowMs());
    this.#schedulePass();
  }

  onGatewayReports(reports: readonly GatewayReport[]): void {
    this.enter((directory, nowMs) => {
      for (const report of reports) {
        if (report.kind === 'login') directory.login(report, nowMs);
        else directory.closed(report.player, report.reason, nowMs);
      }
    });
  }

  onWorkerReports(reports: readonly WorkerReport[]): void {
    this.enter((directory, nowMs) => {
      for (const report of reports) this.#onWorkerReport(report, directory, nowMs);
    });
  }

  #onWorkerReport(report: WorkerReport, directory: Directory, nowMs: number): void {
    switch (report.kind) {
      case 'opened':
        this.#options.rows.opened(report.handler);
        directory.handlerOpened(report.handler, nowMs);
        break;
      case 'request':
        directory.request(report.handler, report.player, report.request, nowMs);
        break;
      case 'wanted':
        directory.playersWanted(report.handler, report.wanted, nowMs);
        break;
      case 'seated':
        directory.seatsAdded(report.handler, report.names, nowMs);
        break;
      case 'log':
        this.#options.log.fromThread(report);
        break;
    }
  }

  // What the directory wants done.

  openHandler(spec: HandlerSpec): OpeningHandler | undefined {
    const pool = this.#pool;
    if (pool === undefined) return undefined;
    const { rows, config } = this.#options;
    const nowMs = systemClock.nowMs();
    const modeRow = this.#modeRows.get(spec.mode) ?? -1;
    const taken = rows.tryTake(pool.rows(), { modeRow, players: spec.roster.length, nowMs });
    if (taken === undefined) return undefined;
    const { handler, worker } = taken;
    const id = `${config.host.id}/${spec.mode}/${this.#nextNumber}`;
    this.#nextNumber += 1;
    const mode = config.modes[spec.mode];
    const task = {
      handler,
      id,
      mode: spec.mode,
      module: mode?.handler ?? LOBBY_MODULE,
      settings: mode?.settings ?? {},
      tickHz: mode?.tickHz ?? 0,
      roster: spec.roster,
      isLobby: spec.isLobby,
      ...(spec.quality === undefined ? {} : { quality: spec.quality }),
      seed: freshSeed(),
    };
    void pool.run(worker, task).then(({ outcome, workerLost }) => {
      rows.ended(handler);
      this.enter((directory, nowAtEnd) =>
        directory.handlerGone(handler, outcome, workerLost, nowAtEnd),
      );
    });
    return { handler, id };
  }

  forgetHandler(handler: HandlerRef): void {
    const { rows } = this.#options;
    this.#pool?.order(rows.workerOf(handler), { kind: 'forget', handler });
    rows.free(handler);
  }

  endHandler(handler: HandlerRef, reason: Reason): void {
    this.#pool?.order(this.#options.rows.workerOf(handler), { kind: 'end', handler, reason });
  }

  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void {
    this.#pool?.order(this.#options.rows.workerOf(handler), { kind: 'seats', handler, seats });
  }

  expireSeat(handler: HandlerRef, name: string): void {
    this.#pool?.order(this.#options.rows.workerOf(handler), { kind: 'expire', handler, name });
  }

  order(order: GatewayOrder): void {
    this.#gateways.order(order);
  }

  counts({ players, bots, matches, lobbies }: HostCounts): void {
    const { hosts } = this.#options.tables;
    hosts.players[0] = players;
    hosts.bots[0] = bots;
    hosts.matches[0] = matches;
    hosts.lobbies[0] = lobbies;
    hosts.heardAtMs[0] = systemClock.nowMs();
  }

  queueCounts(mode: string, counts: QueueCounts): void {
    const row = this.#modeRows.get(mode);
    if (row === undefined) return;
    const { queues } = this.#options.tables;
    queues.waiting[row] = counts.waiting;
    queues.oldestSinceMs[row] = counts.oldestSinceMs;
    queues.matches[row] = counts.matches;
    queues.matched[row] = counts.matched;
  }

  ticketEvent(event: TicketEvent): void {
    this.#options.ticketLog?.record(event);
  }

  happened(happening: Happening): void {
    for (const listener of this.#options.happenings) listener(happening);
  }

  // The pass: one step of the directory, then all batches.

  #schedulePass(): void {
    if (this.#isPassScheduled) return;
    this.#isPassScheduled = true;
    setImmediate(() => this.#pass());
  }

  #pass(): void {
    this.#isPassScheduled = false;
    if (this.#isStopped) return;
    const nowMs = systemClock.nowMs();
    const nextMs = this.directory.step(nowMs);
    this.#gateways.flush();
    this.#pool?.flush();
    this.#timer?.cancel();
    const delayMs = Math.min(STEP_MS_MAX, Math.max(1, nextMs - nowMs));
    this.#timer = systemClock.setTimer(() => this.#pass(), delayMs);
  }
}
