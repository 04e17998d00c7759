/** What the directory of a simulated host has done: handlers on its workers, orders to its gateway, tables. Test files only. */

import assert from 'node:assert/strict';
import type { RemoteMatch } from '../../src/cluster-bridge/federation/federation-hosts.ts';
import type {
  DirectoryEffects,
  FederationEffects,
  HandlerSeat,
  HandlerSpec,
  HostCounts,
  OpeningHandler,
  QueueCounts,
} from '../../src/main/directory/directory-effects.ts';
import type { HostBridge } from '../../src/main/federation/host-bridge.ts';
import type { TicketEvent } from '../../src/main/matchmaker/ticket-event.ts';
import type { HandlerRows } from '../../src/main/handler-rows.ts';
import type { HostTables } from '../../src/shared/host-memory.ts';
import type { HandlerRef, PlayerRef } from '../../src/shared/ids.ts';
import type { Reason } from '../../src/shared/reason.ts';
import type { GatewayOrder } from '../../src/shared/thread-messages.ts';
import { modeRowOf } from './sim-bridge.ts';
import type { SimGateway } from './sim-gateway.ts';
import type { SimWorkers } from './sim-workers.ts';
import type { World } from './world.ts';

export interface SimEffectsOptions {
  readonly world: World;
  readonly hostId: string;
  readonly run: number;
  readonly rows: HandlerRows;
  readonly tables: HostTables;
  readonly workers: SimWorkers;
  readonly gateway: SimGateway;
  readonly nowMs: () => number;
  readonly onTicket: (event: TicketEvent) => void;
  readonly onSeated: (seats: readonly HandlerSeat[]) => void;
}

export class SimEffects implements DirectoryEffects {
  /** How many players were here since when, in true time. */
  readonly history: { readonly atMs: number; readonly players: number }[] = [
    { atMs: 0, players: 0 },
  ];
  /** Ids of all handlers that were ever opened here. */
  readonly ids: Map<HandlerRef, string> = new Map();
  /** By the row that stands for it. */
  readonly remotes: Map<HandlerRef, RemoteMatch> = new Map();
  readonly #options: SimEffectsOptions;
  /** Where players were sent last. */
  readonly #routes = new Map<PlayerRef, HandlerRef>();
  #network: HostBridge | undefined;
  #numbers = 0;

  constructor(options: SimEffectsOptions) {
    this.#options = options;
  }

  join(network: HostBridge): void {
    this.#network = network;
  }

  get federation(): FederationEffects | undefined {
    return this.#network;
  }

  openHandler(spec: HandlerSpec): OpeningHandler | undefined {
    const modeRow = spec.isLobby ? -1 : modeRowOf(spec.mode);
    const players = spec.roster.length;
    const taken = this.#options.rows.tryTake([0], {
      modeRow,
      players,
      nowMs: this.#options.nowMs(),
    });
    if (taken === undefined) return undefined;
    const names = new Set(spec.roster.map(({ name }) => name));
    assert.equal(names.size, players, 'no player has two seats of a match');
    this.#numbers += 1;
    const { handler } = taken;
    const id = `${this.#options.hostId}.${this.#options.run}/${spec.mode}/${this.#numbers}`;
    this.ids.set(handler, id);
    this.#options.workers.open({ ...spec, handler, id });
    this.#options.onSeated(spec.roster);
    return { handler, id };
  }

  forgetHandler(handler: HandlerRef): void {
    if (this.#network?.isRemote(handler)) this.#network.forget(handler);
    else this.#options.rows.free(handler);
    this.remotes.delete(handler);
  }

  endHandler(handler: HandlerRef, reason: Reason): void {
    this.#options.workers.end({ handler }, reason);
  }

  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void {
    this.#options.workers.addSeats(handler, seats);
    this.#options.onSeated(seats);
  }

  expireSeat(handler: HandlerRef, name: string): void {
    this.#options.workers.expireSeat(handler, name);
  }

  order(order: GatewayOrder): void {
    const { gateway } = this.#options;
    if (order.kind === 'admit') this.#routes.set(order.player, order.handler);
    if (order.kind === 'move') {
      for (const player of order.players) {
        const name = gateway.connections.get(player)?.name ?? '';
        if (this.#routes.get(player) !== order.handler) this.left(player, name);
        this.#routes.set(player, order.handler);
      }
    }
    gateway.order(order);
  }

  /** The handler where the player was last hears the LEAVE, if it runs here. */
  left(player: PlayerRef, name: string): void {
    const handler = this.#routes.get(player);
    if (handler !== undefined) this.#options.workers.left(handler, name);
  }

  ticketEvent(event: TicketEvent): void {
    this.#options.onTicket(event);
  }

  happened({ kind }: { readonly kind: string }): void {
    this.#options.world.mark(kind);
    this.#options.world.trace(`${this.#options.hostId} ${kind}`);
  }

  counts({ players, matches, lobbies }: HostCounts): void {
    const { hosts } = this.#options.tables;
    hosts.players[0] = players;
    hosts.matches[0] = matches;
    hosts.lobbies[0] = lobbies;
    this.history.push({ atMs: this.#options.world.nowMs, players });
  }

  queueCounts(mode: string, counts: QueueCounts): void {
    const row = modeRowOf(mode);
    this.#options.tables.queues.waiting[row] = counts.waiting;
    this.#options.tables.queues.queued[row] = counts.queued;
    this.#options.tables.queues.oldestSinceMs[row] = counts.oldestSinceMs;
  }
}
