/**
 * The relay mode of the load tests: every tick, everyone gets the start of the newest input. Runs in a match worker.
 * It is the hot path that the benchmarks measure: nothing is allocated per input, and one buffer serves each match
 * (broadcast() copies before it returns).
 *
 *   STATE, 256 bytes
 *   byte 0-7    bytes 0-7 of the newest INPUT since the last tick, zeros if there was none
 *   byte 8-11   tick, u32 little-endian
 *   byte 12-    filler, each byte its own offset
 *
 * States are not volatile: a load test counts every one.
 */

import type { GameHandler, HandlerContext, Player, Tick } from '../../shared/api.ts';

const STATE_BYTES = 256;
const ECHO_BYTES = 8;
const TICK_BYTE = 8;

export class Relay implements GameHandler {
  static readonly input = 'onTick';
  readonly #context: HandlerContext;
  readonly #state = new Uint8Array(STATE_BYTES);
  readonly #view = new DataView(this.#state.buffer);
  /** Ticks until the match ends; 0 for never. */
  readonly #ticksMax: number;
  #firstTick = 0;

  constructor(context: HandlerContext) {
    this.#context = context;
    this.#ticksMax = Math.ceil(matchSecondsOf(context.settings) * context.tickHz);
    for (let byte = TICK_BYTE; byte < STATE_BYTES; byte += 1) this.#state[byte] = byte;
  }

  onData(_player: Player, bytes: Uint8Array): void {
    for (let byte = 0; byte < ECHO_BYTES; byte += 1) this.#state[byte] = bytes[byte] ?? 0;
  }

  onTick(tick: Tick): void {
    if (this.#firstTick === 0) this.#firstTick = tick.number;
    this.#view.setUint32(TICK_BYTE, tick.number, true);
    this.#context.broadcast(this.#state);
    this.#state.fill(0, 0, ECHO_BYTES);
    if (this.#ticksMax > 0 && tick.number - this.#firstTick + 1 >= this.#ticksMax) {
      this.#context.end({ winner: null, ticks: tick.number });
    }
  }
}

function matchSecondsOf(settings: Readonly<Record<string, unknown>>): number {
  const found = settings['matchSeconds'] ?? 0;
  if (typeof found === 'number' && found >= 0 && Number.isFinite(found)) return found;
  throw new Error(
    `Cannot open a relay: matchSeconds is ${JSON.stringify(found)}, allowed is 0 or more`,
  );
}
