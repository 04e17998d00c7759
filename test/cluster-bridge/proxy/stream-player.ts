/**
 * A player with an opaque stream, and the part of a gateway that moves it: holds input, LEAVE, LEFT, JOIN with what was unread.
 * Checks every byte that comes back. In the test's thread. Test files only.
 */

import type { HandlerRef, PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import {
  DataFlag,
  InputChannel,
  tryWriteInput,
  tryWriteJoin,
  tryWriteLeave,
} from '../../../src/shared/record-layout.ts';
import type { RingWriter } from '../../../src/shared/spsc-ring.ts';
import { encodeSegments } from '../../../src/shared/unread-segments.ts';
import { ByteStream } from '../../support/byte-stream.ts';

const BACKLOG_BYTES_MAX = 600;

export interface PlayerMarks {
  moves: number;
  ringsFull: number;
  bytesUnread: number;
  bytesEchoed: number;
  counts: number;
  /** Records of a handler that the player had left. */
  fenced: number;
  cut: number;
  /** Input waited because the link to the match's host lags. */
  held: number;
}

export interface StreamPlayerOptions {
  readonly player: PlayerRef;
  readonly seed: number;
  readonly marks: PlayerMarks;
  /** The ring to the worker that runs a handler. */
  readonly ringOf: (handler: HandlerRef) => RingWriter;
  /** Input for that handler is to wait. */
  readonly isHeld: (handler: HandlerRef) => boolean;
  /** Bytes that may be on their way. */
  readonly backlogBytesMax?: number;
}

export class StreamPlayer {
  readonly player: PlayerRef;
  handler: HandlerRef;
  /** Where it is going; 0: nowhere. */
  target: HandlerRef = 0;
  wrong = 0;
  /** What it was told when a host closed it. */
  closedWhy: string | undefined;
  readonly #options: StreamPlayerOptions;
  #step: 'joining' | 'in' | 'leaving' | 'left' = 'joining';
  #sent: ByteStream;
  #expected: ByteStream;
  #out: Buffer[] = [];
  #unread: Uint8Array = new Uint8Array(0);
  #lastCount = 0;
  #streams = 0;

  constructor(options: StreamPlayerOptions, handler: HandlerRef) {
    this.#options = options;
    this.player = options.player;
    this.handler = handler;
    this.#sent = new ByteStream(options.seed);
    this.#expected = new ByteStream(options.seed);
  }

  get isSettled(): boolean {
    return this.#step === 'in';
  }

  get backlogBytes(): number {
    return this.#sent.position - this.#expected.position;
  }

  send(count: number): void {
    const { backlogBytesMax = BACKLOG_BYTES_MAX } = this.#options;
    if (this.backlogBytes + count <= backlogBytesMax) this.#out.push(this.#sent.take(count));
  }

  move(target: HandlerRef): void {
    this.target = target;
    this.#step = 'leaving';
  }

  /** Nobody will answer: everything on its way is lost, a new stream starts. */
  cut(target: HandlerRef): void {
    const { seed, marks } = this.#options;
    marks.cut += 1;
    this.#streams += 1;
    const next = seed + this.#streams * 1_000_003;
    [this.#sent, this.#expected] = [new ByteStream(next), new ByteStream(next)];
    this.#out = [];
    this.#unread = new Uint8Array(0);
    this.target = 0;
    this.handler = target;
    this.#step = 'joining';
  }

  /** Writes what has room. */
  turn(): void {
    const { marks, ringOf } = this.#options;
    const { player, handler } = this;
    const ring = ringOf(handler);
    if (this.#step === 'joining') {
      const join = { handler, player, reason: Reason.moved };
      if (!tryWriteJoin(ring, join, this.#unread)) marks.ringsFull += 1;
      else {
        this.#unread = new Uint8Array(0);
        this.#lastCount = 0;
        this.#step = 'in';
      }
    }
    if (this.#step === 'leaving') {
      if (tryWriteLeave(ring, handler, player, Reason.moved)) this.#step = 'left';
      else marks.ringsFull += 1;
    }
    if (this.#step !== 'in' || this.#out.length === 0) return;
    if (this.#options.isHeld(handler)) {
      marks.held += 1;
      return;
    }
    for (let oldest = this.#out[0]; oldest !== undefined; oldest = this.#out[0]) {
      const { length } = oldest;
      if (!tryWriteInput(ring, InputChannel.opaque, handler, player, oldest, 0, length)) {
        marks.ringsFull += 1;
        return;
      }
      this.#out.shift();
    }
  }

  onLeft(handler: HandlerRef, unread: Uint8Array): void {
    const { marks } = this.#options;
    if (this.#step !== 'left' || handler !== this.handler) {
      marks.fenced += 1;
      return;
    }
    marks.moves += 1;
    marks.bytesUnread += unread.length;
    const held = this.#out.splice(0).map((bytes) => ({ channel: InputChannel.opaque, bytes }));
    this.#unread = Buffer.concat([unread, encodeSegments(held)]);
    this.handler = this.target;
    this.target = 0;
    this.#step = 'joining';
  }

  onData(handler: HandlerRef, flags: number, bytes: Buffer): void {
    const { marks } = this.#options;
    if (handler !== this.handler || this.#step === 'joining') {
      marks.fenced += 1;
      return;
    }
    if (flags !== 0) this.#onCount(flags, bytes);
    else {
      marks.bytesEchoed += bytes.length;
      if (!bytes.equals(this.#expected.take(bytes.length))) this.wrong += 1;
    }
  }

  /** Counts grow; those that are not volatile leave none out between two volatile ones. */
  #onCount(flags: number, bytes: Buffer): void {
    const count = bytes.readUInt32LE(4);
    const isNext = this.#lastCount === 0 || count === this.#lastCount + 1;
    const isLater = count > this.#lastCount;
    if (flags === DataFlag.volatile ? !isLater : !isNext && !isLater) this.wrong += 1;
    this.#lastCount = count;
    this.#options.marks.counts += 1;
  }

  onClose(handler: HandlerRef, why: string): void {
    if (handler === this.handler) this.closedWhy ??= why;
    else this.#options.marks.fenced += 1;
  }
}
