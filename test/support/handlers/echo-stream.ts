/**
 * A handler of an opaque protocol, for the hand-off proof: messages of `length u8, bytes`, each echoed whole. What it
 * holds of a half message it gives back when the player leaves. Runs in match workers.
 */

import type { GameHandler, HandlerContext, Player } from '../../../src/shared/api.ts';

export default class EchoStream implements GameHandler {
  readonly #context: HandlerContext;
  readonly #partial = new Map<Player, Uint8Array>();

  constructor(context: HandlerContext) {
    this.#context = context;
  }

  onData(player: Player, bytes: Uint8Array): void {
    const before = this.#partial.get(player);
    const all = before === undefined ? bytes : Buffer.concat([before, bytes]);
    let start = 0;
    while (start < all.length) {
      const end = start + 1 + (all[start] ?? 0);
      if (end > all.length) break;
      this.#context.send(player, all.subarray(start, end));
      start = end;
    }
    this.#partial.set(player, new Uint8Array(all.subarray(start)));
  }

  onLeave(player: Player): void {
    const partial = this.#partial.get(player);
    this.#partial.delete(player);
    if (partial !== undefined) this.#context.unread(player, partial);
  }
}
