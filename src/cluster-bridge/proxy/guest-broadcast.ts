/** Brings a broadcast of a match to the homes of its guests: the body crosses each link once. Bridge thread. Hot: once a tick and match. */

import {
  COUNT_OFFSET,
  DataFlag,
  HANDLER_OFFSET,
  PLAYER_BYTES,
  PLAYERS_OFFSET,
  dataManyBodyOffset,
} from '../../shared/record-layout.ts';
import type { RingReader } from '../../shared/spsc-ring.ts';
import type { GuestRows } from './guest-rows.ts';
import { PlayerList } from './player-list.ts';
import type { ProxyLink } from './proxy-link.ts';

export class GuestBroadcast {
  readonly #guests: GuestRows;
  readonly #lists = new Map<ProxyLink, PlayerList>();

  constructor(guests: GuestRows) {
    this.#guests = guests;
  }

  linkDown(link: ProxyLink): void {
    this.#lists.delete(link);
  }

  /** A dataMany record of a worker. */
  send(
    { view, bytes }: Pick<RingReader, 'view' | 'bytes'>,
    record: { readonly flags: number; readonly byteOffset: number; readonly byteLength: number },
  ): void {
    const { flags, byteOffset, byteLength } = record;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const count = view.getUint32(byteOffset + COUNT_OFFSET, true);
    for (const list of this.#lists.values()) list.count = 0;
    for (let index = 0; index < count; index += 1) {
      const player = view.getUint32(byteOffset + PLAYERS_OFFSET + index * PLAYER_BYTES, true);
      const guest = this.#guests.find(player);
      if (guest?.handler !== handler || guest.link === undefined) continue;
      this.#listOf(guest.link).add(guest);
    }
    const body = bytes.subarray(byteOffset + dataManyBodyOffset(count), byteOffset + byteLength);
    for (const [link, list] of this.#lists) {
      if (list.count === 0 || (link.isLagging && (flags & DataFlag.volatile) !== 0)) continue;
      link.message.many(flags, list, body);
      link.flushIfFull();
    }
  }

  #listOf(link: ProxyLink): PlayerList {
    let list = this.#lists.get(link);
    if (list === undefined) this.#lists.set(link, (list = new PlayerList(this.#guests.capacity)));
    return list;
  }
}
