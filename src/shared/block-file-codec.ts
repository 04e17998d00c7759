/**
 * A file of packed blocks of text that stays readable whatever a crash cut off. Pure; any thread: the ticket log's
 * thread encodes, `longhouse replay` decodes.
 *
 *   file    | magic, 8 bytes | version u32 | block | block | ...                     all numbers little-endian
 *   block   | packed length u32 | text length u32 | CRC-32 u32 | packed bytes        packed: raw deflate of UTF-8
 *
 * The CRC is over both lengths and the packed bytes, so each block is whole or known not to be. A file only grows, so a
 * crash can only cut its last block short; a bad block anywhere is damage, and nothing after it is read.
 */

import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

export const BLOCK_FILE_VERSION = 1;
/** The longest text of one block, in bytes: what a reader must be ready to hold. */
export const BLOCK_TEXT_BYTES_MAX: number = 4 * 2 ** 20;

const MAGIC = new TextEncoder().encode('LHBLOCKS');
const FILE_HEADER_BYTES = 12;
const BLOCK_HEADER_BYTES = 12;
const CRC_BYTE_OFFSET = 8;
/** Deflate never makes anything longer than this: stored blocks of 64 KiB with 5 bytes each. */
const PACKED_BYTES_MAX = BLOCK_TEXT_BYTES_MAX + 1024;

/** How the reading of a file ended. */
export type BlockFileEnd =
  | { readonly kind: 'complete' }
  /** The last block, or the file's own header, is not all there: what a crash leaves. */
  | { readonly kind: 'cut'; readonly byteOffset: number; readonly bytes: number }
  /** Not a block file, another version, or bytes that changed after they were written. */
  | { readonly kind: 'damaged'; readonly byteOffset: number; readonly found: string };

export interface BlockFile {
  readonly texts: readonly string[];
  readonly end: BlockFileEnd;
}

/** What stands at the start of every file. */
export function blockFileHeader(): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_BYTES);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, BLOCK_FILE_VERSION, true);
  return bytes;
}

/** One block. Throws a RangeError for a text above BLOCK_TEXT_BYTES_MAX. */
export function encodeBlock(text: string): Uint8Array {
  const raw = new TextEncoder().encode(text);
  if (raw.length > BLOCK_TEXT_BYTES_MAX) {
    throw new RangeError(`Cannot encode a block: found ${raw.length} bytes of text`);
  }
  const packed = deflateRawSync(raw, { level: constants.Z_DEFAULT_COMPRESSION });
  const block = new Uint8Array(BLOCK_HEADER_BYTES + packed.length);
  const view = new DataView(block.buffer);
  view.setUint32(0, packed.length, true);
  view.setUint32(4, raw.length, true);
  block.set(packed, BLOCK_HEADER_BYTES);
  view.setUint32(CRC_BYTE_OFFSET, checksum(block), true);
  return block;
}

/** All whole blocks from the start of a file, and why there are no more. Throws nothing, whatever the bytes. */
export function decodeBlockFile(bytes: Uint8Array): BlockFile {
  const texts: string[] = [];
  const wrong = checkFileHeader(bytes);
  if (wrong !== undefined) return { texts, end: wrong };
  let byteOffset = FILE_HEADER_BYTES;
  while (byteOffset < bytes.length) {
    const rest = bytes.subarray(byteOffset);
    const block = decodeBlock(rest);
    if (block.kind !== 'whole') {
      const end: BlockFileEnd =
        block.kind === 'cut'
          ? { kind: 'cut', byteOffset, bytes: rest.length }
          : { kind: 'damaged', byteOffset, found: block.found };
      return { texts, end };
    }
    texts.push(block.text);
    byteOffset += block.byteLength;
  }
  return { texts, end: { kind: 'complete' } };
}

type DecodedBlock =
  | { readonly kind: 'whole'; readonly text: string; readonly byteLength: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'damaged'; readonly found: string };

function decodeBlock(bytes: Uint8Array): DecodedBlock {
  if (bytes.length < BLOCK_HEADER_BYTES) return { kind: 'cut' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packedLength = view.getUint32(0, true);
  const textLength = view.getUint32(4, true);
  // Checked before anything is allocated: a length that no writer writes is damage, not a file that was cut.
  if (packedLength > PACKED_BYTES_MAX || textLength > BLOCK_TEXT_BYTES_MAX) {
    return { kind: 'damaged', found: `a block of ${packedLength} bytes` };
  }
  const byteLength = BLOCK_HEADER_BYTES + packedLength;
  if (bytes.length < byteLength) return { kind: 'cut' };
  const block = bytes.subarray(0, byteLength);
  if (view.getUint32(CRC_BYTE_OFFSET, true) !== checksum(block)) {
    return { kind: 'damaged', found: 'a block with a wrong checksum' };
  }
  const text = unpack(block.subarray(BLOCK_HEADER_BYTES), textLength);
  if (text === undefined) return { kind: 'damaged', found: 'a block that cannot be unpacked' };
  return { kind: 'whole', text, byteLength };
}

function checkFileHeader(bytes: Uint8Array): BlockFileEnd | undefined {
  const isMagic = MAGIC.subarray(0, bytes.length).every((byte, index) => byte === bytes[index]);
  if (!isMagic) return { kind: 'damaged', byteOffset: 0, found: 'no block file' };
  if (bytes.length < FILE_HEADER_BYTES) return { kind: 'cut', byteOffset: 0, bytes: bytes.length };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(MAGIC.length, true);
  if (version === BLOCK_FILE_VERSION) return undefined;
  const found = `version ${version}, this program reads ${BLOCK_FILE_VERSION}`;
  return { kind: 'damaged', byteOffset: MAGIC.length, found };
}

/** Undefined for bytes that a CRC let through and deflate does not: the other program was no writer of ours. */
function unpack(packed: Uint8Array, textLength: number): string | undefined {
  try {
    const raw = inflateRawSync(packed, { maxOutputLength: Math.max(1, textLength) });
    return raw.length === textLength ? raw.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Over a whole block but the checksum itself. */
function checksum(block: Uint8Array): number {
  return crc32(block.subarray(BLOCK_HEADER_BYTES), crc32(block.subarray(0, CRC_BYTE_OFFSET)));
}
