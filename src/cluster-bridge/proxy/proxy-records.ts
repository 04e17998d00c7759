/**
 * Records of proxied players as they travel a link: many in one message. All words are little-endian. Pure. Bridge thread.
 *
 *   byte 0   length  u32   of the record, header and padding to 4 bytes not counted
 *   byte 4   kind    u8    RecordKind
 *   byte 5   flags   u8    as in the rings
 *   byte 6   extra   u16   up, join: bytes of the name
 *   byte 8   words         as drawn below
 *
 *   home to match host                                     match host to home
 *   join     matchHandler player homeHandler reason view   dataOne    homeHandler player  bytes ...
 *            flags name ... unread ...                     dataMany   homeHandler count players[count] bytes ...
 *   data     matchHandler player bytes ...                 left       homeHandler player  unread ...
 *   leave    matchHandler player                           close      homeHandler player  message ...
 *
 *   player is the home's PlayerRef, homeHandler the row of its handler table that stands for the match: so what comes back
 *   meets the home gateway's own fence.
 */

import type { HandlerRef, PlayerRef } from '../../shared/ids.ts';
import { isInputChannel, RecordKind } from '../../shared/record-layout.ts';
import { areSegments } from '../../shared/unread-segments.ts';

export const PROXY_HEADER_BYTES = 8;
const WORD_BYTES = 4;
const JOIN_WORDS = 6;
const TARGET_WORDS = 2;
/** A message is sent when it holds this much, at the end of a turn at the latest. */
export const MESSAGE_BYTES: number = 256 * 1024;
const FIRST_BYTES = 16 * 1024;

export interface ProxyJoin {
  readonly matchHandler: HandlerRef;
  readonly homeHandler: HandlerRef;
  readonly player: PlayerRef;
  readonly reason: number;
  readonly view: number;
  readonly flags: number;
  readonly name: string;
}

/** Collects the records of one turn for one link. */
export class ProxyMessage {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get byteLength(): number {
    return this.#length;
  }

  /** What was collected; the message is empty after clear(). */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  join(join: ProxyJoin, unread: Uint8Array): void {
    const name = Buffer.from(join.name, 'utf8');
    const length = JOIN_WORDS * WORD_BYTES + name.length + unread.length;
    let offset = this.#header(RecordKind.join, 0, length, name.length);
    const { matchHandler, player, homeHandler, reason, view, flags } = join;
    for (const word of [matchHandler, player, homeHandler, reason, view, flags]) {
      this.#view.setUint32(offset, word, true);
      offset += WORD_BYTES;
    }
    this.#bytes.set(name, offset);
    this.#bytes.set(unread, offset + name.length);
  }

  /** Any kind whose words are a handler and a player. Hot: once a record. */
  one(kind: RecordKind, flags: number, target: ProxyTarget, body: Uint8Array): void {
    const length = TARGET_WORDS * WORD_BYTES + body.length;
    const offset = this.#header(kind, flags, length, 0);
    this.#view.setUint32(offset, target.handler, true);
    this.#view.setUint32(offset + WORD_BYTES, target.player, true);
    this.#bytes.set(body, offset + TARGET_WORDS * WORD_BYTES);
  }

  /** The body once, for the first `count` of `players`. Hot: once a broadcast and link. */
  many(flags: number, target: ProxyTargets, body: Uint8Array): void {
    const { handler, players, count } = target;
    const length = (TARGET_WORDS + count) * WORD_BYTES + body.length;
    let offset = this.#header(RecordKind.dataMany, flags, length, 0);
    this.#view.setUint32(offset, handler, true);
    this.#view.setUint32(offset + WORD_BYTES, count, true);
    offset += TARGET_WORDS * WORD_BYTES;
    for (let index = 0; index < count; index += 1) {
      this.#view.setUint32(offset, players[index] ?? 0, true);
      offset += WORD_BYTES;
    }
    this.#bytes.set(body, offset);
  }

  #header(kind: number, flags: number, length: number, extra: number): number {
    const recordBytes = PROXY_HEADER_BYTES + aligned(length);
    this.#grow(recordBytes);
    const start = this.#length;
    this.#view.setUint32(start, length, true);
    this.#view.setUint8(start + 4, kind);
    this.#view.setUint8(start + 5, flags);
    this.#view.setUint16(start + 6, extra, true);
    this.#length += recordBytes;
    return start + PROXY_HEADER_BYTES;
  }

  #grow(neededBytes: number): void {
    const needed = this.#length + neededBytes;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(2 ** Math.ceil(Math.log2(needed)));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

