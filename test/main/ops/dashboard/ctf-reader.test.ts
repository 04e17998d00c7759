/**
 * Goal: the page reads Capture the Flag's states as the game writes them, though it has a reader of its own.
 * Method: states of a running match, through the game's encoder and both decoders; then cut short at every byte.
 */

import { expect, test } from 'vitest';
import { readField, readSnapshot } from '../../../../src/main/ops/dashboard/page/ctf-reader.ts';
import { freshSeed, seededRandom } from '../../../../src/shared/random.ts';
import {
  SnapshotEncoder,
  StateType,
  decodeState,
  encodeField,
} from '../../../../src/workers/games/capture-the-flag/ctf-codec.ts';
import { readSettings } from '../../../../src/workers/games/capture-the-flag/ctf-settings.ts';
import { stepMatch } from '../../../../src/workers/games/capture-the-flag/ctf-simulation.ts';
import {
  NO_SEAT,
  createState,
  enterSeat,
} from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';
import type { CtfState } from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';

const seed = freshSeed();

function match(): { state: CtfState; step: () => void } {
  const random = seededRandom(seed);
  const { map, rules } = readSettings({ countdownSeconds: 0 }, 10);
  const names = ['ada', 'Zoë', '<b>bob</b>', 'kim'];
  const roster = names.map((name, seat) => ({ name, team: seat % 2 }));
  const state = createState(map, rules, roster);
  for (const avatar of state.avatars) enterSeat(state, avatar, random);
  const step = (): void => {
    for (const avatar of state.avatars) avatar.held = random.below(9) as typeof avatar.held;
    stepMatch(state, random);
  };
  return { state, step };
}

test(`the field reads as the game's own decoder reads it (seed ${seed})`, () => {
  const bytes = encodeField(match().state, NO_SEAT);
  const [ours, theirs] = [readField(bytes), decodeState(bytes)];
  if (theirs?.type !== StateType.field) throw new Error('not a field');
  const { map, tickHz, scoreLimit, seats } = theirs;
  const { width, height, rows } = map;
  expect(ours).toEqual({ width, height, rows, tickHz, scoreLimit, seats });
});

test(`snapshots of a running match read as the game's own decoder reads them (seed ${seed})`, () => {
  const { state, step } = match();
  const encoder = new SnapshotEncoder();
  let moved = 0;
  for (let tick = 0; tick < 400; tick += 1) {
    step();
    const bytes = encoder.encode(state);
    const [ours, theirs] = [readSnapshot(bytes), decodeState(bytes)];
    if (theirs?.type !== StateType.snapshot || ours === undefined) throw new Error('no snapshot');
    const { phase, tick: number, leftMs, score } = theirs;
    expect(ours).toMatchObject({ phase, tick: number, leftMs, score });
    expect(ours.flags.map(({ place, x, y }) => ({ place, x, y }))).toEqual(
      theirs.flags.map(({ place, x, y }) => ({ place, x, y })),
    );
    expect(ours.flags.map(({ carrier }) => (carrier === 255 ? NO_SEAT : carrier))).toEqual(
      theirs.flags.map(({ carrier }) => carrier),
    );
    expect(ours.avatars).toEqual(
      theirs.avatars.map((avatar) => ({
        seat: avatar.seat,
        team: avatar.team,
        isOnField: avatar.onField,
        isCarrying: avatar.carrying,
        isProtected: avatar.protected,
        isConnected: avatar.connected,
        x: avatar.x,
        y: avatar.y,
        respawnTenths: avatar.respawnTenths,
      })),
    );
    if (ours.avatars.some(({ x }) => x % 256 !== 0)) moved += 1;
  }
  expect(moved).toBeGreaterThan(50);
});

test('bytes cut short at any place, or of another kind, are no state', () => {
  const { state } = match();
  const field = encodeField(state, NO_SEAT);
  const snapshot = new SnapshotEncoder().encode(state);
  for (let length = 0; length < field.length; length += 1) {
    expect(readField(field.subarray(0, length))).toBeUndefined();
  }
  for (let length = 0; length < snapshot.length; length += 1) {
    expect(readSnapshot(snapshot.subarray(0, length))).toBeUndefined();
  }
  expect([readField(snapshot), readSnapshot(field)]).toEqual([undefined, undefined]);
});
