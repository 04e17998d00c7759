/**
 * The `frame` protocol as the bench speaks it. Load clients and the bare relay.
 * Written from docs/protocol.md and not from the host's codec, so that a mistake in one does not hide in the other.
 *
 *   byte 0-1  length   u16 big-endian: bytes that follow it, type included
 *   byte 2    type     u8
 *   byte 3..  payload
 */

export const WireType = {
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

export const HEADER_BYTES = 3;
/** The relay mode's payloads: stamp (f64) first; in a state the tick (u32 little-endian) follows. */
export const INPUT_PAYLOAD_BYTES = 32;
export const STATE_PAYLOAD_BYTES = 256;
export const STATE_FRAME_BYTES: number = HEADER_BYTES + STATE_PAYLOAD_BYTES;
export const STAMP_PAYLOAD_OFFSET = 0;
export const TICK_PAYLOAD_OFFSET = 8;
export const STAMP_OFFSET: number = HEADER_BYTES + STAMP_PAYLOAD_OFFSET;
export const TICK_OFFSET: number = HEADER_BYTES + TICK_PAYLOAD_OFFSET;
/** Players in one match of the relay mode. */
export const MATCH_PLAYERS = 16;

/** Called for each whole frame: its payload is `bytes[start, end)`, valid during the call only. */
export type OnFrame = (type: number, bytes: Uint8Array, start: number, end: number) => void;

/** A frame of `type` with a text or a byte payload. */
export function frameOf(type: number, payload: string | Uint8Array): Uint8Array {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const frame = new Uint8Array(HEADER_BYTES + body.byteLength);
  const length = body.byteLength + 1;
  frame[0] = length >>> 8;
  frame[1] = length & 0xff;
  frame[2] = type;
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** Calls `onFrame` for each whole frame in `bytes[0, end)`; returns where the first unfinished one begins. */
export function scanFrames(bytes: Uint8Array, end: number, onFrame: OnFrame): number {
  let offset = 0;
  while (end - offset >= HEADER_BYTES) {
    const frameEnd = offset + 2 + (((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0));
    if (frameEnd > end) break;
    onFrame(bytes[offset + 2] ?? 0, bytes, offset + HEADER_BYTES, frameEnd);
    // A length of 0 has no type: the caller sees an end before the start, and the scan still moves on.
    offset = Math.max(frameEnd, offset + 2);
  }
  return offset;
}

/** `bytes[start, end)` after `earlier`, in memory of its own. */
export function joinBytes(
  earlier: Uint8Array | undefined,
  bytes: Uint8Array,
  end: number,
): Uint8Array {
  const head = earlier?.byteLength ?? 0;
  const joined = new Uint8Array(head + end);
  if (earlier !== undefined) joined.set(earlier);
  joined.set(bytes.subarray(0, end), head);
  return joined;
}

/** The JSON object in `bytes[start, end)`, or undefined. */
export function jsonOf(
  bytes: Uint8Array,
  start: number,
  end: number,
): Readonly<Record<string, unknown>> | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
  try {
    const value: unknown = JSON.parse(text);
    // A JSON object enters here from outside; its fields stay unknown.
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: the caller counts it as a broken frame.
    return undefined;
  }
}
