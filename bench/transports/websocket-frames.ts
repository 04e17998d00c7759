/**
 * WebSocket frames (RFC 6455) as the load clients need them: whole messages, no extensions. Load clients only.
 *
 *   byte 0    FIN bit, opcode
 *   byte 1    MASK bit (set by clients only), length: 0..125, or 126 and a u16 big-endian behind it
 *   then      4 bytes of mask, where set; payload
 */

export const Opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Called for each whole frame: its payload is `bytes[start, end)`, valid during the call only. */
export type OnWebSocketFrame = (
  opcode: number,
  bytes: Uint8Array,
  start: number,
  end: number,
) => void;

const FIN = 0x80;
const MASKED = 0x80;
const SHORT_LENGTH_MAX = 125;
const LENGTH_16 = 126;
const MASK_BYTES = 4;
/** No secret is kept from anybody here; a mask of zeros would let the server skip its work. */
const MASK = Uint8Array.of(0x5a, 0x17, 0xc3, 0x6e);

/** A client's frame: masked, as servers require. */
export function maskedFrame(opcode: number, payload: string | Uint8Array): Uint8Array {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const isShort = body.byteLength <= SHORT_LENGTH_MAX;
  const maskOffset = isShort ? 2 : 4;
  const frame = new Uint8Array(maskOffset + MASK_BYTES + body.byteLength);
  frame[0] = FIN | opcode;
  frame[1] = MASKED | (isShort ? body.byteLength : LENGTH_16);
  if (!isShort) new DataView(frame.buffer).setUint16(2, body.byteLength);
  frame.set(MASK, maskOffset);
  for (let index = 0; index < body.byteLength; index += 1) {
    frame[maskOffset + MASK_BYTES + index] = (body[index] ?? 0) ^ (MASK[index & 3] ?? 0);
  }
  return frame;
}

/** Calls `onFrame` for each whole frame in `bytes[0, end)`; returns where the first unfinished one begins. */
export function scanWebSocketFrames(
  bytes: Uint8Array,
  end: number,
  onFrame: OnWebSocketFrame,
): number {
  let offset = 0;
  while (end - offset >= 2) {
    let length = bytes[offset + 1] ?? 0;
    let start = offset + 2;
    if (length >= LENGTH_16) {
      // A server's frame of 64 KiB and more, or a masked one, is none of this bench's.
      if (length > LENGTH_16) throw new Error('Cannot read a WebSocket frame: too long or masked');
      if (end - offset < 4) break;
      length = ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0);
      start = offset + 4;
    }
    if (start + length > end) break;
    const first = bytes[offset] ?? 0;
    if ((first & FIN) === 0) throw new Error('Cannot read a WebSocket frame: it is fragmented');
    onFrame(first & 0x0f, bytes, start, start + length);
    offset = start + length;
  }
  return offset;
}

/** An input's bytes on the wire, kept for good: one frame or several, the last of which ends with the payload. */
export class MaskedInput {
  readonly bytes: Uint8Array;
  readonly #stampOffset: number;
  readonly #maskPhase: number;
  readonly #stamp = new Uint8Array(8);
  readonly #stampView = new DataView(this.#stamp.buffer);

  /** `prefix` stands before the payload in the same frame; `before` are whole frames sent with it. */
  constructor(payload: Uint8Array, prefix: Uint8Array, before: Uint8Array = new Uint8Array(0)) {
    const frame = maskedFrame(Opcode.binary, Buffer.concat([prefix, payload]));
    this.bytes = Buffer.concat([before, frame]);
    this.#stampOffset = this.bytes.byteLength - payload.byteLength;
    this.#maskPhase = prefix.byteLength;
  }

  setStamp(stampMs: number): void {
    this.#stampView.setFloat64(0, stampMs, true);
    for (let index = 0; index < this.#stamp.byteLength; index += 1) {
      this.bytes[this.#stampOffset + index] =
        (this.#stamp[index] ?? 0) ^ (MASK[(this.#maskPhase + index) & 3] ?? 0);
    }
  }
}
