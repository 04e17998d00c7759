/**
 * The records that travel in rings between gateways and match workers, and the functions that write them.
 * Gateway threads, match workers and the bridge. All words are u32 little-endian; payloads start on a multiple of 8.
 *
 *   gateway to worker
 *   kind       flags          byte 0    4        8         12
 *   join       0              handler   player   reason    unread ...    segments (unread-segments.ts)
 *   data       InputChannel   handler   player   bytes ...
 *   leave      Reason         handler   player
 *
 *   worker to gateway
 *   kind       flags          byte 0    4        8
 *   dataOne    DataFlag       handler   player   bytes ...
 *   dataMany   DataFlag       handler   count    players[count]  bytes ...
 *   left       0, Reason      handler   player   unread ...              segments (unread-segments.ts). With a Reason: nobody was
 *                                                                        there to answer, what was on its way is lost
 *   close      Reason         handler   player   message ...             UTF-8
 *
 *   handler is a HandlerRef, player a PlayerRef: of the receiver's row only when its generation is still this one.
 *
 * Invariants: the records of one player and handler stay in order, since they use one ring each way; after leave no data
 * goes up, after left none comes down. Each tryWrite refuses, with false and no trace, when there is no room now; a
 * payload above writer.payloadBytesMax is a bug of the caller.
 */

import type { HandlerRef, PlayerRef } from './ids.ts';
import type { Reason } from './reason.ts';
import type { RingWriter } from './spsc-ring.ts';

/** Kind 0 is the ring's own padding. */
export const RecordKind = {
  join: 1,
  data: 2,
  leave: 3,
  dataOne: 4,
  dataMany: 5,
  left: 6,
  close: 7,
} as const;

export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** What the bytes of a data record are. */
export const InputChannel = {
  /** One INPUT frame, line or key press. */
  input: 0,
  /** A command, UTF-8 without its slash. */
  command: 1,
  /** Part of an opaque stream, cut anywhere. */
  opaque: 2,
} as const;

export type InputChannel = (typeof InputChannel)[keyof typeof InputChannel];

export function isInputChannel(word: number): word is InputChannel {
  return word <= InputChannel.opaque;
}

/** Flag bits of dataOne and dataMany. */
export const DataFlag = {
  /** A later volatile record to the same player makes this one worthless. */
  volatile: 1,
  /** The bytes are a ClientEvent as JSON; else they are a state. */
  event: 2,
} as const;

export type DataFlag = (typeof DataFlag)[keyof typeof DataFlag];

/** Byte offsets within the payload. */
export const HANDLER_OFFSET = 0;
export const PLAYER_OFFSET = 4;
/** Of data, dataOne, left and close: what follows the player. leave ends there. */
export const ONE_BODY_OFFSET = 8;
export const JOIN_REASON_OFFSET = 8;
export const JOIN_BODY_OFFSET = 12;
/** Of dataMany. */
export const COUNT_OFFSET = 4;
export const PLAYERS_OFFSET = 8;
export const PLAYER_BYTES = 4;

/** Up to here a loop (2 ns a byte) is no slower than subarray() and set() (65 ns for any; Node 26). */
const LOOP_COPY_BYTES_MAX = 32;

/** A close's message; who writes one cuts it. */
export const CLOSE_CHARACTERS_MAX = 256;

/** A player in a handler. */
export interface PlayerTarget {
  readonly handler: HandlerRef;
  readonly player: PlayerRef;
}

/** The first `count` of `players` in a handler. */
export interface PlayersTarget {
  readonly handler: HandlerRef;
  readonly players: ArrayLike<PlayerRef>;
  readonly count: number;
}

/** The player is the handler's from here on; `unread` are segments that the last handler did not consume. */
export function tryWriteJoin(
  writer: RingWriter,
  join: PlayerTarget & { readonly reason: Reason },
  unread: Uint8Array,
): boolean {
  const byteOffset = writer.tryReserve(RecordKind.join, 0, JOIN_BODY_OFFSET + unread.length);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, join.handler, join.player);
  writer.view.setUint32(byteOffset + JOIN_REASON_OFFSET, join.reason, true);
  copyBytes(writer, byteOffset + JOIN_BODY_OFFSET, unread);
  return true;
}

/**
 * Input of one player: `bytes[start, end)`. Seven positional parameters, against house style: this runs once per
 * client message, and an options object each would be the only garbage on that path.
 */
