/**
 * The bytes of Capture the Flag for `frame` clients: states out, inputs in, both directions of each in one file.
 * Runs in match workers, bots, tests and tools. Numbers are little-endian; places are 1/256 cells.
 *
 *   INPUT     byte 0     direction, 0 to 8 (direction.ts); further bytes are ignored
 *
 *   FIELD     byte 0     1                         once after joining and whenever a seat is added; never dropped
 *             byte 1     version, 1
 *             byte 2-3   width, height in cells
 *             byte 4     your seat
 *             byte 5     tick rate in Hz
 *             byte 6     score limit
 *             byte 7     seats
 *             then       height rows of width bytes: '#' wall, '.' floor, 'F' flag's stand, 'S' spawn
 *             then       per seat: team u8, length of the name u8, name in UTF-8; seats count from 0
 *
 *   SNAPSHOT  byte 0     2                         each tick, volatile: only the newest matters
 *             byte 1     version, 1
 *             byte 2     phase: 0 waiting, 1 countdown, 2 playing, 3 over
 *             byte 3     avatars that follow
 *             byte 4-7   tick u32
 *             byte 8-11  milliseconds left of the phase, u32
 *             byte 12-13 score of red, of blue
 *             byte 14-17 red's flag: place (0 home, 1 carried, 2 dropped), carrier's seat or 255, cell x, cell y
 *             byte 18-21 blue's flag
 *             byte 22-23 zero
 *             then       per avatar, 8 bytes:
 *               byte 0   seat
 *               byte 1   bits: 1 on the field, 2 carries a flag, 4 protected, 8 connected, 16 blue
 *               byte 2-3 x u16        byte 4-5 y u16
 *               byte 6   direction it moves in
 *               byte 7   tenths of a second until it is back on the field
 *
 *   HAPPENED  byte 0     3                         as it happens; never dropped
 *             byte 1     HappeningKind       byte 2  seat or 255
 *             byte 3     other seat or 255   byte 4  team
 */

import { Direction, toDirection } from './direction.ts';
import { Team, tryMapFromRows } from './ctf-map.ts';
import type { CtfMap } from './ctf-map.ts';
import {
  NO_SEAT,
  Presence,
  SEATS_MAX,
  carriedFlag,
  cellX,
  cellY,
  isOnField,
  placeX,
  placeY,
} from './ctf-state.ts';
import type { CtfState, FlagPlace, Happening, HappeningKind, Phase } from './ctf-state.ts';

const CTF_CODEC_VERSION = 1;
export const StateType = { field: 1, snapshot: 2, happened: 3 } as const;

