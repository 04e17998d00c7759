/**
 * A match worker's end of the corridor to one gateway: the ring up, the ring down, the gateway's doorbell. Match workers, and
 * the bridge, which is a worker to the gateways.
 *
 * When the ring down is full, records wait here in order, up to OVERFLOW_BYTES_MAX; volatile ones are not kept. Beyond
 * that a player who would lose a message is closed with a reason instead: never a silent loss. So is one whose unread
 * bytes are more than a record of either ring holds.
 */

import type { DoorbellRinger } from './doorbell.ts';
import type { HandlerRef, PlayerRef } from './ids.ts';
import { Reason } from './reason.ts';
import {
  DataFlag,
  JOIN_BODY_OFFSET,
  ONE_BODY_OFFSET,
  dataManyPlayersMax,
  tryWriteClose,
  tryWriteDataMany,
  tryWriteDataOne,
  tryWriteLeft,
  tryWriteLost,
  type PlayerTarget,
  type PlayersTarget,
} from './record-layout.ts';
import { RingReader, RingWriter } from './spsc-ring.ts';
import { NO_SEGMENTS } from './unread-segments.ts';

export const OVERFLOW_BYTES_MAX: number = 8 * 1024 * 1024;
const RECORD_OVERHEAD_BYTES = 128;

interface Waiting {
  readonly byteLength: number;
  readonly tryWrite: () => boolean;
}

export class GatewayLink {
  readonly up: RingReader;
  /** The same ring as words, for copying small records fast. */
  readonly upWords: Int32Array;
  readonly down: RingWriter;
  /** Scratch for a broadcast: the players of this gateway. */
  readonly players: Uint32Array;
  count = 0;
  readonly #bell: DoorbellRinger;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  readonly #condemned = new Set<PlayerRef>();
  /** Unread bytes that both LEFT and the next JOIN can carry. */
  readonly #unreadBytesMax: number;

  constructor(options: {
    up: SharedArrayBuffer;
    down: SharedArrayBuffer;
    bell: DoorbellRinger;
    playersMax: number;
  }) {
    this.up = new RingReader(options.up);
    this.upWords = new Int32Array(options.up);
    this.down = new RingWriter(options.down);
    this.#bell = options.bell;
    this.players = new Uint32Array(options.playersMax);
    // All rings of one direction have one size, so the next handler's is like ours.
    const joinBytesMax = new RingWriter(options.up).payloadBytesMax - JOIN_BODY_OFFSET;
    this.#unreadBytesMax = Math.min(joinBytesMax, this.down.payloadBytesMax - ONE_BODY_OFFSET);
  }

  /** True while records wait for room. */
  get isBlocked(): boolean {
    return this.#waiting.length > 0;
  }

