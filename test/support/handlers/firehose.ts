/**
 * A match that says more than a stalled client's kernel can hold: each tick, everyone gets one large numbered state.
 * For the tests and the bench of slow readers. Runs in match workers.
 *
 *   byte 0-3   tick, u32 little-endian        byte 4-   filler, `bytes` in all
 *   settings   { bytes, volatile }
 */

import type { GameHandler, HandlerContext, Tick } from '../../../src/shared/api.ts';

export default class Firehose implements GameHandler {
  readonly #context: HandlerContext;
  readonly #state: Uint8Array;
  readonly #view: DataView;
  readonly #isVolatile: boolean;

  constructor(context: HandlerContext) {
    const bytes = context.settings['bytes'];
    if (typeof bytes !== 'number') throw new Error('Cannot start a firehose: name its bytes');
    this.#context = context;
    this.#state = new Uint8Array(bytes).fill(0x5a);
    this.#view = new DataView(this.#state.buffer);
    this.#isVolatile = context.settings['volatile'] === true;
  }

  onTick(tick: Tick): void {
    this.#view.setUint32(0, tick.number, true);
    this.#context.broadcast(this.#state, { volatile: this.#isVolatile });
  }
}
