/**
 * A gateway's end of the corridor to one match worker: the ring up, the ring down, the worker's doorbell, and the
 * connections that wait for room. Gateway threads.
 *
 *   connections --input, JOIN, LEAVE--> up   ==> worker
 *   connections <--states, events------ down <== worker
 */

import type { DoorbellRinger } from '../../shared/doorbell.ts';
import { RingReader, RingWriter } from '../../shared/spsc-ring.ts';
import type { Connection } from './connection.ts';

export class WorkerLink {
  readonly row: number;
  readonly up: RingWriter;
  readonly down: RingReader;
  /** Connections that could not write; retried each turn, in this order. */
  blocked: Connection[] = [];
  /** Something in this batch must not wait for the worker's next tick. */
  isUrgent = false;
  readonly #bell: DoorbellRinger;
  readonly #halfBytes: number;

  constructor(options: {
    row: number;
    up: SharedArrayBuffer;
    down: SharedArrayBuffer;
    bell: DoorbellRinger;
  }) {
    this.row = options.row;
    this.up = new RingWriter(options.up);
    this.down = new RingReader(options.down);
    this.#bell = options.bell;
    this.#halfBytes = options.up.byteLength / 2;
  }

  /** Shows the worker this turn's batch, and wakes it when the batch is urgent or the ring fills. */
  publish(): void {
    if (!this.up.publish()) return;
    if (!this.isUrgent && this.up.freeBytes() > this.#halfBytes) return;
    this.isUrgent = false;
    this.#bell.ringIfAsleep();
  }
}
