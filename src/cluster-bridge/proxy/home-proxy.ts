/**
 * The bridge as a worker: for the gateways of this host it is the worker of every match that runs on another host. Bridge
 * thread.
 *
 *   gateways --JOIN, DATA, LEAVE--> rings up[g][bridge row]   --route--> link of the match's host
 *   gateways <--DATA, LEFT, CLOSE-- rings down[g][bridge row] <--------- link                         home-answers.ts
 *   gateways <--holds of the handler table: a link lags, its players' input waits at their gateways
 *
 * Invariants: what one player sends stays in order: one ring, one route, one link. A LEAVE is always answered: by the match's
 * host, or here when the route is gone. Routes are named by HandlerRef with its generation, so a row that is used again is
 * another route. What comes back counts only from the link that its route goes to: a host speaks for its own matches. All routes
 * share the rings, so these are always emptied: a link that lags holds up its own players and nobody else, and what was written
 * before the gateways saw that it lags waits with it, waitingBytesMax at most. A record may be quicker than main's order of its
 * route, which comes on another way: it waits for that order.
 */

import type { GatewayLink } from '../../shared/gateway-link.ts';
import { HandlerState, type HandlerTable } from '../../shared/handler-table.ts';
import {
  handlerGenerationOf,
  handlerIndexOf,
  slotOf,
  type HandlerRef,
  type PlayerRef,
} from '../../shared/ids.ts';
import { readName, type PlayerTable } from '../../shared/player-table.ts';
import { Reason } from '../../shared/reason.ts';
import {
  HANDLER_OFFSET,
  JOIN_BODY_OFFSET,
  JOIN_REASON_OFFSET,
  ONE_BODY_OFFSET,
  PLAYER_OFFSET,
  RecordKind,
} from '../../shared/record-layout.ts';
import type { OnRecord } from '../../shared/spsc-ring.ts';
import { EarlyRecords, type RecordSource } from './early-records.ts';
import { HomeAnswers } from './home-answers.ts';
import { LINK_BYTES_MAX, type ProxyLink } from './proxy-link.ts';
import type { ProxyRecords, ProxyTarget } from './proxy-records.ts';

const DRAIN_LIMIT = 4_096;
const NO_BYTES = new Uint8Array(0);

/** Where the records of a match on another host go. */
export interface Route {
  readonly matchHandler: HandlerRef;
  /** Its game acts at its ticks: input may wait a little. */
  readonly inputAtTick: boolean;
  /** Undefined when the link is down. */
  link: ProxyLink | undefined;
}

/** A link that routes go to, or went to. */
interface RoutedLink {
  /** Its players' input waits at the gateways. */
  isHeld: boolean;
}

export interface HomeProxyOptions {
  readonly players: PlayerTable;
  readonly handlers: Pick<HandlerTable, 'state' | 'generation' | 'holds'>;
  /** One for each gateway, in their order. */
  readonly gateways: readonly GatewayLink[];
  readonly slotsPerGateway: number;
}

export class HomeProxy {
  readonly #options: HomeProxyOptions;
  readonly #routes = new Map<HandlerRef, Route>();
  /** Those that routes go to, or went to, while they are up. */
  readonly #links = new Map<ProxyLink, RoutedLink>();
  /** By slot: whose LEAVE has gone out and was not answered yet, and of which handler. */
  readonly #leaving = new Map<number, ProxyTarget>();
  readonly #answers: HomeAnswers;
  readonly #early = new EarlyRecords();
  /** Records taken from the gateways. */
  recordsUp = 0;
  /** Of these, input for games that act at their ticks. */
  inputsAtTick = 0;
  /** More never waits for a link that lags: rings may have been full when the gateways saw it. */
  readonly waitingBytesMax: number;
  /** The ring at hand belongs to this gateway. */
  #drained: GatewayLink | undefined;
  /** What its records' offsets count in. */
  #source: RecordSource | undefined;
  readonly #onRecordOf: OnRecord;

