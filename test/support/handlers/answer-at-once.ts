/**
 * A match that answers each input at once and alone, with the bytes of a relay's state: what is between the input and its
 * answer is the way there and back, and no wait for a tick. For the bench of proxied players. Runs in match workers.
 *
 *   byte 0-7    bytes 0-7 of the input        byte 8-11   answers so far, u32 little-endian        byte 12-   filler
 */

import type { GameHandler, HandlerContext, Player } from '../../../src/shared/api.ts';

const STATE_BYTES = 256;
const ECHO_BYTES = 8;

export default class AnswerAtOnce implements GameHandler {
  readonly #context: HandlerContext;
  readonly #state = new Uint8Array(STATE_BYTES).fill(0x5a);
  readonly #view = new DataView(this.#state.buffer);
  #answers = 0;

  constructor(context: HandlerContext) {
    this.#context = context;
  }

  /** An answer to nothing: the load client takes its first state for the start of the match. */
  onJoin(player: Player): void {
    this.#answer(player, new Uint8Array(ECHO_BYTES));
  }

  onData(player: Player, bytes: Uint8Array): void {
    this.#answer(player, bytes);
  }

  #answer(player: Player, bytes: Uint8Array): void {
    this.#answers += 1;
    for (let byte = 0; byte < ECHO_BYTES; byte += 1) this.#state[byte] = bytes[byte] ?? 0;
    this.#view.setUint32(ECHO_BYTES, this.#answers, true);
    this.#context.send(player, this.#state);
  }
}
