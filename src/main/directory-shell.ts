/**
 * The thin shell around the directory: brings reports in, carries its effects out in batches, gives it time. Main thread.
 *
 *   reports -> enter() -> Directory -> effects -> per-thread batches -> flush() once a pass of the event loop
 */

import { systemClock, type Timer } from '../shared/clock.ts';
import { slotOf, type HandlerRef, type PlayerRef } from '../shared/ids.ts';
import { readName } from '../shared/player-table.ts';
import type { Reason } from '../shared/reason.ts';
import type { GatewayOrder, GatewayReport, WorkerReport } from '../shared/thread-messages.ts';
import type { HostConfig } from './config/host-config.ts';
import type {
  DirectoryEffects,
  FederationEffects,
  Happening,
  HandlerSeat,
  HandlerSpec,
  HostCounts,
  OpeningHandler,
  QueueCounts,
} from './directory/directory-effects.ts';
import { Directory } from './directory/directory.ts';
import type { LoginReport } from './directory/logins.ts';
import type { HostBridge } from './federation/host-bridge.ts';
import type { DirectoryShellOptions } from './directory-shell-options.ts';
import { GatewayGroup } from './gateway-group.ts';
import type { GatewayThread } from './gateway-thread.ts';
import { HandlerDesk } from './handler-desk.ts';
import { LifeRecorder } from './life/life-recorder.ts';
import { houseRules, otherGames, rulesOfModes } from './network-config/directory-settings.ts';
import type { TicketEvent } from './matchmaker/ticket-event.ts';
import type { MatchPool } from './match-pool.ts';

/** The directory is asked at least this often. */
const STEP_MS_MAX = 100;

type RequestReport = Extract<WorkerReport, { kind: 'request' }>;