  constructor(options: HomeProxyOptions) {
    this.#options = options;
    this.#answers = new HomeAnswers({
      ...options,
      isOf: (handler, link) => this.#routes.get(handler)?.link === link,
      onLeft: ({ handler, player }) => {
        const slot = slotOf(player);
        if (this.#leaving.get(slot)?.handler === handler) this.#leaving.delete(slot);
      },
    });
    const ringBytes = options.gateways.map(({ upWords }) => upWords.byteLength);
    this.waitingBytesMax = ringBytes.reduce((sum, bytes) => sum + bytes, LINK_BYTES_MAX);
    this.#onRecordOf = (kind, flags, byteOffset, byteLength) =>
      this.#onRecord(kind, flags, byteOffset, byteLength);
  }

  get routeCount(): number {
    return this.#routes.size;
  }

  /** Records that were quicker than their route, so far. */
  get earlyRecords(): number {
    return this.#early.count;
  }

  /** Records written for the gateways. */
  get recordsDown(): number {
    return this.#answers.records;
  }

  /** Players are about to be moved to `handler`, which stands for a match of that link's host. */
  route(handler: HandlerRef, { link, ...route }: Readonly<Route>): void {
    this.#routes.set(handler, { link, ...route });
    if (link !== undefined && !this.#links.has(link)) this.#links.set(link, { isHeld: false });
    this.#hold(handler, link !== undefined && this.#links.get(link)?.isHeld === true);
    for (const { gateway, source, kind, flags } of this.#early.take(handler)) {
      this.#drained = gateway;
      this.#source = source;
      this.#onRecord(kind, flags, 0, source.bytes.length);
    }
  }

  /** Nobody will be sent there again, and all who were there are gone or told to go. */
  unroute(handler: HandlerRef): void {
    this.#routes.delete(handler);
  }

  /** Nothing will be heard of that link: players on their way out are let go at once. */
  linkDown(link: ProxyLink): void {
    this.#links.delete(link);
    for (const [slot, target] of this.#leaving) {
      if (this.#routes.get(target.handler)?.link !== link) continue;
      this.#leaving.delete(slot);
      this.#answers.gatewayOf(target.player)?.lost(target, Reason.hostLost);
    }
    for (const [handler, route] of this.#routes) {
      if (route.link !== link) continue;
      route.link = undefined;
      this.#hold(handler, false);
    }
  }

  /** Takes what the gateways have written; returns true when there may be more. */
  drain(): boolean {
    let hasMore = false;
    for (const gateway of this.#options.gateways) {
      this.#drained = gateway;
      this.#source = gateway.up;
      const count = gateway.up.drain(DRAIN_LIMIT, this.#onRecordOf);
      this.recordsUp += count;
      if (count === DRAIN_LIMIT) hasMore = true;
    }
    return hasMore;
  }

  hasWork(): boolean {
    return this.#options.gateways.some(({ up }) => !up.isEmpty());
  }

  /** Records wait for room in a gateway's ring. */
  get isBlocked(): boolean {
    return this.#options.gateways.some(({ isBlocked }) => isBlocked);
  }

  /** Shows the gateways what was written for them, and whose input is to wait. */
  publish(): void {
    for (const [link, routed] of this.#links) {
      if (link.isLagging !== routed.isHeld) this.#holdAll(link, routed);
    }
    for (const gateway of this.#options.gateways) gateway.publish();
  }

  /** What the host behind `link` says to players of this one. */
  recordsOf(link: ProxyLink): ProxyRecords {
    return this.#answers.of(link);
  }

  #holdAll(link: ProxyLink, routed: RoutedLink): void {
    routed.isHeld = link.isLagging;
    for (const [handler, route] of this.#routes) {
      if (route.link === link) this.#hold(handler, routed.isHeld);
    }
  }

  #hold(handler: HandlerRef, isHeld: boolean): void {
    const { handlers } = this.#options;
    const row = handlerIndexOf(handler);
    // The row of a route that is only there for what is on its way may be another handler's.
    if (handlers.generation[row] !== handlerGenerationOf(handler)) return;
    handlers.holds[row] = isHeld ? 1 : 0;
  }

  /** Hot: once a record. */
  #onRecord(kind: number, flags: number, byteOffset: number, byteLength: number): void {
    const gateway = this.#drained;
    const source = this.#source;
    if (gateway === undefined || source === undefined) return;
    const { view, bytes } = source;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const player = view.getUint32(byteOffset + PLAYER_OFFSET, true);
    const route = this.#routes.get(handler);
    if (route === undefined && this.#isEarly(handler)) {
      // More than what is on its way already need not wait here.
      this.#hold(handler, true);
      const end = byteOffset + byteLength;
      this.#early.keep(handler, { gateway, kind, flags }, { bytes, start: byteOffset, end });
      return;
    }
    if (route?.link === undefined) {
      // Whoever goes is let go; what others say there is lost with the link.
      if (kind === RecordKind.leave) gateway.lost({ handler, player }, Reason.hostLost);
      return;
    }
    const { link, matchHandler } = route;
    const target = { handler: matchHandler, player };
    const end = byteOffset + byteLength;
    switch (kind) {
      case RecordKind.join: {
        const reason = view.getUint32(byteOffset + JOIN_REASON_OFFSET, true);
        const unread = bytes.subarray(byteOffset + JOIN_BODY_OFFSET, end);
        this.#join(link, { handler, matchHandler, player, reason }, unread);
        break;
      }
      case RecordKind.data:
        if (route.inputAtTick) this.inputsAtTick += 1;
        link.message.one(
          RecordKind.data,
          flags,
          target,
          bytes.subarray(byteOffset + ONE_BODY_OFFSET, end),
        );
        break;
      case RecordKind.leave:
        this.#leaving.set(slotOf(player), { handler, player });
        link.message.one(RecordKind.leave, flags, target, NO_BYTES);
        break;
    }
    link.flushIfFull();
  }

  /** Its row is taken: main has ordered the route before it ordered anybody there. */
  #isEarly(handler: HandlerRef): boolean {
    const { state, generation } = this.#options.handlers;
    const row = handlerIndexOf(handler);
    const isTaken =
      state[row] === HandlerState.open && generation[row] === handlerGenerationOf(handler);
    // Whatever became of the row since: what comes later does not overtake what waits.
    return isTaken || this.#early.has(handler);
  }

  #join(link: ProxyLink, join: Joining, unread: Uint8Array): void {
    const { players } = this.#options;
    const { handler: homeHandler, matchHandler, player, reason } = join;
    const slot = slotOf(player);
    const view = players.view[slot] ?? 0;
    const flags = players.flags[slot] ?? 0;
    const name = readName(players, slot);
    link.message.join({ matchHandler, homeHandler, player, reason, view, flags, name }, unread);
  }
}

interface Joining {
  readonly handler: HandlerRef;
  readonly matchHandler: HandlerRef;
  readonly player: PlayerRef;
  readonly reason: number;
}
