/**
 * A player in a handler: what the public API calls a Player, and what the runtime knows of the connection behind it.
 * Match workers. The same object from the first JOIN to the final onLeave(), across reconnects.
 */

import type { Player } from '../../shared/api.ts';
import { ClientView } from '../../shared/client-view.ts';
import { slotOf, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import { PlayerFlag, type PlayerTable } from '../../shared/player-table.ts';
import { Reason } from '../../shared/reason.ts';
import { InputChannel } from '../../shared/record-layout.ts';
import type { UnreadSegment } from '../../shared/unread-segments.ts';
import type { GatewayLink } from '../../shared/gateway-link.ts';
import type { HandlerInstance } from './handler-instance.ts';

const VIEW_WORDS: Readonly<Record<number, Player['view']>> = {
  [ClientView.frame]: 'frame',
  [ClientView.terminal]: 'terminal',
  [ClientView.plain]: 'plain',
  [ClientView.raw]: 'raw',
};

/** Where a seat's connection is. */
export interface SeatPlace {
  readonly player: PlayerRef;
  readonly link: GatewayLink;
}

export class Seat implements Player {
  readonly name: string;
  readonly team: number;
  readonly handler: HandlerRef;
  /** Undefined when the handler was gone before the player came: the seat only keeps the bytes. */
  readonly instance: HandlerInstance | undefined;
  player: PlayerRef;
  link: GatewayLink;
  connected = true;
  /** Main has given the seat up while its connection was here: LEAVE is on its way, and then nothing is kept. */
  isExpired = false;
  /** Bytes for the next handler. */
  unread: UnreadSegment[] | undefined;
  readonly #table: PlayerTable;

  constructor(
    table: PlayerTable,
    place: SeatPlace,
    options: {
      name: string;
      team: number;
      handler: HandlerRef;
      instance: HandlerInstance | undefined;
    },
  ) {
    this.#table = table;
    this.player = place.player;
    this.link = place.link;
    this.name = options.name;
    this.team = options.team;
    this.handler = options.handler;
    this.instance = options.instance;
  }

  get view(): Player['view'] {
    return VIEW_WORDS[this.#table.view[slotOf(this.player)] ?? 0] ?? 'frame';
  }

  get practice(): boolean {
    return ((this.#table.flags[slotOf(this.player)] ?? 0) & PlayerFlag.practice) !== 0;
  }

  /**
   * Keeps for the next handler what may not be lost while this one is over: commands and opaque bytes. Input of framed
   * clients was meant for this handler and ends with it.
   */
  keepUnread(channel: InputChannel, bytes: Uint8Array): void {
    if (channel === InputChannel.input) return;
    this.unread ??= [];
    const keptBytes = this.unread.reduce((sum, segment) => sum + segment.bytes.byteLength, 0);
    if (keptBytes + bytes.byteLength > UNREAD_BYTES_MAX) {
      this.link.close(this, Reason.inputOverflow, 'Too much was sent while the match ended');
      return;
    }
    this.unread.push({ channel, bytes: new Uint8Array(bytes) });
  }
}

/** Below a quarter of the smallest ring, since it travels in one record. */
const UNREAD_BYTES_MAX = 64 * 1024;
