/**
 * One load player: a connection that logs in, queues, sends stamped inputs and reads states. Load clients only.
 * Thousands share a process, so reads go into one buffer, an input is 35 bytes kept for good, and a state costs no allocation.
 *
 *   connect -> WELCOME + lobby event -> `queue relay` -> match event -> states, inputs ... -> leave
 *
 * What a state proves: its stamp is the intended send time of the newest input in the match, so every input of this
 * player that was due at or before the stamp has been overtaken or shown. That input's latency ends here, whoever's
 * stamp it is. A late sender changes nothing: both ends of the interval come from the schedule and from the arrival.
 */

import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { systemClock } from '../src/shared/clock.ts';
import type { LoadStats } from './load-stats.ts';
import {
  frameOf,
  INPUT_PAYLOAD_BYTES,
  joinBytes,
  jsonOf,
  scanFrames,
  STAMP_OFFSET,
  STATE_FRAME_BYTES,
  TICK_OFFSET,
  WireType,
} from './wire.ts';
import type { OnFrame } from './wire.ts';

/** Reads are synchronous on Linux: libuv fills this and calls back before it reads the next socket. */
const READ_BUFFER = new Uint8Array(64 * 1024);
const READ_VIEW = new DataView(READ_BUFFER.buffer);
const QUEUE_FRAME = frameOf(WireType.command, 'queue relay');
const NOT_STARTED = -1;
const NO_BASE = Number.POSITIVE_INFINITY;

export interface LoadPlayerOptions {
  readonly port: number;
  readonly localAddress: string;
  readonly name: string;
}

export class LoadPlayer {
  readonly #stats: LoadStats;
  readonly #socket: Socket;
  readonly #onFrame: OnFrame;
  readonly #inputFrame = frameOf(WireType.input, new Uint8Array(INPUT_PAYLOAD_BYTES));
  readonly #inputView = new DataView(this.#inputFrame.buffer);
  #partial: Uint8Array | undefined;
  #welcomed = false;
  #inLobby = false;
  #leaving = false;
  /** Newest tick seen in this match, 0 before the first. */
  #tick = 0;
  #position = 0;
  /** The next input to send, and the oldest that no state has shown yet. */
  #nextRound = NOT_STARTED;
  #shownRound = 0;
  /** The last tick before the measured window; the next `window.ticks` are due. */
  #baseTick = NO_BASE;

