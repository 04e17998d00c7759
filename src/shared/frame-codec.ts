/**
 * The `frame` protocol, version 1, as bytes: what docs/protocol.md draws, in both directions.
 * Runs in gateway threads (server side), in practice bots and in the load clients.
 *
 *   byte 0-1   length   u16 big-endian: bytes that follow it, 1..65535
 *   byte 2     type     u8, a FrameType
 *   byte 3..   payload  length - 1 bytes
 *
 * Invariant of FrameParser: between calls of push() it holds at most one frame, copied, and nothing when the last
 * chunk ended with a frame. Frames that lie whole in a chunk are passed on in place, with no allocation.
 */

import assert from 'node:assert/strict';

export const FRAME_PROTOCOL_VERSION = 1;

export const FrameType = {
  hello: 0x01,
  command: 0x02,
  input: 0x03,
  ping: 0x04,
  welcome: 0x81,
  event: 0x82,
  state: 0x83,
  pong: 0x84,
  bye: 0x85,
} as const;

export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** Bytes of the length field and the type. */
export const FRAME_HEADER_BYTES = 3;
/** The length field's largest value: type and payload. */
export const FRAME_LENGTH_MAX = 65_535;
export const FRAME_PAYLOAD_BYTES_MAX: number = FRAME_LENGTH_MAX - 1;
/** PING and PONG carry at most this much. */
export const PING_BYTES_MAX = 64;

/** Who hears of frames: a method, so that a connection needs no closure of its own for it. */
export interface FrameSink {
  /** One whole frame: its payload is `bytes[start, end)`, valid during the call only. */
  onFrame(type: number, bytes: Uint8Array, start: number, end: number): void;
}

/** Encodes one frame into fresh bytes. */
export function encodeFrame(type: FrameType, payload: Uint8Array): Uint8Array {
  const frame = frameOf(type, payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/** Encodes one frame whose payload is `text` in UTF-8. */
export function encodeTextFrame(type: FrameType, text: string): Uint8Array {
  const frame = frameOf(type, Buffer.byteLength(text));
  frame.write(text, FRAME_HEADER_BYTES);
  return frame;
}

/** Encodes one frame whose payload is `value` in JSON. */
export function encodeJsonFrame(type: FrameType, value: object): Uint8Array {
  return encodeTextFrame(type, JSON.stringify(value));
}

function frameOf(type: FrameType, payloadBytes: number): Buffer {
  assert(
    payloadBytes <= FRAME_PAYLOAD_BYTES_MAX,
    'Cannot encode a frame: payload over 65,534 bytes',
  );
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payloadBytes);
  const length = payloadBytes + 1;
  frame[0] = length >>> 8;
  frame[1] = length & 0xff;
  frame[2] = type;
  return frame;
}

/** Cuts a stream of bytes, in chunks of any size, into frames. Pure: no socket, no clock. */
export class FrameParser {
  readonly #lengthMax: number;
  /** The first byte of a length field whose second has not come yet, or NONE. */
  #lengthHigh: number = NONE;
  /** Type and payload of a frame of which a part has come; undefined between frames. */
  #partial: Uint8Array | undefined = undefined;
  #partialBytes = 0;
  #broken = false;

  /** `lengthMax`: the largest length field to accept, at most 65,535. Bounds what one peer can make us hold. */
  constructor(lengthMax: number = FRAME_LENGTH_MAX) {
    this.#lengthMax = Math.min(lengthMax, FRAME_LENGTH_MAX);
  }

  /**
   * Consumes all of `chunk` and tells `sink` of each frame that is whole now. Returns false once a length field was
   * 0 or over the maximum: the stream cannot be understood from there on, and later chunks are ignored.
   */
  push(chunk: Uint8Array, sink: FrameSink): boolean {
    if (this.#broken) return false;
    let position = this.#resume(chunk, sink);
    const chunkBytes = chunk.length;
    while (!this.#broken && position < chunkBytes) {
      if (position + 1 === chunkBytes) {
        this.#lengthHigh = chunk[position] ?? 0;
        break;
      }
      const length = ((chunk[position] ?? 0) << 8) | (chunk[position + 1] ?? 0);
      const start = position + 2;
      if (!this.#accepts(length)) break;
      if (start + length > chunkBytes) {
        this.#keep(length, chunk, start);
        break;
      }
      position = start + length;
      sink.onFrame(chunk[start] ?? 0, chunk, start + 1, position);
    }
    return !this.#broken;
  }

  /** Completes what an earlier chunk began; returns where the next frame starts. */
  #resume(chunk: Uint8Array, sink: FrameSink): number {
    if (chunk.length === 0) return 0;
    if (this.#lengthHigh !== NONE) {
      const length = (this.#lengthHigh << 8) | (chunk[0] ?? 0);
      this.#lengthHigh = NONE;
      if (!this.#accepts(length)) return 0;
      this.#keep(length, chunk, 1);
      return this.#finish(sink, 1 + Math.min(length, chunk.length - 1));
    }
    const partial = this.#partial;
    if (partial === undefined) return 0;
    const takenBytes = Math.min(partial.length - this.#partialBytes, chunk.length);
    partial.set(chunk.subarray(0, takenBytes), this.#partialBytes);
    this.#partialBytes += takenBytes;
    return this.#finish(sink, takenBytes);
  }

  /** Passes on the kept frame if it is whole; returns `position` unchanged. */
  #finish(sink: FrameSink, position: number): number {
    const partial = this.#partial;
    if (partial === undefined || this.#partialBytes < partial.length) return position;
    this.#partial = undefined;
    this.#partialBytes = 0;
    sink.onFrame(partial[0] ?? 0, partial, 1, partial.length);
    return position;
  }

  #accepts(length: number): boolean {
    this.#broken = length === 0 || length > this.#lengthMax;
    return !this.#broken;
  }

  /** Copies what has come of a frame: the chunk belongs to the caller. */
  #keep(length: number, chunk: Uint8Array, start: number): void {
    const partial = new Uint8Array(length);
    const end = Math.min(start + length, chunk.length);
    partial.set(chunk.subarray(start, end));
    this.#partial = partial;
    this.#partialBytes = end - start;
  }
}

const NONE = -1;