const FIELD_HEADER_BYTES = 8;
const SNAPSHOT_HEADER_BYTES = 24;
const AVATAR_BYTES = 8;
const HAPPENED_BYTES = 5;
const NAME_BYTES_MAX = 255;
const BYTE_NO_SEAT = 255;
const AvatarBit = { onField: 1, carrying: 2, protected: 4, connected: 8, blue: 16 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface DecodedField {
  readonly type: typeof StateType.field;
  readonly map: CtfMap;
  readonly yourSeat: number;
  readonly tickHz: number;
  readonly scoreLimit: number;
  readonly seats: readonly { readonly name: string; readonly team: Team }[];
}

export interface DecodedFlag {
  readonly place: FlagPlace;
  /** NO_SEAT unless carried. */
  readonly carrier: number;
  readonly x: number;
  readonly y: number;
}

export interface DecodedAvatar {
  readonly seat: number;
  readonly team: Team;
  readonly onField: boolean;
  readonly carrying: boolean;
  readonly protected: boolean;
  readonly connected: boolean;
  /** 1/256 cells. */
  readonly x: number;
  readonly y: number;
  readonly direction: Direction;
  readonly respawnTenths: number;
}

export interface DecodedSnapshot {
  readonly type: typeof StateType.snapshot;
  readonly phase: Phase;
  readonly tick: number;
  readonly leftMs: number;
  readonly score: readonly [number, number];
  readonly flags: readonly [DecodedFlag, DecodedFlag];
  readonly avatars: readonly DecodedAvatar[];
}

export interface DecodedHappening extends Happening {
  readonly type: typeof StateType.happened;
}

export type DecodedState = DecodedField | DecodedSnapshot | DecodedHappening;

export function encodeInput(direction: Direction): Uint8Array {
  return Uint8Array.of(direction);
}

/** The direction of an INPUT; undefined when it is none. */
export function decodeInput(bytes: Uint8Array): Direction | undefined {
  return toDirection(bytes[0]);
}

export function encodeField(state: CtfState, yourSeat: number): Uint8Array {
  const { map, rules, avatars } = state;
  const names = avatars.map((avatar) => encoder.encode(avatar.name).subarray(0, NAME_BYTES_MAX));
  const namesBytes = names.reduce((sum, name) => sum + 2 + name.byteLength, 0);
  const bytes = new Uint8Array(FIELD_HEADER_BYTES + map.width * map.height + namesBytes);
  bytes.set([StateType.field, CTF_CODEC_VERSION, map.width, map.height, yourSeat]);
  bytes.set([rules.tickHz, rules.scoreLimit, avatars.length], 5);
  let byte = FIELD_HEADER_BYTES;
  for (const row of map.rows) {
    bytes.set(encoder.encode(row), byte);
    byte += map.width;
  }
  for (const avatar of avatars) {
    const name = names[avatar.seat] ?? new Uint8Array();
    bytes.set([avatar.team, name.byteLength], byte);
    bytes.set(name, byte + 2);
    byte += 2 + name.byteLength;
  }
  return bytes;
}

/** Encodes into a buffer of its own, which the next call overwrites: send it at once. */
export class SnapshotEncoder {
  readonly #bytes = new Uint8Array(SNAPSHOT_HEADER_BYTES + SEATS_MAX * AVATAR_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);

  encode(state: CtfState): Uint8Array {
    const bytes = this.#bytes;
    const view = this.#view;
    bytes[0] = StateType.snapshot;
    bytes[1] = CTF_CODEC_VERSION;
    bytes[2] = state.phase;
    view.setUint32(4, state.tick, true);
    view.setUint32(8, Math.round((state.phaseTicks * 1000) / state.rules.tickHz), true);
    bytes[12] = state.score[Team.red];
    bytes[13] = state.score[Team.blue];
    this.#putFlag(14, state, Team.red);
    this.#putFlag(18, state, Team.blue);
    let count = 0;
    for (const avatar of state.avatars) {
      if (avatar.presence === Presence.absent || avatar.presence === Presence.gone) continue;
      const byte = SNAPSHOT_HEADER_BYTES + count * AVATAR_BYTES;
      bytes[byte] = avatar.seat;
      bytes[byte + 1] =
        (isOnField(avatar) ? AvatarBit.onField : 0) |
        (carriedFlag(state, avatar) === undefined ? 0 : AvatarBit.carrying) |
        (avatar.protectedTicks > 0 ? AvatarBit.protected : 0) |
        (avatar.presence === Presence.here ? AvatarBit.connected : 0) |
        (avatar.team === Team.blue ? AvatarBit.blue : 0);
      view.setUint16(byte + 2, placeX(avatar), true);
      view.setUint16(byte + 4, placeY(avatar), true);
      bytes[byte + 6] = avatar.step;
      bytes[byte + 7] = Math.ceil((avatar.respawnTicks * 10) / state.rules.tickHz);
      count += 1;
    }
    bytes[3] = count;
    return bytes.subarray(0, SNAPSHOT_HEADER_BYTES + count * AVATAR_BYTES);
  }

  #putFlag(byte: number, state: CtfState, team: Team): void {
    const flag = state.flags[team];
    const carrier = state.avatars[flag.carrier];
    this.#bytes[byte] = flag.place;
    this.#bytes[byte + 1] = carrier === undefined ? BYTE_NO_SEAT : carrier.seat;
    this.#bytes[byte + 2] = carrier === undefined ? flag.x : cellX(carrier);
    this.#bytes[byte + 3] = carrier === undefined ? flag.y : cellY(carrier);
  }
}

export function encodeHappening(happening: Happening): Uint8Array {
  const { kind, seat, other, team } = happening;
  return Uint8Array.of(StateType.happened, kind, seatByte(seat), seatByte(other), team);
}

