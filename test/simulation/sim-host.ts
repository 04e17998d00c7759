/**
 * One run of a simulated host: the real Directory, HostBridge (Federation, host book, summaries) and Bridge, with gateways, workers
 * and threads of virtual time around them. Test files only.
 *
 *   person --login, request--> lane --> main: Directory <--> HostBridge <--lanes--> bridge thread: Bridge <--> SimTransport
 */

import assert from 'node:assert/strict';
import { Bridge, SUMMARY_MS } from '../../src/cluster-bridge/bridge.ts';
import type { BridgeOrder, BridgeReport } from '../../src/cluster-bridge/bridge-messages.ts';
import type { RemoteMatch } from '../../src/cluster-bridge/federation/federation-hosts.ts';
import type { FederationMessage } from '../../src/cluster-bridge/federation/federation-messages.ts';
import { HomeProxy } from '../../src/cluster-bridge/proxy/home-proxy.ts';
import { MatchProxy } from '../../src/cluster-bridge/proxy/match-proxy.ts';
import type {
  DirectoryEffects,
  FederationEffects,
  HandlerSpec,
  HostCounts,
  OpeningHandler,
  QueueCounts,
} from '../../src/main/directory/directory-effects.ts';
import { Directory } from '../../src/main/directory/directory.ts';
import { HostBridge, type HostBridgeOptions } from '../../src/main/federation/host-bridge.ts';
import { HandlerRows } from '../../src/main/handler-rows.ts';
import { viewTables, type HostTables } from '../../src/shared/host-memory.ts';
import { HostState } from '../../src/shared/host-table.ts';
import type { HandlerRef, PlayerRef } from '../../src/shared/ids.ts';
import type { Reason } from '../../src/shared/reason.ts';
import type { GatewayOrder, PlayerRequest } from '../../src/shared/thread-messages.ts';
import { silentLog } from '../support/silent-log.ts';
import { tinyMemory } from '../support/tiny-memory.ts';
import type { Bug } from './bugs.ts';
import { SimGateway } from './sim-gateway.ts';
import { SimProcess, type Skew } from './sim-process.ts';
import { SimTransport } from './sim-transport.ts';
import { SimWorkers } from './sim-workers.ts';
import { MODES, RULES } from './settings.ts';
import { Lane, type World } from './world.ts';

const SIZES = {
  gateways: 2,
  slotsPerGateway: 64,
  handlers: 64,
  workerRows: 1,
  queues: 4,
  hosts: 8,
} as const;
const PLAYERS_MAX = 64;
const LOBBY_CAPACITY = 8;
const PASS_MS = 100;
const BRIDGE_STEP_MS = 50;

export interface SimHostOptions {
  readonly world: World;
  readonly hostId: string;
  readonly run: number;
  readonly skew: Skew;
  readonly bug: Bug | undefined;
  readonly onEntered: (match: RemoteMatch) => void;
  readonly onOver: (handlerId: string) => void;
}

export class SimHost implements DirectoryEffects {
  readonly hostId: string;
  readonly process: SimProcess;
  readonly directory: Directory;
  readonly network: HostBridge;
  readonly federation: FederationEffects;
  readonly transport: SimTransport;
  readonly tables: HostTables;
  readonly gateway: SimGateway;
  readonly workers: SimWorkers;
  /** By the row that stands for it. */
  readonly remotes: Map<HandlerRef, RemoteMatch> = new Map();
  /** `matchId name` of seats that players of this host gave up, and the match's host was told. */
  readonly released: Set<string> = new Set();
  /** How many players were here since when, in true time. */
  readonly history: { readonly atMs: number; readonly players: number }[] = [
    { atMs: 0, players: 0 },
  ];
  readonly #options: SimHostOptions;
  readonly #rows: HandlerRows;
  readonly #bridge: Bridge;
  readonly #toBridge: Lane;
  readonly #toMain: Lane;
  readonly #handlerIds = new Map<HandlerRef, string>();
  #orders: BridgeOrder[] = [];
  #isPassAsked = false;
  #passNumber = 0;
  #numbers = 0;

