/**
 * Goal: whatever players press and however they come and go, the rules' invariants hold and the match ends.
 * Method: matches on every map with random inputs, losses and departures from a printed seed; after each tick the
 * whole state is checked. A run that did not see every kind of event it hunts fails.
 */

import { expect, test } from 'vitest';
import { freshSeed, seededRandom } from '../../../../src/shared/random.ts';
import type { Random } from '../../../../src/shared/random.ts';
import { MOVES } from '../../../../src/workers/games/capture-the-flag/direction.ts';
import {
  MAP_NAMES,
  findMap,
  isWall,
} from '../../../../src/workers/games/capture-the-flag/ctf-map.ts';
import { readSettings } from '../../../../src/workers/games/capture-the-flag/ctf-settings.ts';
import { stepMatch } from '../../../../src/workers/games/capture-the-flag/ctf-simulation.ts';
import {
  FlagPlace,
  HappeningKind,
  NO_SEAT,
  Phase,
  Presence,
  createState,
  enterSeat,
  isOnField,
  leaveSeat,
  loseSeat,
  cellX,
  cellY,
} from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';
import type {
  Avatar,
  CtfState,
  Happening,
} from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';

const MATCHES = 110;
const MATCH_SECONDS = 60;

interface Marks {
  ticks: number;
  readonly kinds: Map<HappeningKind, number>;
  readonly ends: Map<string, number>;
}

test('random players never break the rules, and every match ends', () => {
  // To replay a failure, put its printed seed here.
  const seed = freshSeed();
  process.stdout.write(`ctf simulation seed ${seed}\n`);
  const random = seededRandom(seed);
  const marks: Marks = { ticks: 0, kinds: new Map(), ends: new Map() };
  for (let match = 0; match < MATCHES; match += 1) playRandomMatch(random, marks);
  process.stdout.write(`${marks.ticks} ticks, ends ${JSON.stringify([...marks.ends])}\n`);
  expect(marks.ticks).toBeGreaterThan(10_000);
  for (const kind of Object.values(HappeningKind)) {
    expect(marks.kinds.get(kind) ?? 0, `happenings of kind ${kind}, seed ${seed}`).toBeGreaterThan(
      0,
    );
  }
  for (const end of ['time won', 'time draw', 'forfeit won', 'score won']) {
    expect(marks.ends.get(end) ?? 0, `matches that ended by ${end}, seed ${seed}`).toBeGreaterThan(
      0,
    );
  }
});

test('the same seed gives the same match, tick by tick', () => {
  const run = (): string[] => {
    const random = seededRandom(77);
    const state = newMatch(random, 6);
    const seen: string[] = [];
    for (let tick = 0; tick < 1500 && state.phase !== Phase.over; tick += 1) {
      for (const avatar of state.avatars) pressSomething(avatar, random, state);
      stepMatch(state, random);
      seen.push(JSON.stringify({ ...state, map: undefined }));
    }
    return seen;
  };
  const first = run();
  expect(first.length).toBeGreaterThan(500);
  expect(run()).toEqual(first);
});

function newMatch(random: Random, seats: number): CtfState {
  const name = MAP_NAMES[random.below(MAP_NAMES.length)] ?? '';
  const { rules } = readSettings(
    {
      matchSeconds: MATCH_SECONDS,
      scoreLimit: 1 + random.below(2),
      cellsPerSecond: 3 + random.below(18),
      respawnSeconds: random.below(3),
      returnSeconds: 2,
      joinSeconds: 1,
      countdownSeconds: random.below(2),
    },
    10,
  );
  const map = findMap(name);
  if (map === undefined) throw new Error(`Cannot find the map: '${name}'`);
  const roster = Array.from({ length: seats }, (_, seat) => ({ name: `p${seat}`, team: seat % 2 }));
  const state = createState(map, rules, roster);
  for (const avatar of state.avatars) {
    if (random.below(30) > 0) enterSeat(state, avatar, random);
  }
  return state;
}