  one(flags: number, target: PlayerTarget, bytes: Uint8Array): void {
    if (!this.isBlocked && tryWriteDataOne(this.down, flags, target, bytes)) return;
    if ((flags & DataFlag.volatile) !== 0) return;
    const { handler, player } = target;
    const copy = new Uint8Array(bytes);
    this.#wait(handler, [player], {
      byteLength: copy.byteLength + RECORD_OVERHEAD_BYTES,
      tryWrite: () => tryWriteDataOne(this.down, flags, { handler, player }, copy),
    });
  }

  /** The same bytes to the first `count` of `players`. */
  many(flags: number, handler: HandlerRef, bytes: Uint8Array): void {
    const playersMax = dataManyPlayersMax(this.down, bytes.byteLength);
    for (let start = 0; start < this.count; start += playersMax) {
      const end = Math.min(this.count, start + playersMax);
      const players = start === 0 ? this.players : this.players.subarray(start, end);
      this.#someOfMany(flags, { handler, players, count: end - start }, bytes);
    }
  }

  left(target: PlayerTarget, unread: Uint8Array): void {
    const { handler, player } = target;
    if (unread.byteLength > this.#unreadBytesMax) {
      this.close(target, Reason.inputOverflow, 'Too much was sent while you were moved');
      this.left(target, NO_SEGMENTS);
      return;
    }
    const tryWrite = (): boolean => tryWriteLeft(this.down, handler, player, unread);
    if (!this.isBlocked && tryWrite()) return;
    // LEFT is never refused for want of room: the hand-off hangs on it, and there is one a player.
    this.#keep({ byteLength: unread.byteLength + RECORD_OVERHEAD_BYTES, tryWrite });
  }

  /** LEFT of a player whose LEAVE nobody can answer: the next handler is told for what reason. */
  lost({ handler, player }: PlayerTarget, reason: Reason): void {
    const tryWrite = (): boolean => tryWriteLost(this.down, { handler, player, reason });
    if (!this.isBlocked && tryWrite()) return;
    this.#keep({ byteLength: RECORD_OVERHEAD_BYTES, tryWrite });
  }

  close(target: PlayerTarget, reason: Reason, message: string): void {
    const { handler, player } = target;
    const tryWrite = (): boolean => tryWriteClose(this.down, { handler, player, reason }, message);
    if (!this.isBlocked && tryWrite()) return;
    this.#keep({ byteLength: message.length + RECORD_OVERHEAD_BYTES, tryWrite });
  }

  /** Writes what waited, shows the gateway this turn's batch, and wakes it if it sleeps. */
  publish(): void {
    if (this.isBlocked) this.#writeWaiting();
    if (this.down.publish()) this.#bell.ringIfAsleep();
  }

  /** Calls back when all that was said so far is in the ring: at once where nothing waits. */
  whenWritten(callback: () => void): void {
    this.publish();
    if (!this.isBlocked) {
      callback();
      return;
    }
    const tryWrite = (): boolean => {
      callback();
      return true;
    };
    this.#keep({ byteLength: 0, tryWrite });
  }

  #someOfMany(flags: number, target: PlayersTarget, bytes: Uint8Array): void {
    if (!this.isBlocked && tryWriteDataMany(this.down, flags, target, bytes)) return;
    if ((flags & DataFlag.volatile) !== 0) return;
    const { handler, count } = target;
    const players = Uint32Array.from({ length: count }, (_, index) => target.players[index] ?? 0);
    const copy = new Uint8Array(bytes);
    this.#wait(handler, players, {
      byteLength: copy.byteLength + players.byteLength + RECORD_OVERHEAD_BYTES,
      tryWrite: () => tryWriteDataMany(this.down, flags, { handler, players, count }, copy),
    });
  }

  #wait(handler: HandlerRef, players: Iterable<PlayerRef>, waiting: Waiting): void {
    if (this.#waitingBytes + waiting.byteLength <= OVERFLOW_BYTES_MAX) {
      this.#keep(waiting);
      return;
    }
    for (const player of players) {
      if (this.#condemned.has(player)) continue;
      this.#condemned.add(player);
      this.close({ handler, player }, Reason.unavailable, 'The host is too busy to serve you');
    }
  }

  #keep(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#waitingBytes += waiting.byteLength;
  }

  #writeWaiting(): void {
    let written = 0;
    for (const { byteLength, tryWrite } of this.#waiting) {
      if (!tryWrite()) break;
      written += 1;
      this.#waitingBytes -= byteLength;
    }
    this.#waiting = this.#waiting.slice(written);
    if (this.#waiting.length === 0) this.#condemned.clear();
  }
}

/** Calls back, once, when all that was said so far to the gateways of `links` is in their rings. */
export function whenAllWritten(links: readonly GatewayLink[], callback: () => void): void {
  let behind = 1;
  const onWritten = (): void => {
    behind -= 1;
    if (behind === 0) callback();
  };
  for (const link of links) {
    behind += 1;
    link.whenWritten(onWritten);
  }
  onWritten();
}