export interface ProxyTarget {
  readonly handler: HandlerRef;
  readonly player: PlayerRef;
}

export interface ProxyTargets {
  readonly handler: HandlerRef;
  readonly players: Uint32Array;
  readonly count: number;
}

/** What a message's reader calls, once a record. Bytes are valid during the call only. */
export interface ProxyRecords {
  join?(join: ProxyJoin, unread: Uint8Array): void;
  one(kind: RecordKind, flags: number, target: ProxyTarget, body: Uint8Array): void;
  many?(flags: number, target: ProxyTargets, body: Uint8Array): void;
}

const KINDS_UP: ReadonlySet<number> = new Set([RecordKind.data, RecordKind.leave]);
const KINDS_DOWN: ReadonlySet<number> = new Set([
  RecordKind.dataOne,
  RecordKind.left,
  RecordKind.close,
]);

/** Reads a message of a home (`up`) or a match host (`down`); false where it is none: nothing after the fault is read. */
export function readProxyMessage(
  message: Uint8Array,
  direction: 'up' | 'down',
  records: ProxyRecords,
): boolean {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let offset = 0;
  while (offset < message.length) {
    if (message.length - offset < PROXY_HEADER_BYTES) return false;
    const length = view.getUint32(offset, true);
    const start = offset + PROXY_HEADER_BYTES;
    if (length > message.length - start) return false;
    const record = {
      kind: view.getUint8(offset + 4),
      flags: view.getUint8(offset + 5),
      start,
      length,
    };
    const extra = view.getUint16(offset + 6, true);
    if (!readRecord(view, message, { ...record, extra, direction }, records)) return false;
    offset = start + aligned(length);
  }
  return true;
}

interface RecordAt {
  readonly kind: number;
  readonly flags: number;
  readonly extra: number;
  readonly start: number;
  readonly length: number;
  readonly direction: 'up' | 'down';
}

function readRecord(
  view: DataView,
  bytes: Uint8Array,
  at: RecordAt,
  records: ProxyRecords,
): boolean {
  const { kind, flags, start, length, direction } = at;
  const end = start + length;
  if (length < TARGET_WORDS * WORD_BYTES) return false;
  if (direction === 'up' && kind === RecordKind.join) return readJoin(view, bytes, at, records);
  const handler = view.getUint32(start, true);
  const second = view.getUint32(start + WORD_BYTES, true);
  const bodyStart = start + TARGET_WORDS * WORD_BYTES;
  if (direction === 'down' && kind === RecordKind.dataMany) {
    if (second * WORD_BYTES > end - bodyStart) return false;
    const players = new Uint32Array(second);
    for (let index = 0; index < second; index += 1) {
      players[index] = view.getUint32(bodyStart + index * WORD_BYTES, true);
    }
    const body = bytes.subarray(bodyStart + second * WORD_BYTES, end);
    records.many?.(flags, { handler, players, count: second }, body);
    return true;
  }
  const kinds = direction === 'up' ? KINDS_UP : KINDS_DOWN;
  if (!kinds.has(kind)) return false;
  const body = bytes.subarray(bodyStart, end);
  if (kind === RecordKind.data && !isInputChannel(flags)) return false;
  if (kind === RecordKind.left && !areSegments(body)) return false;
  // One of the kinds that were just looked up.
  records.one(kind as RecordKind, flags, { handler, player: second }, body);
  return true;
}

function readJoin(view: DataView, bytes: Uint8Array, at: RecordAt, records: ProxyRecords): boolean {
  const { start, length, extra } = at;
  const nameStart = start + JOIN_WORDS * WORD_BYTES;
  if (length < JOIN_WORDS * WORD_BYTES + extra) return false;
  const unread = bytes.subarray(nameStart + extra, start + length);
  if (!areSegments(unread)) return false;
  const word = (index: number): number => view.getUint32(start + index * WORD_BYTES, true);
  const name = Buffer.from(bytes.subarray(nameStart, nameStart + extra)).toString('utf8');
  const join: ProxyJoin = {
    matchHandler: word(0),
    player: word(1),
    homeHandler: word(2),
    reason: word(3),
    view: word(4),
    flags: word(5),
    name,
  };
  records.join?.(join, unread);
  return true;
}

function aligned(length: number): number {
  return (length + WORD_BYTES - 1) & ~(WORD_BYTES - 1);
}