function playRandomMatch(random: Random, marks: Marks): void {
  const state = newMatch(random, 2 + random.below(15));
  // In most matches people stay; in some they run away, so that forfeits are seen.
  const restless = random.below(3) === 0;
  const ticksMax = (MATCH_SECONDS + 5) * 10;
  let ticks = 0;
  while (state.phase !== Phase.over) {
    if (ticks >= ticksMax) expect.fail(`the match still runs after ${ticks} ticks`);
    const before = [...state.score];
    const happenings: Happening[] = [];
    for (const avatar of state.avatars) {
      pressSomething(avatar, random, state);
      happenings.push(...comeAndGo(state, avatar, { random, restless }));
    }
    happenings.push(...stepMatch(state, random));
    checkState(state);
    checkScore(state, before, happenings);
    for (const { kind } of happenings) marks.kinds.set(kind, (marks.kinds.get(kind) ?? 0) + 1);
    ticks += 1;
  }
  marks.ticks += ticks;
  const end = `${state.why} ${state.winner === undefined ? 'draw' : 'won'}`;
  marks.ends.set(end, (marks.ends.get(end) ?? 0) + 1);
}

/** Mostly towards the flag one wants, so that flags are taken at all; often anywhere. */
function pressSomething(avatar: Avatar, random: Random, state: CtfState): void {
  if (avatar.presence !== Presence.here || random.below(4) > 0) return;
  const carries = state.flags[avatar.team === 0 ? 1 : 0].carrier === avatar.seat;
  const goal = state.map.flags[carries === (avatar.team === 0) ? 0 : 1];
  const wild = random.below(3) === 0;
  const toX = wild ? random.below(3) - 1 : Math.sign(goal.x - avatar.x);
  const toY = wild ? random.below(3) - 1 : Math.sign(goal.y - avatar.y);
  avatar.held = MOVES.find((move) => delta(move)[0] === toX && delta(move)[1] === toY) ?? 0;
}

function delta(move: number): readonly [number, number] {
  const angle = ((move - 1) * Math.PI) / 4;
  return [Math.sign(Math.round(Math.sin(angle) * 9)), Math.sign(Math.round(-Math.cos(angle) * 9))];
}

function comeAndGo(
  state: CtfState,
  avatar: Avatar,
  { random, restless }: { readonly random: Random; readonly restless: boolean },
): Happening[] {
  if (avatar.presence !== Presence.here && state.phase !== Phase.over) {
    return random.below(40) === 0 ? [enterSeat(state, avatar, random)] : [];
  }
  if (random.below(restless ? 40 : 2000) > 0) return [];
  return random.below(2) === 0 ? loseSeat(state, avatar) : leaveSeat(state, avatar);
}

function checkState(state: CtfState): void {
  const { map, flags, avatars } = state;
  for (const avatar of avatars) {
    if (avatar.presence === Presence.absent || avatar.presence === Presence.gone) continue;
    if (isWall(map, avatar.x, avatar.y) || isWall(map, cellX(avatar), cellY(avatar))) {
      expect.fail(`${avatar.name} stands in a wall at ${avatar.x},${avatar.y}`);
    }
  }
  for (const flag of flags) {
    const carrier = avatars[flag.carrier];
    const home = map.flags[flag.team];
    if (flag.place === FlagPlace.carried) {
      const fit =
        carrier !== undefined &&
        carrier.team !== flag.team &&
        carrier.presence === Presence.here &&
        isOnField(carrier);
      if (!fit) expect.fail('a carried flag is not with a fit carrier of the other team');
      continue;
    }
    const isHome = flag.x === home.x && flag.y === home.y;
    const inPlace = !isWall(map, flag.x, flag.y) && isHome === (flag.place === FlagPlace.home);
    if (flag.carrier !== NO_SEAT || !inPlace) expect.fail('a flag is not where it says');
  }
}

function checkScore(state: CtfState, before: readonly number[], happenings: Happening[]): void {
  const captures = [0, 0];
  for (const { kind, seat } of happenings) {
    const team = state.avatars[seat]?.team;
    if (kind === HappeningKind.captured && team !== undefined)
      captures[team] = (captures[team] ?? 0) + 1;
  }
  for (const [team, score] of state.score.entries()) {
    const expected = (before[team] ?? 0) + (captures[team] ?? 0);
    if (score !== expected) expect.fail(`team ${team} has ${score}, by captures ${expected}`);
  }
}
