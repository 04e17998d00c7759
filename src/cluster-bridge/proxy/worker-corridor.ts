/**
 * The bridge's end of the corridor to one match worker: the ring up, the ring down, the worker's doorbell, and what waits for
 * room. Bridge thread.
 */

import type { DoorbellRinger } from '../../shared/doorbell.ts';
import { JOIN_BODY_OFFSET } from '../../shared/record-layout.ts';
import { RingReader, RingWriter } from '../../shared/spsc-ring.ts';

/** Bytes that may wait for a worker; it takes its rings many times a second or is replaced. */
const WAITING_BYTES_MAX: number = 8 * 1024 * 1024;
const RECORD_OVERHEAD_BYTES = 64;

interface Waiting {
  readonly byteLength: number;
  readonly tryWrite: () => boolean;
}

export class WorkerCorridor {
  readonly row: number;
  readonly up: RingWriter;
  readonly down: RingReader;
  /** Something in this batch must not wait for the worker's next tick. */
  isUrgent = false;
  readonly #bell: DoorbellRinger;
  readonly #halfBytes: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;

  constructor(options: {
    readonly row: number;
    readonly up: SharedArrayBuffer;
    readonly down: SharedArrayBuffer;
    readonly bell: DoorbellRinger;
  }) {
    this.row = options.row;
    this.up = new RingWriter(options.up);
    this.down = new RingReader(options.down);
    this.#bell = options.bell;
    this.#halfBytes = options.up.byteLength / 2;
  }

  get isBlocked(): boolean {
    return this.#waiting.length > 0;
  }

  /** Nothing may wait in front of what is written at once. */
  get isFull(): boolean {
    return this.#waitingBytes > WAITING_BYTES_MAX;
  }

  /** So many bytes of a player are no more than a record of the ring up holds. */
  fits(byteLength: number): boolean {
    return JOIN_BODY_OFFSET + byteLength <= this.up.payloadBytesMax;
  }

  /** Keeps a record that found no room, in order; `tryWrite` must not refer to bytes that change. */
  keep(bytes: number, tryWrite: () => boolean): void {
    const byteLength = bytes + RECORD_OVERHEAD_BYTES;
    this.#waiting.push({ byteLength, tryWrite });
    this.#waitingBytes += byteLength;
  }

  /** Writes what waited, shows the worker this turn's batch, and wakes it when the batch is urgent or the ring fills. */
  publish(): void {
    let written = 0;
    for (const { byteLength, tryWrite } of this.#waiting) {
      if (!tryWrite()) break;
      written += 1;
      this.#waitingBytes -= byteLength;
    }
    if (written > 0) this.#waiting = this.#waiting.slice(written);
    if (!this.up.publish()) return;
    if (!this.isUrgent && this.up.freeBytes() > this.#halfBytes) return;
    this.isUrgent = false;
    this.#bell.ringIfAsleep();
  }
}
