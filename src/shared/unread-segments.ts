/**
 * Bytes of a player that one handler did not consume, on their way to the next: a list of segments in one blob.
 * A match worker encodes them into a left record and decodes them from a join; to the gateway they are a blob, to
 * which it appends what it held meanwhile.
 *
 *   blob      segment, segment, ... unpadded
 *   segment   0   length << 8 | channel   u32 little-endian   length in bytes, channel an InputChannel
 *             4   bytes
 *
 * Invariant: the bytes of a player come out in the order in which they went in; blobs can be joined end to end.
 */

import assert from 'node:assert/strict';
import { isInputChannel, type InputChannel } from './record-layout.ts';

/** Bytes of one channel, in the order in which the player sent them. */
export interface UnreadSegment {
  readonly channel: InputChannel;
  readonly bytes: Uint8Array;
}

const SEGMENT_HEADER_BYTES = 4;
const SEGMENT_BYTES_MAX: number = 2 ** 24 - 1;
/** The blob of no segments. */
export const NO_SEGMENTS: Uint8Array = new Uint8Array(0);

/** Packs segments into a fresh blob. */
export function encodeSegments(segments: readonly UnreadSegment[]): Uint8Array {
  if (segments.length === 0) return NO_SEGMENTS;
  const blob = new Uint8Array(segmentsByteLength(segments));
  const view = new DataView(blob.buffer);
  let byteOffset = 0;
  for (const { channel, bytes } of segments) {
    assert(bytes.length <= SEGMENT_BYTES_MAX, 'a segment has at most 2^24 - 1 bytes');
    view.setUint32(byteOffset, ((bytes.length << 8) | channel) >>> 0, true);
    blob.set(bytes, byteOffset + SEGMENT_HEADER_BYTES);
    byteOffset += SEGMENT_HEADER_BYTES + bytes.length;
  }
  return blob;
}

/** How long the blob of `segments` is. */
export function segmentsByteLength(segments: readonly UnreadSegment[]): number {
  return segments.reduce((sum, { bytes }) => sum + SEGMENT_HEADER_BYTES + bytes.length, 0);
}

/**
 * Unpacks a blob. The segments are windows on `blob`, not copies: over a ring they are valid as long as the record.
 * A blob that does not end where its last segment ends, or names an unknown channel, is a bug and asserts.
 */
export function decodeSegments(blob: Uint8Array): UnreadSegment[] {
  const segments: UnreadSegment[] = [];
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  let byteOffset = 0;
  while (byteOffset < blob.length) {
    assert(byteOffset + SEGMENT_HEADER_BYTES <= blob.length, 'a blob ends with its last segment');
    const word = view.getUint32(byteOffset, true);
    const start = byteOffset + SEGMENT_HEADER_BYTES;
    const end = start + (word >>> 8);
    assert(end <= blob.length, 'a blob ends with its last segment');
    segments.push({ channel: channelOf(word), bytes: blob.subarray(start, end) });
    byteOffset = end;
  }
  return segments;
}

/** True for what decodeSegments() takes: to be asked of a blob that comes from another host. */
export function areSegments(blob: Uint8Array): boolean {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  let byteOffset = 0;
  while (byteOffset < blob.length) {
    if (byteOffset + SEGMENT_HEADER_BYTES > blob.length) return false;
    const word = view.getUint32(byteOffset, true);
    if (!isInputChannel(word & 0xff)) return false;
    byteOffset += SEGMENT_HEADER_BYTES + (word >>> 8);
  }
  return byteOffset === blob.length;
}

function channelOf(word: number): InputChannel {
  const channel = word & 0xff;
  assert(isInputChannel(channel), 'a segment names a known channel');
  return channel;
}
