/**
 * A shell for the directory's examples that carries nothing out: it writes down what was asked of it, gives out handler
 * rows, and moves time only when told.
 */

import { Directory } from '../../../src/main/directory/directory.ts';
import type {
  DirectoryEffects,
  Happening,
  HandlerSeat,
  HandlerSpec,
  HostCounts,
  QueueCounts,
} from '../../../src/main/directory/directory-effects.ts';
import type { DirectoryLimits } from '../../../src/main/directory/directory-options.ts';
import type { RatingBook } from '../../../src/main/matchmaker/rating-book.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import type { ClientEvent } from '../../../src/shared/client-event.ts';
import { handlerRef, playerRef, type HandlerRef, type PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { GatewayOrder, PlayerRequest } from '../../../src/shared/thread-messages.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import type { TicketEvent } from '../../../src/main/matchmaker/ticket-event.ts';

export const GRACE_MS = 10_000;

export interface RecorderOptions {
  readonly hostId?: string;
  readonly lobbyCapacity?: number;
  readonly playersMax?: number;
  readonly limits?: Partial<DirectoryLimits>;
  readonly modes?: readonly ModeRules[];
  readonly greeters?: ReadonlyMap<string, string>;
  readonly ratings?: RatingBook;
}

const MODES: readonly ModeRules[] = [
  { name: 'ctf', teams: 2, teamSize: 2, minTeamSize: 2, tickHz: 10, graceMs: GRACE_MS },
  { name: 'duel', teams: 2, teamSize: 1, minTeamSize: 1, tickHz: 10, graceMs: 0 },
];

/** What one handler was opened with. */
export interface OpenedHandler extends HandlerSpec {
  readonly handler: HandlerRef;
}

export class Recorder implements DirectoryEffects {
  readonly directory: Directory;
  nowMs: number = 1_000;
  /** How many more handlers there is room for. */
  room: number = Infinity;
  readonly orders: GatewayOrder[] = [];
  readonly opened: OpenedHandler[] = [];
  readonly forgotten: HandlerRef[] = [];
  readonly added: { handler: HandlerRef; seats: readonly HandlerSeat[] }[] = [];
  readonly ended: { handler: HandlerRef; reason: Reason }[] = [];
  readonly expired: { handler: HandlerRef; name: string }[] = [];
  readonly happenings: Happening[] = [];
  readonly ticketEvents: TicketEvent[] = [];
  readonly told: HostCounts[] = [];
  readonly toldQueues: Map<string, QueueCounts> = new Map<string, QueueCounts>();
  #slots = 0;

  constructor(options: RecorderOptions = {}) {
    const modes = new Map((options.modes ?? MODES).map((rules) => [rules.name, rules]));
    this.directory = new Directory(
      {
        hostId: options.hostId ?? 'h',
        modes,
        lobbyCapacity: options.lobbyCapacity ?? 10,
        playersMax: options.playersMax ?? 100,
        seed: 1,
        practiceToken: 'secret',
        limits: options.limits ?? {},
        ...(options.ratings === undefined ? {} : { ratings: options.ratings }),
        ...(options.greeters === undefined ? {} : { greeters: options.greeters }),
      },
      this,
    );
  }

  openHandler(spec: HandlerSpec): { handler: HandlerRef; id: string } | undefined {
    if (this.room <= 0) return undefined;
    this.room -= 1;
    const handler = handlerRef(this.opened.length, 1);
    this.opened.push({ ...spec, handler });
    return { handler, id: `h/${spec.mode}/${this.opened.length}` };
  }

  forgetHandler(handler: HandlerRef): void {
    this.forgotten.push(handler);
  }

  endHandler(handler: HandlerRef, reason: Reason): void {
    this.ended.push({ handler, reason });
  }

  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void {
    this.added.push({ handler, seats });
  }

  expireSeat(handler: HandlerRef, name: string): void {
    this.expired.push({ handler, name });
  }

  order(order: GatewayOrder): void {
    this.orders.push(order);
  }

  ticketEvent(event: TicketEvent): void {
    this.ticketEvents.push(event);
  }

  happened(happening: Happening): void {
    this.happenings.push(happening);
  }

  counts(counts: HostCounts): void {
    this.told.push(counts);
  }

  queueCounts(mode: string, counts: QueueCounts): void {
    this.toldQueues.set(mode, counts);
  }

  /** Moves time on and runs a step. */
  step(byMs = 0): number {
    this.nowMs += byMs;
    return this.directory.step(this.nowMs);
  }

  /** Steps, and reports every handler as open that is being opened. */
  settle(): void {
    let count = -1;
    while (count !== this.opened.length) {
      count = this.opened.length;
      this.step();
      for (const { handler } of this.opened) this.directory.handlerOpened(handler, this.nowMs);
    }
    this.step();
  }

  /** A login on a connection of its own. */
  login(
    name: string,
    fields: { token?: string; listener?: string; atMs?: number } = {},
  ): PlayerRef {
    this.#slots += 1;
    const player = playerRef(this.#slots, 1);
    this.directory.login(
      {
        kind: 'login',
        player,
        name,
        token: fields.token,
        address: '127.0.0.1',
        listener: fields.listener ?? 'frame',
        view: ClientView.frame,
        atMs: fields.atMs ?? this.nowMs,
      },
      this.nowMs,
    );
    return player;
  }

  drop(player: PlayerRef, reason: Reason = Reason.disconnected): void {
    this.directory.closed(player, reason, this.nowMs);
  }

  /** A request through the handler that the player was last sent to. */
  ask(player: PlayerRef, request: PlayerRequest): void {
    this.directory.request(this.routeOf(player) ?? 0, player, request, this.nowMs);
  }

  queue(mode: string, ...players: readonly PlayerRef[]): void {
    for (const player of players) this.ask(player, { ask: 'queue', mode });
  }

  gone(handler: HandlerRef, reason: Reason, workerLost = false): void {
    const outcome = { reason, result: undefined, error: undefined };
    this.directory.handlerGone(handler, outcome, workerLost, this.nowMs);
  }

  /** Two players in a running duel, four in a running ctf. */
  match(mode: string, ...players: readonly PlayerRef[]): HandlerRef {
    this.queue(mode, ...players);
    this.settle();
    return this.lastMatch().handler;
  }

  lastMatch(): OpenedHandler {
    const match = this.opened.findLast(({ isLobby }) => !isLobby);
    if (match === undefined) throw new Error('Cannot find a match: none was opened');
    return match;
  }

  lobbies(): OpenedHandler[] {
    return this.opened.filter(({ isLobby }) => isLobby);
  }

  /** The handler that the last admit or move sent the player to. */
  routeOf(player: PlayerRef): HandlerRef | undefined {
    const order = this.routing(player).at(-1);
    return order?.handler;
  }

  /** All admits and moves of a player. */
  routing(player: PlayerRef): Extract<GatewayOrder, { kind: 'admit' | 'move' }>[] {
    return this.orders.filter(
      (order) =>
        (order.kind === 'admit' && order.player === player) ||
        (order.kind === 'move' && order.players.includes(player)),
    ) as Extract<GatewayOrder, { kind: 'admit' | 'move' }>[];
  }

  /** All refusals and closings of a player. */
  goodbyes(player: PlayerRef): Extract<GatewayOrder, { kind: 'refuse' | 'close' }>[] {
    return this.orders.filter(
      (order) => (order.kind === 'refuse' || order.kind === 'close') && order.player === player,
    ) as Extract<GatewayOrder, { kind: 'refuse' | 'close' }>[];
  }

  /** All events that a player was sent, in order. */
  events(player: PlayerRef): ClientEvent[] {
    return this.orders.flatMap((order) =>
      order.kind === 'event' && (order.players === undefined || order.players.includes(player))
        ? [order.event]
        : [],
    );
  }

  lastEvent(player: PlayerRef): ClientEvent | undefined {
    return this.events(player).at(-1);
  }
}
