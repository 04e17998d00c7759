/** Goal: states survive the wire, and bytes cut short are no states. Method: a running match, encoded and decoded. */

import { expect, test } from 'vitest';
import { freshSeed, seededRandom } from '../../../../src/shared/random.ts';
import {
  SnapshotEncoder,
  StateType,
  decodeInput,
  decodeState,
  encodeField,
  encodeHappening,
  encodeInput,
} from '../../../../src/workers/games/capture-the-flag/ctf-codec.ts';
import { DIRECTIONS } from '../../../../src/workers/games/capture-the-flag/direction.ts';
import { readSettings } from '../../../../src/workers/games/capture-the-flag/ctf-settings.ts';
import { stepMatch } from '../../../../src/workers/games/capture-the-flag/ctf-simulation.ts';
import {
  HappeningKind,
  NO_SEAT,
  createState,
  enterSeat,
  loseSeat,
} from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';
import type { CtfState } from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';

function runningMatch(): CtfState {
  const random = seededRandom(3);
  const { map, rules } = readSettings({ countdownSeconds: 0 }, 10);
  const roster = ['ada', 'bob', 'Zoë', 'kim'].map((name, seat) => ({ name, team: seat % 2 }));
  const state = createState(map, rules, roster);
  for (const avatar of state.avatars.slice(0, 3)) enterSeat(state, avatar, random);
  for (let tick = 0; tick < 150; tick += 1) stepMatch(state, random);
  for (const avatar of state.avatars) avatar.held = 3;
  stepMatch(state, random);
  return state;
}

test('a snapshot says what the state is', () => {
  const state = runningMatch();
  const [ada, bob, zoe] = state.avatars;
  if (ada === undefined || bob === undefined || zoe === undefined) throw new Error('no avatars');
  ada.x = 30;
  state.flags[1].place = 1;
  state.flags[1].carrier = 0;
  bob.respawnTicks = 13;
  loseSeat(state, zoe);
  zoe.protectedTicks = 4;
  state.score[1] = 2;
  const bytes = new SnapshotEncoder().encode(state);
  expect(bytes.byteLength).toBe(24 + 3 * 8);
  expect(decodeState(bytes)).toMatchObject({
    type: StateType.snapshot,
    phase: 2,
    tick: 151,
    leftMs: state.phaseTicks * 100,
    score: [0, 2],
    flags: [
      { place: 0, carrier: NO_SEAT, x: 3, y: 7 },
      { place: 1, carrier: 0, x: 31, y: ada.y },
    ],
    avatars: [
      { seat: 0, team: 0, onField: true, carrying: true, x: 30 * 256 + 128, direction: 3 },
      { seat: 1, team: 1, onField: false, connected: true, respawnTenths: 13 },
      { seat: 2, team: 0, onField: true, connected: false, protected: true },
    ],
  });
});

test('a field says the map, the roster and which seat is yours', () => {
  const state = runningMatch();
  const decoded = decodeState(encodeField(state, 2));
  expect(decoded).toMatchObject({
    type: StateType.field,
    yourSeat: 2,
    tickHz: 10,
    scoreLimit: 3,
    seats: [
      { name: 'ada', team: 0 },
      { name: 'bob', team: 1 },
      { name: 'Zoë', team: 0 },
      { name: 'kim', team: 1 },
    ],
    map: { width: 40, height: 16, rows: state.map.rows, flags: state.map.flags },
  });
});

test('happenings and inputs come through', () => {
  const happening = { kind: HappeningKind.tagged, seat: 3, other: NO_SEAT, team: 1 } as const;
  expect(decodeState(encodeHappening(happening))).toEqual({ type: 3, ...happening });
  for (const direction of DIRECTIONS) expect(decodeInput(encodeInput(direction))).toBe(direction);
  for (const bytes of [[], [9], [255]]) expect(decodeInput(Uint8Array.from(bytes))).toBeUndefined();
});

test('no bytes make the decoder throw', () => {
  const seed = freshSeed();
  const random = seededRandom(seed);
  let decoded = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = Uint8Array.from({ length: random.below(60) }, () => random.below(256));
    // Most rounds get past the type and version, or nothing behind them would be tried.
    if (round % 4 > 0)
      bytes.set(
        [1 + random.below(3), 1, random.below(5), random.below(5)].slice(0, bytes.byteLength),
      );
    if (decodeState(bytes) !== undefined) decoded += 1;
  }
  expect(decoded, `seed ${seed}`).toBeGreaterThan(1_000);
});

test('bytes cut short, of another version or of no known type are no state', () => {
  const state = runningMatch();
  const whole = [encodeField(state, 0), new SnapshotEncoder().encode(state)];
  for (const bytes of whole) {
    for (let length = 0; length < bytes.byteLength; length += 1) {
      expect(decodeState(bytes.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
    expect(
      decodeState(Uint8Array.from(bytes, (byte, at) => (at === 1 ? 9 : byte))),
    ).toBeUndefined();
    expect(
      decodeState(Uint8Array.from(bytes, (byte, at) => (at === 0 ? 9 : byte))),
    ).toBeUndefined();
  }
});
