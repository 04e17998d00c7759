/**
 * Frames between hosts: bytes in, frames out, however the network cuts them. Pure. Bridge thread.
 *
 *   byte 0   length    u32 little-endian: bytes of the body, 0..FRAME_BYTES_MAX
 *   byte 4   channel   u8: 0 the link itself, else a Channel of transport.ts
 *   byte 5   kind      u8: of channel 0 a LinkFrame, else 0
 *   byte 6   reserved  u16: 0
 *   byte 8   body
 */

import { Channel } from '../transport.ts';

export const FRAME_HEADER_BYTES = 8;
/** A batch of proxied records, the last of which may be a quarter of a ring (bridge-checks.ts bounds rings). */
export const FRAME_BYTES_MAX: number = 4 * 1024 * 1024;
/** A peer that has not proved itself may send no more than this in one frame. */
export const STRANGER_BYTES_MAX = 2_048;

/** The channel of the link itself. */
export const LINK_CHANNEL = 0;

/** Kinds of frames on LINK_CHANNEL. */
export const LinkFrame = {
  heartbeat: 0,
  hello: 1,
  proof: 2,
  refused: 3,
  /** Addresses of other hosts. */
  addresses: 4,
} as const;

export type LinkFrame = (typeof LinkFrame)[keyof typeof LinkFrame];

const CHANNEL_MAX = Math.max(...Object.values(Channel));
const LINK_FRAME_MAX = Math.max(...Object.values(LinkFrame));

/** What is wrong with the bytes of a peer. */
export type FrameViolation =
  | 'frame-too-long'
  | 'unknown-channel'
  | 'unknown-kind'
  | 'reserved-bits';

/** Hot: once a frame. `bytes` are the reader's: valid until the call returns. */
export type OnFrame = (channel: number, kind: number, bytes: Uint8Array) => void;

/** Hot: once a message. A frame as it goes out, header and body in one piece. */
export function encodeFrame(channel: number, kind: number, body: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + body.length);
  frame.writeUInt32LE(body.length, 0);
  frame.writeUInt8(channel, 4);
  frame.writeUInt8(kind, 5);
  frame.writeUInt16LE(0, 6);
  frame.set(body, FRAME_HEADER_BYTES);
  return frame;
}

export class FrameReader {
  /** Bytes of one frame's body; grows from STRANGER_BYTES_MAX when the peer has proved itself. */
  bodyBytesMax: number = STRANGER_BYTES_MAX;
  readonly #onFrame: OnFrame;
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  readonly #headerView = new DataView(this.#header.buffer);
  #headerBytes = 0;
  #body: Uint8Array | undefined;
  #bodyBytes = 0;
  #isStopped = false;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** Takes what came; answers what is wrong with it: then nothing more is read. */
  push(chunk: Uint8Array): FrameViolation | undefined {
    let offset = 0;
    while (offset < chunk.length && !this.#isStopped) {
      if (this.#body !== undefined) {
        offset += this.#fillBody(this.#body, chunk, offset);
        continue;
      }
      const missing = FRAME_HEADER_BYTES - this.#headerBytes;
      const part = chunk.subarray(offset, offset + missing);
      this.#header.set(part, this.#headerBytes);
      this.#headerBytes += part.length;
      offset += part.length;
      if (this.#headerBytes < FRAME_HEADER_BYTES) break;
      const violation = this.#violation();
      if (violation !== undefined) {
        this.#isStopped = true;
        return violation;
      }
      offset += this.#startBody(chunk, offset);
    }
    return undefined;
  }

  /** Reads nothing more: the link is over, perhaps within a frame's call. */
  stop(): void {
    this.#isStopped = true;
  }

  /** A body that came whole is passed on as it lies there, without a copy. */
  #startBody(chunk: Uint8Array, offset: number): number {
    const length = this.#headerView.getUint32(0, true);
    this.#headerBytes = 0;
    if (chunk.length - offset >= length) {
      this.#emit(chunk.subarray(offset, offset + length));
      return length;
    }
    this.#body = new Uint8Array(length);
    this.#bodyBytes = 0;
    return 0;
  }

  #fillBody(body: Uint8Array, chunk: Uint8Array, offset: number): number {
    const part = chunk.subarray(offset, offset + body.length - this.#bodyBytes);
    body.set(part, this.#bodyBytes);
    this.#bodyBytes += part.length;
    if (this.#bodyBytes === body.length) {
      this.#body = undefined;
      this.#emit(body);
    }
    return part.length;
  }

  #emit(body: Uint8Array): void {
    this.#onFrame(this.#headerView.getUint8(4), this.#headerView.getUint8(5), body);
  }

  #violation(): FrameViolation | undefined {
    const view = this.#headerView;
    if (view.getUint32(0, true) > this.bodyBytesMax) return 'frame-too-long';
    if (view.getUint8(4) > CHANNEL_MAX) return 'unknown-channel';
    const kindMax = view.getUint8(4) === LINK_CHANNEL ? LINK_FRAME_MAX : 0;
    if (view.getUint8(5) > kindMax) return 'unknown-kind';
    return view.getUint16(6, true) === 0 ? undefined : 'reserved-bits';
  }
}
