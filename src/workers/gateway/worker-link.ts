/**
 * A gateway's end of the corridor to one match worker: the ring up, the ring down, the worker's doorbell, and the
 * players that wait for room. Gateway threads.
 *
 *   players --input, JOIN, LEAVE--> up   ==> worker
 *   players <--states, events------ down <== worker
 */

import type { DoorbellRinger } from '../../shared/doorbell.ts';
import { handlerIndexOf, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import type { Reason } from '../../shared/reason.ts';
import { tryWriteJoin, tryWriteLeave, type PlayerTarget } from '../../shared/record-layout.ts';
import { RingReader, RingWriter } from '../../shared/spsc-ring.ts';
import type { PlayerRoute } from './player-route.ts';

export class WorkerLink {
  readonly row: number;
  readonly up: RingWriter;
  readonly down: RingReader;
  /** Players whose records found no room; retried each turn, in this order. */
  blocked: PlayerRoute[] = [];
  /** Something in this batch must not wait for the worker's next tick. */
  isUrgent = false;
  /** Column of the handler table; undefined: its worker never asks that input waits. */
  readonly #holds: Int32Array | undefined;
  readonly #bell: DoorbellRinger;
  readonly #halfBytes: number;

  constructor(options: {
    row: number;
    up: SharedArrayBuffer;
    down: SharedArrayBuffer;
    bell: DoorbellRinger;
    /** Of the handler table, for the link to the bridge: links to other hosts may lag. */
    holds?: Int32Array | undefined;
  }) {
    this.#holds = options.holds;
    this.row = options.row;
    this.up = new RingWriter(options.up);
    this.down = new RingReader(options.down);
    this.#bell = options.bell;
    this.#halfBytes = options.up.byteLength / 2;
  }

  /** Hot: once an input. True while input of the handler's players is to wait at the gateway. */
  holdsInput(handler: HandlerRef): boolean {
    return this.#holds !== undefined && this.#holds[handlerIndexOf(handler)] === 1;
  }

  /** The player is the handler's from here on; `unread` comes before all other input. False: no room now. */
  tryWriteJoin(join: PlayerTarget & { readonly reason: Reason }, unread: Uint8Array): boolean {
    const isWritten = tryWriteJoin(this.up, join, unread);
    if (isWritten) this.isUrgent = true;
    return isWritten;
  }

  /** The player goes; the worker answers with LEFT. False: no room now. */
  tryWriteLeave(handler: HandlerRef, player: PlayerRef, reason: Reason): boolean {
    const isWritten = tryWriteLeave(this.up, handler, player, reason);
    if (isWritten) this.isUrgent = true;
    return isWritten;
  }

  /**
   * Shows the worker this turn's batch, and wakes it when the batch is urgent or the ring fills. A worker takes what is not
   * urgent at its next tick; the bridge has none, and is woken unless it looks by itself.
   */
  publish(): void {
    if (!this.up.publish()) return;
    if (!this.isUrgent && this.#mayWait() && this.up.freeBytes() > this.#halfBytes) return;
    this.isUrgent = false;
    this.#bell.ringIfAsleep();
  }

  #mayWait(): boolean {
    return this.#holds === undefined || this.#bell.isLooking;
  }
}
