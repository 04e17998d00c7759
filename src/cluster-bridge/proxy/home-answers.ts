/**
 * What the hosts of matches say to players of this one, on its way to the gateways: each host for its own matches only, and no
 * more at once than a client's frame holds. Bridge thread.
 *
 *   link of the match's host --dataOne, dataMany, left, close--> rings down[g][bridge row] --> gateways
 */

import { FRAME_PAYLOAD_BYTES_MAX } from '../../shared/frame-codec.ts';
import type { GatewayLink } from '../../shared/gateway-link.ts';
import { slotOf, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import { knownReason, Reason } from '../../shared/reason.ts';
import {
  CLOSE_CHARACTERS_MAX,
  DataFlag,
  dataManyPlayersMax,
  RecordKind,
} from '../../shared/record-layout.ts';
import type { ProxyLink } from './proxy-link.ts';
import type { ProxyRecords, ProxyTarget, ProxyTargets } from './proxy-records.ts';

const TOO_LONG = 'The host of your match sent more than this host can pass on';

export interface HomeAnswersOptions {
  /** One for each gateway, in their order. */
  readonly gateways: readonly GatewayLink[];
  readonly slotsPerGateway: number;
  /** The match that this host's row stands for runs behind that link. */
  readonly isOf: (handler: HandlerRef, link: ProxyLink) => boolean;
  /** A LEAVE has its answer. */
  readonly onLeft: (target: ProxyTarget) => void;
}

export class HomeAnswers {
  /** Written for the gateways. */
  records = 0;
  readonly #options: HomeAnswersOptions;

  constructor(options: HomeAnswersOptions) {
    this.#options = options;
  }

  /** What the host behind `link` says. */
  of(link: ProxyLink): ProxyRecords {
    const { isOf } = this.#options;
    return {
      one: (kind, flags, target, body) => {
        if (isOf(target.handler, link)) this.#one({ kind, flags }, target, body);
      },
      many: (flags, targets, body) => {
        if (isOf(targets.handler, link)) this.#many(flags, targets, body);
      },
    };
  }

  gatewayOf(player: PlayerRef): GatewayLink | undefined {
    return this.#options.gateways[Math.floor(slotOf(player) / this.#options.slotsPerGateway)];
  }

  #one(
    { kind, flags }: { kind: number; flags: number },
    target: ProxyTarget,
    body: Uint8Array,
  ): void {
    const gateway = this.gatewayOf(target.player);
    if (gateway === undefined) return;
    this.records += 1;
    // Unread bytes of a LEFT have a bound of their own.
    if (kind === RecordKind.left) this.#left(gateway, flags, target, body);
    else if (!fits(gateway, flags, body)) gateway.close(target, Reason.unavailable, TOO_LONG);
    else if (kind === RecordKind.dataOne) gateway.one(flags, target, body);
    else if (kind === RecordKind.close) {
      // Bytes that are no text grow when they are made text.
      const message = Buffer.from(body).toString('utf8').slice(0, CLOSE_CHARACTERS_MAX);
      gateway.close(target, knownReason(flags), message);
    }
  }

  #left(gateway: GatewayLink, flags: number, target: ProxyTarget, body: Uint8Array): void {
    this.#options.onLeft(target);
    if (flags === 0) gateway.left(target, new Uint8Array(body));
    else gateway.lost(target, knownReason(flags));
  }

  /** A broadcast: once for each gateway that has players of it. */
  #many(flags: number, { handler, players, count }: ProxyTargets, body: Uint8Array): void {
    const { gateways } = this.#options;
    for (const gateway of gateways) gateway.count = 0;
    for (let index = 0; index < count; index += 1) {
      const player = players[index] ?? 0;
      const gateway = this.gatewayOf(player);
      if (gateway === undefined || gateway.count >= gateway.players.length) continue;
      gateway.players[gateway.count] = player;
      gateway.count += 1;
    }
    this.records += 1;
    for (const gateway of gateways) {
      if (gateway.count === 0) continue;
      if (fits(gateway, flags, body)) gateway.many(flags, handler, body);
      else {
        for (const player of gateway.players.subarray(0, gateway.count)) {
          gateway.close({ handler, player }, Reason.unavailable, TOO_LONG);
        }
      }
    }
  }
}

/** Rings may be larger there than here; a state is a frame to some clients, whatever its host took it for. */
function fits({ down }: GatewayLink, flags: number, { length }: Uint8Array): boolean {
  const isFrame = (flags & DataFlag.event) !== 0 || length <= FRAME_PAYLOAD_BYTES_MAX;
  return isFrame && dataManyPlayersMax(down, length) >= 1;
}