  constructor(options: SimHostOptions) {
    const { world, hostId, skew, bug } = options;
    this.#options = options;
    this.hostId = hostId;
    this.process = new SimProcess(world, skew);
    const memory = tinyMemory({ ...SIZES, gateways: 2 }, 1024);
    this.tables = viewTables(memory);
    this.tables.hosts.state[0] = HostState.up;
    this.tables.workers.state[0] = 2;
    this.#rows = new HandlerRows(this.tables.handlers, this.tables.workers);
    this.#toBridge = new Lane(world);
    this.#toMain = new Lane(world);
    this.gateway = new SimGateway(this.process, () => this.directory, this.#enter);
    this.workers = new SimWorkers(world, {
      opened: (handler) => this.#enter(() => this.#opened(handler)),
      gone: (handler, outcome) =>
        this.#enter(() => {
          this.#rows.ended(handler);
          options.onOver(this.#handlerIds.get(handler) ?? '');
          this.directory.handlerGone(handler, outcome, false, this.nowMs);
        }),
    });
    this.directory = new Directory(
      {
        hostId,
        modes: RULES,
        lobbyCapacity: LOBBY_CAPACITY,
        playersMax: PLAYERS_MAX,
        seed: world.random.below(1_000),
        practiceToken: undefined,
        wallMs: () => this.process.clock.wallMs(),
      },
      this,
    );
    bug?.prepare?.(this.directory);
    this.network = this.#createNetwork(bug);
    this.federation = this.network;
    const { clock } = this.process;
    const self = this.network.self;
    this.transport = new SimTransport(self, {
      deliver: (run) => this.process.run('bridge', run),
      isPaused: () => this.process.isPaused('bridge'),
    });
    const { players, handlers } = this.tables;
    this.#bridge = new Bridge({
      home: new HomeProxy({ players, gateways: [], slotsPerGateway: SIZES.slotsPerGateway }),
      match: new MatchProxy({ players, handlers, firstSlot: 64, slots: 64, nowMs: clock.nowMs }),
      nowMs: clock.nowMs,
      report: (report) => this.#report(report),
      request: () => {},
    });
  }

  get nowMs(): number {
    return this.process.clock.nowMs();
  }

  /** Players of this host are in a match on another one. */
  get hasPlayersElsewhere(): boolean {
    const remote = new Set<string>();
    for (const { handlerId, host } of this.remotes.values()) {
      if (host.hostId !== this.hostId) remote.add(handlerId);
    }
    return remote.size > 0 && [...this.directory.matches()].some(({ id }) => remote.has(id));
  }

  start(): void {
    void this.transport.start(this.#bridge);
    this.#askPass();
    this.#bridgeStep();
  }

  kill(): void {
    this.process.isDead = true;
    this.#options.world.trace(`${this.hostId} dies`);
  }

  /** A person asks something, through the handler that its gateway thinks it is in. */
  ask(player: PlayerRef, handler: HandlerRef, request: PlayerRequest): void {
    this.#enter(() => this.directory.request(handler, player, request, this.nowMs));
  }

  /** A player of another host asks something, through a match that runs here. */
  guestAsks(handler: HandlerRef, name: string, request: PlayerRequest): void {
    this.#enter(() => void this.network.guestRequest(handler, name, request));
  }

  setDraining(isDraining: boolean): void {
    this.#enter(() => {
      if (isDraining) this.directory.startDraining(this.nowMs);
      else this.directory.stopDraining();
      this.tables.hosts.state[0] = isDraining ? HostState.draining : HostState.up;
    });
  }

  // DirectoryEffects.

  openHandler(spec: HandlerSpec): OpeningHandler | undefined {
    const modeRow = spec.isLobby ? -1 : modeRowOf(spec.mode);
    const players = spec.roster.length;
    const taken = this.#rows.tryTake([0], { modeRow, players, nowMs: this.nowMs });
    if (taken === undefined) return undefined;
    const names = new Set(spec.roster.map(({ name }) => name));
    assert.equal(names.size, players, 'no player has two seats of a match');
    this.#numbers += 1;
    const { handler } = taken;
    const id = `${this.hostId}.${this.#options.run}/${spec.mode}/${this.#numbers}`;
    this.#handlerIds.set(handler, id);
    this.workers.open({ ...spec, handler, id, isOpen: false });
    return { handler, id };
  }

  forgetHandler(handler: HandlerRef): void {
    if (this.network.isRemote(handler)) this.network.forget(handler);
    else this.#rows.free(handler);
    this.remotes.delete(handler);
  }

  endHandler(handler: HandlerRef, reason: Reason): void {
    this.workers.end({ handler }, reason);
  }

  addSeats(): void {}

  expireSeat(handler: HandlerRef, name: string): void {
    const known = this.workers.handlers.get(handler);
    assert(known === undefined || known.roster.some((seat) => seat.name === name));
  }

  order(order: GatewayOrder): void {
    this.gateway.order(order);
  }

  ticketEvent(): void {}

  happened({ kind }: { readonly kind: string }): void {
    this.#options.world.mark(kind);
    this.#options.world.trace(`${this.hostId} ${kind}`);
  }

  counts({ players, matches, lobbies }: HostCounts): void {
    const { hosts } = this.tables;
    hosts.players[0] = players;
    hosts.matches[0] = matches;
    hosts.lobbies[0] = lobbies;
    this.history.push({ atMs: this.#options.world.nowMs, players });
  }

  queueCounts(mode: string, counts: QueueCounts): void {
    const row = modeRowOf(mode);
    this.tables.queues.waiting[row] = counts.waiting;
    this.tables.queues.oldestSinceMs[row] = counts.oldestSinceMs;
  }

  // Threads.

  readonly #enter = (change: () => void): void => {
    this.process.run('main', () => {
      change();
      this.#askPass();
    });
  };

  #opened(handler: HandlerRef): void {
    this.#rows.opened(handler);
    this.directory.handlerOpened(handler, this.nowMs);
  }

  #askPass(): void {
    if (this.#isPassAsked) return;
    this.#isPassAsked = true;
    this.process.after('main', 0.1, () => this.#pass());
  }

  #pass(): void {
    this.#isPassAsked = false;
    this.#passNumber += 1;
    const number = this.#passNumber;
    const { nowMs } = this;
    const stepMs = this.directory.step(nowMs);
    const nextMs = Math.min(stepMs, this.network.step(nowMs));
    const delayMs = Math.min(PASS_MS, Math.max(1, nextMs - nowMs));
    this.process.after('main', delayMs, () => {
      if (number === this.#passNumber) this.#pass();
    });
  }

  #bridgeStep(): void {
    this.#bridge.step();
    const byMs = Math.min(SUMMARY_MS, BRIDGE_STEP_MS);
    this.process.after('bridge', byMs, () => this.#bridgeStep());
  }

  #flush(): void {
    if (this.#orders.length === 0) return;
    const batch = this.#orders;
    this.#orders = [];
    const delayMs = this.#options.world.between(0, 2);
    this.#toBridge.send(delayMs, () => this.process.run('bridge', () => this.#bridge.apply(batch)));
  }

  #report(report: BridgeReport): void {
    const { world, bug } = this.#options;
    this.#toMain.send(world.between(0, 2), () =>
      this.process.run('main', () => {
        const seen = bug === undefined ? report : tampered(bug, report, this.nowMs);
        if (seen !== undefined) this.network.onReports([seen]);
      }),
    );
  }

  #createNetwork(bug: Bug | undefined): HostBridge {
    const { clock } = this.process;
    const { world, hostId } = this.#options;
    let isStarting = true;
    // A bug may be that the host does not know when it was started.
    const startedMs = bug?.hasNoRestartWait === true ? clock.nowMs() - 100_000 : clock.nowMs();
    const network = new WatchedBridge(
      {
        self: { hostId, incarnation: clock.wallMs() },
        config: {
          players: { capacity: PLAYERS_MAX, lobbyCapacity: LOBBY_CAPACITY, graceSeconds: 2 },
        },
        memory: { sizes: { ...SIZES, hasBridge: true } },
        tables: this.tables,
        rows: this.#rows,
        log: silentLog(),
        seed: world.random.below(1_000),
        clock: { ...clock, nowMs: () => (isStarting ? startedMs : clock.nowMs()) },
        directory: this.directory,
        rules: () => RULES,
        configVersion: () => 1,
        modeRowOf,
        enter: (change) => this.#enter(change),
        publish: (kind) => world.mark(kind),
        ...(bug?.times && { times: bug.times }),
      },
      (match, handler) => this.#entered(match, handler),
    );
    isStarting = false;
    network.attach({
      order: (order) => {
        if (order.kind === 'send' && order.message.kind === 'seatReleased') {
          this.released.add(`${order.message.matchId} ${order.message.name}`);
          world.mark('seat released');
        }
        this.#orders.push(order);
      },
      flush: () => this.#flush(),
      // What the bridge has carried is nobody's question here.
      counts: () => new Promise(() => {}),
    });
    return network;
  }

  #entered(match: RemoteMatch, handler: HandlerRef): void {
    const { world } = this.#options;
    this.remotes.set(handler, match);
    this.#options.onEntered(match);
    world.mark(match.host.hostId === this.hostId ? 'entered here' : 'entered elsewhere');
    world.trace(`${this.hostId} enters ${match.matchId}`);
  }
}

class WatchedBridge extends HostBridge {
  readonly #onEntered: (match: RemoteMatch, handler: HandlerRef) => void;

  constructor(
    options: HostBridgeOptions,
    onEntered: (match: RemoteMatch, handler: HandlerRef) => void,
  ) {
    super(options);
    this.#onEntered = onEntered;
  }

  override openRemote(match: RemoteMatch): HandlerRef | undefined {
    const handler = super.openRemote(match);
    if (handler !== undefined) this.#onEntered(match, handler);
    return handler;
  }
}

function modeRowOf(mode: string): number {
  return MODES.findIndex(({ name }) => name === mode);
}

function tampered(bug: Bug, report: BridgeReport, nowMs: number): BridgeReport | undefined {
  if (report.kind !== 'message') return bug.report === undefined ? report : bug.report(report);
  if (bug.message === undefined) return report;
  // Of the messages that a simulated host sends, none but the federation's is tampered with.
  const told = report.message as FederationMessage;
  const message = bug.message(told, { from: report.from, nowMs });
  return message && { ...report, message };
}
