/**
 * One run of a simulated host: the real Directory, HostBridge (Federation, host book, summaries) and Bridge, with gateways, workers
 * and threads of virtual time around them. Test files only.
 *
 *   person --login, request--> lane --> main: Directory <--> HostBridge <--lanes--> bridge thread: Bridge <--> SimTransport
 */

import { Bridge } from '../../src/cluster-bridge/bridge.ts';
import { SUMMARY_MS } from '../../src/cluster-bridge/summary-sender.ts';
import type { BridgeOrder, BridgeReport } from '../../src/cluster-bridge/bridge-messages.ts';
import type { RemoteMatch } from '../../src/cluster-bridge/federation/federation-hosts.ts';
import { HomeProxy } from '../../src/cluster-bridge/proxy/home-proxy.ts';
import { MatchProxy } from '../../src/cluster-bridge/proxy/match-proxy.ts';
import { Directory } from '../../src/main/directory/directory.ts';
import type { HostBridge } from '../../src/main/federation/host-bridge.ts';
import type { TicketEvent } from '../../src/main/matchmaker/ticket-event.ts';
import { HandlerRows } from '../../src/main/handler-rows.ts';
import { viewTables, type HostTables } from '../../src/shared/host-memory.ts';
import { HostState } from '../../src/shared/host-table.ts';
import type { HandlerRef, PlayerRef } from '../../src/shared/ids.ts';
import type { PlayerRequest } from '../../src/shared/thread-messages.ts';
import { tinyMemory } from '../support/tiny-memory.ts';
import type { Bug } from './bugs.ts';
import { SeatNotes } from './seat-notes.ts';
import { createSimBridge, tampered } from './sim-bridge.ts';
import { SimEffects } from './sim-effects.ts';
import { SimGateway } from './sim-gateway.ts';
import { SimProcess, type Skew } from './sim-process.ts';
import { SimTransport } from './sim-transport.ts';
import { SimWorkers } from './sim-workers.ts';
import { LOBBY_CAPACITY, PLAYERS_MAX, RULES, SIZES } from './settings.ts';
import { Lane, type World } from './world.ts';

const PASS_MS = 100;
const BRIDGE_STEP_MS = 50;

export interface SimHostOptions {
  readonly world: World;
  readonly hostId: string;
  readonly run: number;
  readonly skew: Skew;
  readonly bug: Bug | undefined;
  readonly onEntered: (match: RemoteMatch) => void;
  readonly onShared: (matchId: string, handlerId: string) => void;
  /** A player has taken a seat again at this home, after having given it up: `matchId name`. */
  readonly onResumed: (seat: string) => void;
  readonly onOver: (handlerId: string) => void;
  readonly onTicket: (event: TicketEvent) => void;
}

export class SimHost {
  readonly hostId: string;
  readonly process: SimProcess;
  readonly directory: Directory;
  readonly network: HostBridge;
  readonly transport: SimTransport;
  readonly tables: HostTables;
  readonly gateway: SimGateway;
  readonly workers: SimWorkers;
  readonly seats: SeatNotes;
  readonly effects: SimEffects;
  /** When this run began, in true time. */
  readonly bornMs: number;
  readonly #options: SimHostOptions;
  readonly #rows: HandlerRows;
  readonly #bridge: Bridge;
  readonly #toBridge: Lane;
  readonly #toMain: Lane;
  #orders: BridgeOrder[] = [];
  #isPassAsked = false;
  #passNumber = 0;

  constructor(options: SimHostOptions) {
    const { world, hostId, skew, bug } = options;
    this.#options = options;
    this.hostId = hostId;
    this.bornMs = world.nowMs;
    this.process = new SimProcess(world, skew);
    this.seats = new SeatNotes(world, options.onResumed);
    const memory = tinyMemory({ ...SIZES, gateways: 2 }, 1024);
    this.tables = viewTables(memory);
    this.tables.hosts.state[0] = HostState.up;
    this.tables.workers.state[0] = 2;
    this.#rows = new HandlerRows(this.tables.handlers, this.tables.workers);
    this.#toBridge = new Lane(world);
    this.#toMain = new Lane(world);
    this.gateway = new SimGateway(this.process, () => this.directory, {
      enter: this.#enter,
      onEnded: ({ player, name }) => this.effects.left(player, name),
    });
    this.workers = new SimWorkers(world, {
      opened: (handler) => this.#enter(() => this.#opened(handler)),
      wanted: (handler, wanted) =>
        this.#enter(() => this.directory.playersWanted(handler, wanted, this.nowMs)),
      seated: (handler, names) =>
        this.#enter(() => this.directory.seatsAdded(handler, names, this.nowMs)),
      gone: (handler, outcome) =>
        this.#enter(() => {
          this.#rows.ended(handler);
          options.onOver(this.effects.ids.get(handler) ?? '');
          this.directory.handlerGone(handler, outcome, false, this.nowMs);
        }),
    });
    this.effects = new SimEffects({
      world,
      hostId,
      run: options.run,
      rows: this.#rows,
      tables: this.tables,
      workers: this.workers,
      gateway: this.gateway,
      nowMs: () => this.nowMs,
      onSeated: (seats) => this.seats.matched(seats.map(({ name }) => name)),
      onTicket: (event) => {
        if (event.kind === 'backfilled') {
          const isHere = event.matchId.startsWith(`${hostId}.`);
          world.mark(isHere ? 'filled from here' : 'filled from another host');
        }
        options.onTicket(event);
      },
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
      this.effects,
    );
    bug?.prepare?.(this.directory);
    this.network = this.#createNetwork();
    this.effects.join(this.network);
    const { clock } = this.process;
    const self = this.network.self;
    this.transport = new SimTransport(self, {
      deliver: (run) => this.process.run('bridge', run),
      isPaused: () => this.process.isPaused('bridge'),
    });
    const { players, handlers } = this.tables;
    this.#bridge = new Bridge({
      home: new HomeProxy({
        players,
        handlers,
        gateways: [],
        slotsPerGateway: SIZES.slotsPerGateway,
      }),
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
    for (const { handlerId, host } of this.effects.remotes.values()) {
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

  #createNetwork(): HostBridge {
    const { world, hostId, bug } = this.#options;
    const { clock } = this.process;
    return createSimBridge({
      hostId,
      incarnation: clock.wallMs(),
      world,
      bug,
      clock,
      config: {
        players: { capacity: PLAYERS_MAX, lobbyCapacity: LOBBY_CAPACITY, graceSeconds: 2 },
      },
      memory: { sizes: { ...SIZES, hasBridge: true } },
      tables: this.tables,
      rows: this.#rows,
      directory: this.directory,
      enter: (change) => this.#enter(change),
      order: (order) => this.#order(order),
      flush: () => this.#flush(),
      onEntered: (match, handler) => this.#entered(match, handler),
      onShared: (matchId, handlerId) => {
        this.#options.onShared(matchId, handlerId);
        world.mark('match shared');
      },
      onFilledOwn: () => world.mark('match of several hosts filled from here'),
    });
  }

  #order(order: BridgeOrder): void {
    this.#orders.push(order);
    this.seats.note(order);
  }

  #entered(match: RemoteMatch, handler: HandlerRef): void {
    const { world } = this.#options;
    this.effects.remotes.set(handler, match);
    if (match.host.hostId === this.hostId) this.seats.offered(match, this.hostId);
    this.seats.matched(match.seats.map(({ name }) => name));
    this.#options.onEntered(match);
    world.mark(match.host.hostId === this.hostId ? 'entered here' : 'entered elsewhere');
    world.trace(`${this.hostId} enters ${match.matchId}`);
  }
}
