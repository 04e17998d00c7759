/**
 * One match of the relay workload, whatever carries its bytes: the newest input's first eight bytes, and the state made of them.
 * The peers' processes. The workload is drawn in docs/load-testing.md: 16 players, 32 bytes in, 256 bytes out each tick.
 */

const STATE_BYTES = 256;
const STAMP_BYTES = 8;
const STATE_TEMPLATE = Buffer.alloc(STATE_BYTES, 0x2e);

export const MATCH_PLAYERS = 16;

export class RelayMatch {
  #stampLow = 0;
  #stampHigh = 0;
  #tick = 0;

  /** @param {Buffer} bytes An INPUT's payload. */
  takeInput(bytes) {
    if (bytes.byteLength < STAMP_BYTES) return;
    this.#stampLow = bytes.readUInt32LE(0);
    this.#stampHigh = bytes.readUInt32LE(4);
  }

  /** The next tick's STATE, in memory of its own: it may be sent later than now. */
  nextState() {
    this.#tick += 1;
    const state = Buffer.allocUnsafe(STATE_BYTES);
    STATE_TEMPLATE.copy(state);
    state.writeUInt32LE(this.#stampLow, 0);
    state.writeUInt32LE(this.#stampHigh, 4);
    state.writeUInt32LE(this.#tick, STAMP_BYTES);
    this.#stampLow = 0;
    this.#stampHigh = 0;
    return state;
  }
}

/** Tells the bench where the server listens, and ends with it. */
export function announce(port) {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.send?.({ port });
}