export class DirectoryShell implements DirectoryEffects {
  readonly directory: Directory;
  readonly #options: DirectoryShellOptions;
  readonly #life: LifeRecorder;
  #config: HostConfig;
  #gateways = new GatewayGroup([], 1);
  readonly #handlers: HandlerDesk;
  #bridge: HostBridge | undefined;
  #isPassScheduled = false;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: DirectoryShellOptions) {
    const { config } = options;
    this.#options = options;
    this.#config = config;
    this.#handlers = new HandlerDesk({
      ...options,
      config: () => this.#config,
      onOpening: ({ handler, id }, { isLobby }) => this.#life.handlerOpened(handler, id, isLobby),
      onEnd: (handler, { outcome, workerLost }) =>
        this.enter((directory, nowMs) =>
          directory.handlerGone(handler, outcome, workerLost, nowMs),
        ),
    });
    this.directory = new Directory(
      {
        hostId: config.host.id,
        modes: rulesOfModes(config),
        house: houseRules(config),
        lobbyCapacity: config.players.lobbyCapacity,
        playersMax: config.players.capacity,
        seed: options.seed,
        ratings: options.ratings,
        practiceToken: options.practiceToken,
        wallMs: () => systemClock.wallMs(),
        greeters: new Map(config.listeners.map(({ name, greeter }) => [name, greeter])),
      },
      this,
    );
    this.#life = new LifeRecorder({
      book: options.life,
      source: {
        player: (key) => this.directory.find(key, systemClock.nowMs())?.player,
        why: (key) => this.directory.why(key, systemClock.nowMs()),
        order: (order) => this.#gateways.order(order),
      },
      clock: systemClock,
      log: options.log,
    });
  }

  /** Connects the threads; from now on the directory takes its steps. */
  attach(gateways: readonly GatewayThread[], pool: MatchPool): void {
    this.#gateways = new GatewayGroup(gateways, this.#options.memory.sizes.slotsPerGateway);
    this.#handlers.attach(pool);
    this.#schedulePass();
  }

  /** Makes the host part of a network. */
  join(bridge: HostBridge): void {
    this.#bridge = bridge;
    this.#handlers.join(bridge);
  }

  /** What the directory tells the network; undefined on a host that is alone. */
  get federation(): FederationEffects | undefined {
    return this.#bridge;
  }

  /** The configuration in force is another one: in one go, between two passes. */
  useConfig(config: HostConfig): void {
    const before = this.#config;
    this.#config = config;
    // Before what the change does to tickets: that happens under the new rules.
    this.#options.ticketLog?.useConfig(config);
    this.enter((directory, nowMs) => {
      directory.setModes(rulesOfModes(config), nowMs);
      for (const mode of otherGames(before, config)) directory.releaseQuarantine(mode);
      directory.setHouse(houseRules(config), nowMs);
    });
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
        this.#life.onReport(report);
        const { logins } = this.#options;
        if (report.kind === 'login') logins.login(report);
        else if (report.kind === 'closed' && !logins.closed(report.player)) {
          directory.closed(report.player, report.reason, nowMs);
        }
      }
    });
  }

  /** The login desk lets somebody in, under a name that it may have corrected. False when the directory refuses. */
  admit(report: LoginReport): boolean {
    this.#life.onReport(report);
    let isIn = false;
    this.enter((directory, nowMs) => void (isIn = directory.login(report, nowMs)));
    return isIn;
  }

  /** The login desk lets somebody not in. */
  refuse(player: PlayerRef, { reason, message }: { reason: Reason; message: string }): void {
    this.enter(() => this.order({ kind: 'refuse', player, reason, message }));
  }

  /** See Directory.expel(). */
  expel(name: string, reason: Reason, message: string): string | undefined {
    let expelled: string | undefined;
    this.enter((directory, nowMs) => {
      expelled = directory.expel(name, reason, message, nowMs);
    });
    return expelled;
  }

  get gateways(): GatewayGroup {
    return this.#gateways;
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
        this.#onRequest(report, nowMs);
        break;
      case 'wanted':
        directory.playersWanted(report.handler, report.wanted, nowMs);
        break;
      case 'seated':
        directory.seatsAdded(report.handler, report.names, nowMs);
        break;
      case 'watched':
        this.#options.onWatched(report);
        break;
      case 'log':
        this.#options.log.fromThread(report);
        break;
    }
  }

  /** Of a player of this host, or of another one that plays here: that one's home answers it. */
  #onRequest({ handler, player, request }: RequestReport, nowMs: number): void {
    const { tables, memory } = this.#options;
    const slot = slotOf(player);
    if (slot < memory.sizes.gateways * memory.sizes.slotsPerGateway) {
      this.directory.request(handler, player, request, nowMs);
    } else this.#bridge?.guestRequest(handler, readName(tables.players, slot), request);
  }

  /** Has the match's worker report what its players see, or stop that. */
  watchHandler(handler: HandlerRef, isWatched: boolean): void {
    const kind = isWatched ? 'watch' : 'unwatch';
    this.#handlers.order({ kind, handler });
    this.#schedulePass();
  }

  // What the directory wants done.

  openHandler(spec: HandlerSpec): OpeningHandler | undefined {
    return this.#handlers.open(spec);
  }

  forgetHandler(handler: HandlerRef): void {
    this.#life.handlerForgotten(handler);
    this.#handlers.forget(handler);
  }

  endHandler(handler: HandlerRef, reason: Reason): void {
    this.#handlers.order({ kind: 'end', handler, reason });
  }

  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void {
    this.#handlers.order({ kind: 'seats', handler, seats });
  }

  expireSeat(handler: HandlerRef, name: string): void {
    this.#handlers.order({ kind: 'expire', handler, name });
  }

  order(order: GatewayOrder): void {
    this.#life.onOrder(order);
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
    this.#options.modeRows.store(mode, counts);
  }

  ticketEvent(event: TicketEvent): void {
    this.#options.ticketLog?.record(event);
    this.#life.onTicketEvent(event);
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
    const stepMs = this.directory.step(nowMs);
    const nextMs = Math.min(stepMs, this.#bridge?.step(nowMs) ?? Infinity);
    this.#life.step(nowMs);
    this.#gateways.flush();
    this.#handlers.flush();
    this.#timer?.cancel();
    const delayMs = Math.min(STEP_MS_MAX, Math.max(1, nextMs - nowMs));
    this.#timer = systemClock.setTimer(() => this.#pass(), delayMs);
  }
}
