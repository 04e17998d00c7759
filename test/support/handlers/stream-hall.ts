/**
 * Both places of the byte-exactness proof over a network: the hall, where opaque streams are greeted and queued, and the
 * matches, which send their players away after a moment. Both echo whole messages. Runs in match workers.
 *
 *   client   length u8 (below 200), bytes              echoed whole; half of one is given back when the player leaves
 *            TOKEN                                     a new stream begins here
 *   handler  CONTROL u8, length u8, JSON               `where` the player is now, and why: one for each move
 *
 * A player who comes from where bytes were lost (a lost host) is listened to from the next TOKEN on. The mode that a player
 * is queued for is the part of the name before the dash. Settings: `staysMsMax`, in a match.
 */

import type { GameHandler, HandlerContext, Player } from '../../../src/shared/api.ts';

/** What no length of a message is. */
export const CONTROL = 255;
export const TOKEN: Buffer = Buffer.from('ff6c6f6e67686f7573652073747265616d', 'hex');
/** Reasons with which the stream goes on as it was. */
const WHOLE: ReadonlySet<string> = new Set(['login', 'matched', 'left', 'ended', 'moved']);

export interface StreamNews {
  /** Of the handler: `hostId/mode/number`. */
  readonly where: string;
  readonly reason: string;
  /** What was on its way is lost: the client is to begin a new stream. */
  readonly isBroken: boolean;
}

interface Listening {
  isBroken: boolean;
  half: Uint8Array;
}

export default class StreamHall implements GameHandler {
  readonly #context: HandlerContext;
  readonly #staysMsMax: number;
  readonly #listening = new Map<Player, Listening>();

  constructor(context: HandlerContext) {
    this.#context = context;
    this.#staysMsMax = Number(context.settings['staysMsMax'] ?? 0);
  }

  onJoin(player: Player, reason: string): void {
    const isBroken = !WHOLE.has(reason);
    this.#listening.set(player, { isBroken, half: new Uint8Array(0) });
    const news: StreamNews = { where: this.#context.id, reason, isBroken };
    const text = Buffer.from(JSON.stringify(news));
    this.#context.send(player, Buffer.concat([Buffer.of(CONTROL, text.length), text]));
    if (!isBroken) this.#goOn(player);
  }

  /** On another connection, which has heard nothing yet: another stream. */
  onReconnect(player: Player): void {
    this.onJoin(player, 'resumed');
  }

  onData(player: Player, bytes: Uint8Array): void {
    const listening = this.#listening.get(player);
    if (listening === undefined) return;
    const all = Buffer.concat([listening.half, bytes]);
    let start = listening.isBroken ? this.#tryBegin(player, listening, all) : 0;
    while (!listening.isBroken && start < all.length) {
      const end = start + 1 + (all[start] ?? 0);
      if (end > all.length) break;
      this.#context.send(player, all.subarray(start, end));
      start = end;
    }
    listening.half = new Uint8Array(all.subarray(start));
  }

  onLeave(player: Player): void {
    const half = this.#listening.get(player)?.half;
    this.#listening.delete(player);
    if (half !== undefined) this.#context.unread(player, half);
  }

  /** Looks for the token; answers where the bytes that are still of use begin. */
  #tryBegin(player: Player, listening: Listening, all: Buffer): number {
    const at = all.indexOf(TOKEN);
    if (at < 0) return Math.max(0, all.length - TOKEN.length + 1);
    listening.isBroken = false;
    this.#goOn(player);
    return at + TOKEN.length;
  }

  #goOn(player: Player): void {
    const { clock, random } = this.#context;
    if (this.#staysMsMax > 0) {
      clock.setTimer(() => this.#context.dismiss(player), random.below(this.#staysMsMax));
    } else this.#context.queue(player, player.name.split('-')[0] ?? '');
  }
}
