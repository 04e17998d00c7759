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
import {
  tryWriteInput,
  tryWriteJoin,
  tryWriteLeave,
  type PlayerTarget,
} from '../../shared/record-layout.ts';
import { RingReader, RingWriter } from '../../shared/spsc-ring.ts';
import type { HeldInput } from './held-input.ts';
import type { PlayerRoute } from './player-route.ts';

type LeaveTarget = PlayerTarget & { readonly reason: Reason };

export class WorkerLink {
  readonly row: number;
  readonly up: RingWriter;
  readonly down: RingReader;
  /** Players whose records found no room; retried each turn, in this order. */
  blocked: PlayerRoute[] = [];
  /** Something in this batch must not wait for the worker's next tick. */
  isUrgent = false;
  /** LEAVEs of players who went on before there was room for them. */
  #owedLeaves: LeaveTarget[] = [];
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

  /** Input of one player that had to wait, as far as it may go on now; returns how many bytes of it. */
  writeHeld(held: HeldInput, { handler, player }: PlayerTarget): number {
    let written = 0;
    if (this.holdsInput(handler)) return written;
    for (let item = held.first; item !== undefined; item = held.first) {
      const { channel, bytes } = item;
      if (!tryWriteInput(this.up, channel, handler, player, bytes, 0, bytes.length)) break;
      written += bytes.length;
      held.shift();
    }
    return written;
  }

  /** The player is the handler's from here on; `unread` comes before all other input. False: no room now. */
  tryWriteJoin(join: PlayerTarget & { readonly reason: Reason }, unread: Uint8Array): boolean {
    // The worker knows one seat a player: that of before has to go first.
    if (!this.#tryWriteOwed()) return false;
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

  /** The player goes on without an answer, and that handler shall have its LEAVE all the same: as soon as there is room. */
  oweLeave(leave: LeaveTarget): void {
    this.#owedLeaves.push(leave);
  }

  /**
   * Shows the worker this turn's batch, and wakes it when the batch is urgent or the ring fills. A worker takes what is not
   * urgent at its next tick; the bridge has none, and is woken unless it looks by itself.
   */
  publish(): void {
    this.#tryWriteOwed();
    if (!this.up.publish()) return;
    if (!this.isUrgent && this.#mayWait() && this.up.freeBytes() > this.#halfBytes) return;
    this.isUrgent = false;
    this.#bell.ringIfAsleep();
  }

  #tryWriteOwed(): boolean {
    if (this.#owedLeaves.length === 0) return true;
    const owed = this.#owedLeaves;
    const refused = owed.findIndex(
      ({ handler, player, reason }) => !this.tryWriteLeave(handler, player, reason),
    );
    this.#owedLeaves = refused < 0 ? [] : owed.slice(refused);
    return refused < 0;
  }

  #mayWait(): boolean {
    return this.#holds === undefined || this.#bell.isLooking;
  }
}