  constructor(options: LoadPlayerOptions, stats: LoadStats) {
    this.#stats = stats;
    this.#onFrame = (type, bytes, start, end) => this.#frame(type, bytes, start, end);
    this.#socket = connect({
      host: '127.0.0.1',
      port: options.port,
      localAddress: options.localAddress,
      noDelay: true,
      onread: { buffer: READ_BUFFER, callback: (bytes) => this.#read(bytes) },
    });
    this.#socket.once('connect', () => {
      stats.connected += 1;
      const hello = { protocol: 1, name: options.name };
      this.#socket.write(frameOf(WireType.hello, JSON.stringify(hello)));
    });
    this.#socket.once('error', (error: NodeJS.ErrnoException) => {
      if (!this.#leaving) stats.error(error.code ?? error.message);
    });
    this.#socket.once('close', () => {
      if (!this.#leaving) stats.closed += 1;
      this.#leaving = true;
    });
  }

  queue(): void {
    if (!this.#leaving) this.#socket.write(QUEUE_FRAME);
  }

  /** Inputs follow, at this position of the schedule. */
  play(position: number): void {
    this.#position = position;
    this.#nextRound = 0;
    this.#shownRound = 0;
  }

  sendInput(round: number, dueMs: number): void {
    if (this.#leaving) return;
    this.#nextRound = round + 1;
    if (this.#socket.writableLength > 0) {
      // The kernel still owes us the last one and owns its bytes: this input counts as sent, and waits for its state.
      this.#stats.error('input skipped, socket full');
      return;
    }
    this.#inputView.setFloat64(STAMP_OFFSET, dueMs, true);
    this.#socket.write(this.#inputFrame);
  }

  /** The measured window opens: from here on each tick is due. */
  startWindow(): void {
    this.#baseTick = this.#tick;
  }

  /** Inputs that were due in the window and that no state has shown count as if it came now. */
  closeWindow(nowMs: number): void {
    if (this.#nextRound !== NOT_STARTED) {
      this.#stats.unanswered += this.#settleInputs(Number.POSITIVE_INFINITY, nowMs);
    }
  }

  leave(): void {
    this.#leaving = true;
    this.#socket.destroy();
  }

  #read(length: number): boolean {
    if (
      length === STATE_FRAME_BYTES &&
      this.#partial === undefined &&
      READ_BUFFER[2] === WireType.state &&
      READ_BUFFER[0] === (STATE_FRAME_BYTES - 2) >>> 8 &&
      READ_BUFFER[1] === ((STATE_FRAME_BYTES - 2) & 0xff)
    ) {
      this.#state(READ_VIEW, 0);
      return true;
    }
    if (this.#partial === undefined) {
      this.#keep(READ_BUFFER, length, scanFrames(READ_BUFFER, length, this.#onFrame));
      return true;
    }
    const joined = joinBytes(this.#partial, READ_BUFFER, length);
    this.#keep(joined, joined.byteLength, scanFrames(joined, joined.byteLength, this.#onFrame));
    return true;
  }

  #keep(bytes: Uint8Array, end: number, scanned: number): void {
    this.#partial = scanned === end ? undefined : bytes.slice(scanned, end);
  }

  #frame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === WireType.state) {
      if (end - start !== STATE_FRAME_BYTES - 3) this.#stats.error('state of another length');
      else this.#state(new DataView(bytes.buffer, bytes.byteOffset), start - 3);
    } else if (type === WireType.welcome) {
      this.#welcomed = true;
    } else if (type === WireType.event) {
      this.#event(jsonOf(bytes, start, end));
    } else if (type === WireType.bye) {
      this.#stats.error(`bye ${String(jsonOf(bytes, start, end)?.['code'])}`);
    } else {
      this.#stats.error(`frame of type ${type}`);
    }
  }

  #event(event: Readonly<Record<string, unknown>> | undefined): void {
    const name = event?.['event'];
    if (name === 'lobby') {
      if (this.#welcomed && !this.#inLobby) this.#stats.inLobby += 1;
      this.#inLobby = this.#welcomed;
    } else if (name === 'match') {
      this.#tick = 0;
    } else if (name === 'error') {
      this.#stats.error(`event ${String(event?.['code'])}`);
    } else if (event === undefined) {
      this.#stats.error('event without JSON');
    }
  }

  #state(view: DataView, offset: number): void {
    const stats = this.#stats;
    const nowMs = systemClock.nowMs();
    const tick = view.getUint32(offset + TICK_OFFSET, true);
    if (stats.counting) stats.arrived += 1;
    if (tick <= this.#tick) {
      stats.repeated += 1;
      return;
    }
    if (this.#tick === 0 && this.#nextRound === NOT_STARTED) {
      stats.inMatch += 1;
      stats.queueToFirstState.record(nowMs - stats.queuedMs);
    }
    this.#tick = tick;
    const { window } = stats;
    if (window !== undefined && tick > this.#baseTick && tick <= this.#baseTick + window.ticks) {
      stats.delivered += 1;
    }
    const stampMs = view.getFloat64(offset + STAMP_OFFSET, true);
    if (stampMs === 0) return;
    if (window !== undefined && stampMs >= window.startMs && stampMs < window.endMs) {
      stats.stateAge.record(nowMs - stampMs);
    }
    this.#settleInputs(stampMs, nowMs);
  }

  /** Ends the wait of all sent inputs due at or before `stampMs`; returns how many of them the window counts. */
  #settleInputs(stampMs: number, nowMs: number): number {
    const { schedule, window, inputToState } = this.#stats;
    if (schedule === undefined) return 0;
    let counted = 0;
    while (this.#shownRound < this.#nextRound) {
      const dueMs = schedule.dueMs(this.#position, this.#shownRound);
      if (dueMs > stampMs) break;
      if (window !== undefined && dueMs >= window.startMs && dueMs < window.endMs) {
        inputToState.record(nowMs - dueMs);
        counted += 1;
      }
      this.#shownRound += 1;
    }
    return counted;
  }
}
