/**
 * Capture the Flag's states as docs/games.md gives them, read for the canvas. The game's own codec cannot be imported
 * here (main imports no worker code); test/main/ops/dashboard/ctf-reader.test.ts holds the two together. Pure; browser,
 * not a thread of the host.
 */

const VERSION = 1;
const FIELD = 1;
const SNAPSHOT = 2;
const FIELD_HEADER_BYTES = 8;
const SNAPSHOT_HEADER_BYTES = 24;
const AVATAR_BYTES = 8;
export const UNITS_PER_CELL = 256;
export const NO_SEAT = 255;

export interface CtfField {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly string[];
  readonly tickHz: number;
  readonly scoreLimit: number;
  readonly seats: readonly { readonly name: string; readonly team: number }[];
}

export interface CtfFlag {
  /** 0 home, 1 carried, 2 dropped. */
  readonly place: number;
  /** Seat, or NO_SEAT. */
  readonly carrier: number;
  /** In cells. */
  readonly x: number;
  readonly y: number;
}

export interface CtfAvatar {
  readonly seat: number;
  readonly team: number;
  readonly isOnField: boolean;
  readonly isCarrying: boolean;
  readonly isProtected: boolean;
  readonly isConnected: boolean;
  /** In 1/256 cells. */
  readonly x: number;
  readonly y: number;
  readonly respawnTenths: number;
}

export interface CtfSnapshot {
  /** 0 waiting, 1 countdown, 2 playing, 3 over. */
  readonly phase: number;
  readonly tick: number;
  readonly leftMs: number;
  readonly score: readonly [number, number];
  /** Red's, blue's. */
  readonly flags: readonly [CtfFlag, CtfFlag];
  readonly avatars: readonly CtfAvatar[];
}

/** Undefined for anything else, or bytes that are cut short. */
export function readField(bytes: Uint8Array): CtfField | undefined {
  const [type, version, width = 0, height = 0, , tickHz = 0, scoreLimit = 0, count = 0] = bytes;
  if (type !== FIELD || version !== VERSION) return undefined;
  const decoder = new TextDecoder();
  let byte = FIELD_HEADER_BYTES;
  if (bytes.byteLength < byte + width * height) return undefined;
  const rows: string[] = [];
  for (let y = 0; y < height; y += 1) {
    rows.push(decoder.decode(bytes.subarray(byte, byte + width)));
    byte += width;
  }
  const seats: { name: string; team: number }[] = [];
  for (let seat = 0; seat < count; seat += 1) {
    const [team, length] = bytes.subarray(byte);
    if (team === undefined || length === undefined) return undefined;
    const end = byte + 2 + length;
    if (bytes.byteLength < end) return undefined;
    seats.push({ team, name: decoder.decode(bytes.subarray(byte + 2, end)) });
    byte = end;
  }
  return { width, height, rows, tickHz, scoreLimit, seats };
}

export function readSnapshot(bytes: Uint8Array): CtfSnapshot | undefined {
  const [type, version, phase = 0, count = 0] = bytes;
  if (type !== SNAPSHOT || version !== VERSION) return undefined;
  if (bytes.byteLength < SNAPSHOT_HEADER_BYTES + count * AVATAR_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    phase,
    tick: view.getUint32(4, true),
    leftMs: view.getUint32(8, true),
    score: [view.getUint8(12), view.getUint8(13)],
    flags: [flagAt(view, 14), flagAt(view, 18)],
    avatars: Array.from({ length: count }, (_, index) =>
      avatarAt(view, SNAPSHOT_HEADER_BYTES + index * AVATAR_BYTES),
    ),
  };
}

function flagAt(view: DataView, byte: number): CtfFlag {
  return {
    place: view.getUint8(byte),
    carrier: view.getUint8(byte + 1),
    x: view.getUint8(byte + 2),
    y: view.getUint8(byte + 3),
  };
}

function avatarAt(view: DataView, byte: number): CtfAvatar {
  const bits = view.getUint8(byte + 1);
  return {
    seat: view.getUint8(byte),
    isOnField: (bits & 1) !== 0,
    isCarrying: (bits & 2) !== 0,
    isProtected: (bits & 4) !== 0,
    isConnected: (bits & 8) !== 0,
    team: (bits & 16) === 0 ? 0 : 1,
    x: view.getUint16(byte + 2, true),
    y: view.getUint16(byte + 4, true),
    respawnTenths: view.getUint8(byte + 7),
  };
}