/** Reads any state; undefined for a type or version it does not know, or bytes that are cut short. */
export function decodeState(bytes: Uint8Array): DecodedState | undefined {
  if (bytes[0] === StateType.happened) return decodeHappening(bytes);
  if (bytes[1] !== CTF_CODEC_VERSION) return undefined;
  if (bytes[0] === StateType.field) return decodeField(bytes);
  if (bytes[0] === StateType.snapshot) return decodeSnapshot(bytes);
  return undefined;
}

function decodeHappening(bytes: Uint8Array): DecodedHappening | undefined {
  if (bytes.byteLength < HAPPENED_BYTES) return undefined;
  const [, kind = 0, seat = 0, other = 0, team = 0] = bytes;
  return {
    type: StateType.happened,
    // Bytes from our own host: kinds that a newer one adds are for the reader to ignore.
    kind: kind as HappeningKind,
    seat: byteSeat(seat),
    other: byteSeat(other),
    team: team === Team.blue ? Team.blue : Team.red,
  };
}

function decodeField(bytes: Uint8Array): DecodedField | undefined {
  const [, , width = 0, height = 0, yourSeat = 0, tickHz = 0, scoreLimit = 0, count = 0] = bytes;
  const rows: string[] = [];
  let byte = FIELD_HEADER_BYTES;
  if (bytes.byteLength < byte + width * height) return undefined;
  for (let y = 0; y < height; y += 1) {
    rows.push(decoder.decode(bytes.subarray(byte, byte + width)));
    byte += width;
  }
  const seats: { name: string; team: Team }[] = [];
  for (let seat = 0; seat < count; seat += 1) {
    const team = bytes[byte];
    const end = byte + 2 + (bytes[byte + 1] ?? 0);
    if (team === undefined || bytes.byteLength < end) return undefined;
    const name = decoder.decode(bytes.subarray(byte + 2, end));
    seats.push({ name, team: team === Team.blue ? Team.blue : Team.red });
    byte = end;
  }
  const map = tryMapFromRows('received', rows);
  if (map === undefined) return undefined;
  return { type: StateType.field, map, yourSeat, tickHz, scoreLimit, seats };
}

function decodeSnapshot(bytes: Uint8Array): DecodedSnapshot | undefined {
  const count = bytes[3] ?? 0;
  if (bytes.byteLength < SNAPSHOT_HEADER_BYTES + count * AVATAR_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const avatars: DecodedAvatar[] = [];
  for (let index = 0; index < count; index += 1) {
    avatars.push(decodeAvatar(view, SNAPSHOT_HEADER_BYTES + index * AVATAR_BYTES));
  }
  return {
    type: StateType.snapshot,
    phase: view.getUint8(2) as Phase, // The version was checked: the byte is one of Phase.
    tick: view.getUint32(4, true),
    leftMs: view.getUint32(8, true),
    score: [view.getUint8(12), view.getUint8(13)],
    flags: [decodeFlag(view, 14), decodeFlag(view, 18)],
    avatars,
  };
}

function decodeFlag(view: DataView, byte: number): DecodedFlag {
  return {
    place: view.getUint8(byte) as FlagPlace, // The version was checked: the byte is one of FlagPlace.
    carrier: byteSeat(view.getUint8(byte + 1)),
    x: view.getUint8(byte + 2),
    y: view.getUint8(byte + 3),
  };
}

function decodeAvatar(view: DataView, byte: number): DecodedAvatar {
  const bits = view.getUint8(byte + 1);
  return {
    seat: view.getUint8(byte),
    team: (bits & AvatarBit.blue) === 0 ? Team.red : Team.blue,
    onField: (bits & AvatarBit.onField) !== 0,
    carrying: (bits & AvatarBit.carrying) !== 0,
    protected: (bits & AvatarBit.protected) !== 0,
    connected: (bits & AvatarBit.connected) !== 0,
    x: view.getUint16(byte + 2, true),
    y: view.getUint16(byte + 4, true),
    direction: toDirection(view.getUint8(byte + 6)) ?? Direction.none,
    respawnTenths: view.getUint8(byte + 7),
  };
}

function seatByte(seat: number): number {
  return seat === NO_SEAT ? BYTE_NO_SEAT : seat;
}

function byteSeat(byte: number): number {
  return byte === BYTE_NO_SEAT ? NO_SEAT : byte;
}
