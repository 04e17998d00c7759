/**
 * A match worker as the corridors see it, in the test's thread: seats players, echoes whole messages of their opaque streams,
 * gives back what it holds of half ones, broadcasts a count to each handler. Test files only.
 */

import type { GatewayLink } from '../../../src/shared/gateway-link.ts';
import type { HandlerRef, PlayerRef } from '../../../src/shared/ids.ts';
import {
  type DataFlag,
  HANDLER_OFFSET,
  InputChannel,
  JOIN_BODY_OFFSET,
  ONE_BODY_OFFSET,
  PLAYER_OFFSET,
  RecordKind,
} from '../../../src/shared/record-layout.ts';
import { decodeSegments, encodeSegments } from '../../../src/shared/unread-segments.ts';

const DRAIN_LIMIT = 64;
const COUNT_BYTES = 8;

interface EchoSeat {
  readonly player: PlayerRef;
  readonly handler: HandlerRef;
  readonly link: GatewayLink;
  partial: Uint8Array;
}

export class EchoWorker {
  readonly #links: readonly GatewayLink[];
  readonly #seats = new Map<PlayerRef, EchoSeat>();
  readonly #counts = new Map<HandlerRef, number>();

  constructor(links: readonly GatewayLink[]) {
    this.#links = links;
  }

  get seatCount(): number {
    return this.#seats.size;
  }

  /** Of all who sit here. */
  handlers(): HandlerRef[] {
    return Array.from(this.#seats.values(), ({ handler }) => handler);
  }

  /** True while records wait for room in a ring. */
  get isBlocked(): boolean {
    return this.#links.some(({ isBlocked }) => isBlocked);
  }

  turn(): void {
    for (const link of this.#links) {
      link.up.drain(DRAIN_LIMIT, (kind, _flags, byteOffset, byteLength) =>
        this.#onRecord(link, kind, { byteOffset, byteLength }),
      );
      link.publish();
    }
  }

  /** One count to everybody in each handler: `handler u32, count u32`, as an event or as a volatile state. */
  broadcast(flags: DataFlag): void {
    for (const link of this.#links) link.count = 0;
    for (const handler of new Set(Array.from(this.#seats.values(), (seat) => seat.handler))) {
      const count = (this.#counts.get(handler) ?? 0) + 1;
      this.#counts.set(handler, count);
      const body = Buffer.alloc(COUNT_BYTES);
      body.writeUInt32LE(handler, 0);
      body.writeUInt32LE(count, 4);
      for (const link of this.#links) {
        link.count = 0;
        for (const seat of this.#seats.values()) {
          if (seat.handler !== handler || seat.link !== link) continue;
          link.players[link.count] = seat.player;
          link.count += 1;
        }
        if (link.count > 0) link.many(flags, handler, body);
      }
    }
  }

  #onRecord(
    link: GatewayLink,
    kind: number,
    { byteOffset, byteLength }: { readonly byteOffset: number; readonly byteLength: number },
  ): void {
    const { view, bytes } = link.up;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const player = view.getUint32(byteOffset + PLAYER_OFFSET, true);
    const end = byteOffset + byteLength;
    if (kind === RecordKind.join) {
      const seat = { player, handler, link, partial: new Uint8Array(0) };
      this.#seats.set(player, seat);
      const unread = Buffer.from(bytes.subarray(byteOffset + JOIN_BODY_OFFSET, end));
      for (const segment of decodeSegments(unread)) this.#echo(seat, segment.bytes);
      return;
    }
    const seat = this.#seats.get(player);
    if (kind === RecordKind.data) {
      const body = Buffer.from(bytes.subarray(byteOffset + ONE_BODY_OFFSET, end));
      if (seat?.handler === handler) this.#echo(seat, body);
    } else if (seat?.handler === handler) {
      this.#seats.delete(player);
      const half = { channel: InputChannel.opaque, bytes: seat.partial };
      link.left({ handler, player }, encodeSegments(half.bytes.length === 0 ? [] : [half]));
    } else link.left({ handler, player }, encodeSegments([]));
  }

  #echo(seat: EchoSeat, bytes: Uint8Array): void {
    const all = Buffer.concat([seat.partial, bytes]);
    let start = 0;
    while (start < all.length) {
      const end = start + 1 + (all[start] ?? 0);
      if (end > all.length) break;
      seat.link.one(0, seat, all.subarray(start, end));
      start = end;
    }
    seat.partial = new Uint8Array(all.subarray(start));
  }
}