// oxlint-disable-next-line eslint/max-params -- no garbage once a client message
export function tryWriteInput(
  writer: RingWriter,
  channel: InputChannel,
  handler: HandlerRef,
  player: PlayerRef,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const bodyBytes = end - start;
  const byteOffset = writer.tryReserve(RecordKind.data, channel, ONE_BODY_OFFSET + bodyBytes);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, handler, player);
  if (bodyBytes > LOOP_COPY_BYTES_MAX) {
    writer.bytes.set(bytes.subarray(start, end), byteOffset + ONE_BODY_OFFSET);
    return true;
  }
  const target = writer.bytes;
  const shift = byteOffset + ONE_BODY_OFFSET - start;
  for (let index = start; index < end; index += 1) target[index + shift] = bytes[index] ?? 0;
  return true;
}

/** The player goes: the handler answers with left, after all it has to say. */
export function tryWriteLeave(
  writer: RingWriter,
  handler: HandlerRef,
  player: PlayerRef,
  reason: Reason,
): boolean {
  const byteOffset = writer.tryReserve(RecordKind.leave, reason, ONE_BODY_OFFSET);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, handler, player);
  return true;
}

/** A state or an event to one player. `flags` are DataFlag bits. */
export function tryWriteDataOne(
  writer: RingWriter,
  flags: number,
  target: PlayerTarget,
  bytes: Uint8Array,
): boolean {
  const payloadBytes = ONE_BODY_OFFSET + bytes.length;
  const byteOffset = writer.tryReserve(RecordKind.dataOne, flags, payloadBytes);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, target.handler, target.player);
  copyBytes(writer, byteOffset + ONE_BODY_OFFSET, bytes);
  return true;
}

/** The same to many: the bytes travel once. At most dataManyPlayersMax() players a record. */
export function tryWriteDataMany(
  writer: RingWriter,
  flags: number,
  target: PlayersTarget,
  bytes: Uint8Array,
): boolean {
  const { handler, players, count } = target;
  const payloadBytes = dataManyBodyOffset(count) + bytes.length;
  const byteOffset = writer.tryReserve(RecordKind.dataMany, flags, payloadBytes);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, handler, count);
  let playerOffset = byteOffset + PLAYERS_OFFSET;
  for (let index = 0; index < count; index += 1) {
    writer.view.setUint32(playerOffset, players[index] ?? 0, true);
    playerOffset += PLAYER_BYTES;
  }
  copyBytes(writer, playerOffset, bytes);
  return true;
}

/** Where the bytes of a dataMany to `count` players start in its payload. */
export function dataManyBodyOffset(count: number): number {
  return PLAYERS_OFFSET + count * PLAYER_BYTES;
}

/** How many players one dataMany with `bodyBytes` can name in this ring; a longer list goes in several records. */
export function dataManyPlayersMax(writer: RingWriter, bodyBytes: number): number {
  return Math.floor((writer.payloadBytesMax - PLAYERS_OFFSET - bodyBytes) / PLAYER_BYTES);
}

/** The handler is done with the player; `unread` are segments that it did not consume. */
export function tryWriteLeft(
  writer: RingWriter,
  handler: HandlerRef,
  player: PlayerRef,
  unread: Uint8Array,
): boolean {
  const byteOffset = writer.tryReserve(RecordKind.left, 0, ONE_BODY_OFFSET + unread.length);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, handler, player);
  copyBytes(writer, byteOffset + ONE_BODY_OFFSET, unread);
  return true;
}

/** Nobody answers the player's LEAVE any more: what was on its way there is lost. */
export function tryWriteLost(
  writer: RingWriter,
  { handler, player, reason }: PlayerTarget & { readonly reason: Reason },
): boolean {
  const byteOffset = writer.tryReserve(RecordKind.left, reason, ONE_BODY_OFFSET);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, handler, player);
  return true;
}

/** The connection is to be closed with this reason and message. */
export function tryWriteClose(
  writer: RingWriter,
  close: PlayerTarget & { readonly reason: Reason },
  message: string,
): boolean {
  const bytes = Buffer.from(message, 'utf8');
  const payloadBytes = ONE_BODY_OFFSET + bytes.length;
  const byteOffset = writer.tryReserve(RecordKind.close, close.reason, payloadBytes);
  if (byteOffset < 0) return false;
  writeTarget(writer, byteOffset, close.handler, close.player);
  copyBytes(writer, byteOffset + ONE_BODY_OFFSET, bytes);
  return true;
}

/** Words 0 and 1 of every payload; the second is a count in dataMany. */
function writeTarget(
  writer: RingWriter,
  byteOffset: number,
  handler: number,
  player: number,
): void {
  writer.view.setUint32(byteOffset + HANDLER_OFFSET, handler, true);
  writer.view.setUint32(byteOffset + PLAYER_OFFSET, player, true);
}

function copyBytes(writer: RingWriter, byteOffset: number, bytes: Uint8Array): void {
  if (bytes.length > 0) writer.bytes.set(bytes, byteOffset);
}
