/**
 * Goal: each rule of Capture the Flag as docs/games.md tells it. Method: small fields with avatars put where the rule
 * is decided, one or a few ticks.
 */

import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src/shared/random.ts';
import { Direction } from '../../../../src/workers/games/capture-the-flag/direction.ts';
import {
  MAP_NAMES,
  findMap,
  isWall,
  mapFromRows,
} from '../../../../src/workers/games/capture-the-flag/ctf-map.ts';
import type { CtfMap } from '../../../../src/workers/games/capture-the-flag/ctf-map.ts';
import { readSettings } from '../../../../src/workers/games/capture-the-flag/ctf-settings.ts';
import { stepMatch } from '../../../../src/workers/games/capture-the-flag/ctf-simulation.ts';
import {
  FlagPlace,
  HappeningKind,
  Phase,
  createState,
  enterSeat,
  leaveSeat,
  loseSeat,
  placeX,
} from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';
import type { Avatar, CtfState } from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';
import { firstStep } from '../../../../src/workers/bots/path.ts';

const random = seededRandom(5);

/** 12 x 5 cells; the middle line is between x 5 and 6. */
const FIELD = mapFromRows('test', [
  '############',
  '#F........F#',
  '#..........#',
  '#S...##...S#',
  '############',
]);

interface Game {
  readonly state: CtfState;
  readonly ada: Avatar;
  readonly bob: Avatar;
}

/** Red ada and blue bob, playing, each in the own corner. One cell a tick. */
function game(settings: Readonly<Record<string, unknown>> = {}): Game {
  const defaults = { countdownSeconds: 0, cellsPerSecond: 10, carryFactor: 1 };
  const { rules } = readSettings({ ...defaults, ...settings }, 10);
  const state = createState(FIELD, rules, [
    { name: 'ada', team: 0 },
    { name: 'bob', team: 1 },
  ]);
  const [ada, bob] = state.avatars;
  if (ada === undefined || bob === undefined) throw new Error('Cannot set up: no avatars');
  enterSeat(state, ada, random);
  enterSeat(state, bob, random);
  while (state.phase !== Phase.playing) stepMatch(state, random);
  return { state, ada, bob };
}

function put(avatar: Avatar, x: number, y: number): void {
  avatar.x = x;
  avatar.y = y;
  avatar.step = Direction.none;
  avatar.progress = 0;
}

function kindsOf(state: CtfState, ticks = 1): number[] {
  const kinds: number[] = [];
  for (let tick = 0; tick < ticks; tick += 1) {
    kinds.push(...stepMatch(state, random).map((happening) => happening.kind));
  }
  return kinds;
}

test('an avatar runs where its player points, and stops at walls', () => {
  const { state, ada } = game({ cellsPerSecond: 5 });
  put(ada, 1, 2);
  ada.held = Direction.east;
  stepMatch(state, random);
  expect(placeX(ada)).toBe(256 + 128);
  kindsOf(state, 40);
  expect([ada.x, ada.y]).toEqual([10, 2]);
});

test('a step once begun is finished, and a diagonal slides along a wall', () => {
  const { state, ada } = game({ cellsPerSecond: 5 });
  put(ada, 3, 2);
  ada.held = Direction.east;
  stepMatch(state, random);
  ada.held = Direction.none;
  kindsOf(state, 3);
  expect([ada.x, ada.y]).toEqual([4, 2]);
  ada.held = Direction.southEast;
  kindsOf(state, 2);
  expect([ada.x, ada.y], 'the corner of the wall at 5,3 is not cut').toEqual([5, 2]);
});

test('nobody moves before the match has begun', () => {
  const { rules } = readSettings({ countdownSeconds: 1, joinSeconds: 2 }, 10);
  const state = createState(FIELD, rules, [
    { name: 'ada', team: 0 },
    { name: 'bob', team: 1 },
  ]);
  const [ada] = state.avatars;
  if (ada === undefined) throw new Error('Cannot set up: no avatar');
  enterSeat(state, ada, random);
  ada.held = Direction.north;
  kindsOf(state, 29);
  expect([ada.x, ada.y, state.phase]).toEqual([1, 3, Phase.countdown]);
  // bob never came: when the countdown is over, red has won.
  expect(kindsOf(state, 1)).toEqual([HappeningKind.started, HappeningKind.over]);
  expect([state.why, state.winner]).toEqual(['forfeit', 0]);
});

test('a flag is taken by touch and captured at the own stand', () => {
  const { state, ada, bob } = game();
  put(bob, 10, 3);
  put(ada, 10, 1);
  bob.protectedTicks = 100;
  expect(kindsOf(state)).toEqual([HappeningKind.took]);
  expect(state.flags[1]).toMatchObject({ place: FlagPlace.carried, carrier: ada.seat });
  put(ada, 2, 1);
  ada.held = Direction.west;
  expect(kindsOf(state)).toEqual([HappeningKind.captured]);
  expect(state.score).toEqual([1, 0]);
  expect(state.flags[1]).toMatchObject({ place: FlagPlace.home, x: 10, y: 1 });
});

test('nothing is captured while the own flag is away', () => {
  const { state, ada, bob } = game({ tagReachCells: 0.25 });
  put(ada, 10, 1);
  put(bob, 1, 1);
  kindsOf(state);
  put(ada, 1, 1);
  put(bob, 8, 2);
  expect(kindsOf(state, 5)).toEqual([]);
  expect(state.score).toEqual([0, 0]);
});

test('a tag counts on the tagger’s own half only', () => {
  const { state, ada, bob } = game();
  put(ada, 7, 2);
  put(bob, 8, 2);
  expect(kindsOf(state)).toEqual([HappeningKind.tagged]);
  expect([ada.respawnTicks > 0, bob.respawnTicks, bob.tags]).toEqual([true, 0, 1]);
  const line = game();
  put(line.ada, 5, 2);
  put(line.bob, 6, 2);
  expect(kindsOf(line.state), 'each on the own half').toEqual([]);
});

test('a tagged carrier drops the flag where it stood; touch or time brings it home', () => {
  const { state, ada, bob } = game({ returnSeconds: 2 });
  put(ada, 10, 1);
  kindsOf(state);
  put(ada, 8, 2);
  put(bob, 8, 1);
  expect(kindsOf(state)).toEqual([HappeningKind.tagged, HappeningKind.dropped]);
  expect(state.flags[1]).toMatchObject({ place: FlagPlace.dropped, x: 8, y: 2 });
  bob.held = Direction.south;
  expect(kindsOf(state)).toEqual([HappeningKind.returned]);
  expect([bob.returns, state.flags[1].place]).toEqual([1, FlagPlace.home]);

  const second = game({ returnSeconds: 2 });
  put(second.ada, 10, 1);
  kindsOf(second.state);
  put(second.ada, 7, 2);
  loseSeat(second.state, second.ada);
  put(second.bob, 10, 3);
  expect(kindsOf(second.state, 19)).toEqual([]);
  expect(kindsOf(second.state)).toEqual([HappeningKind.returned]);
  expect(second.state.flags[1].place).toBe(FlagPlace.home);
});

test('a dropped flag can be taken again by the side that dropped it', () => {
  const { state, ada, bob } = game();
  put(bob, 10, 3);
  bob.protectedTicks = 100;
  put(ada, 10, 1);
  kindsOf(state);
  put(ada, 4, 2);
  loseSeat(state, ada);
  enterSeat(state, ada, random);
  expect(kindsOf(state)).toEqual([HappeningKind.took]);
});

test('a carrier whose own flag is away can be tagged anywhere', () => {
  const { state, ada, bob } = game();
  put(ada, 10, 1);
  put(bob, 1, 1);
  kindsOf(state);
  put(ada, 3, 2);
  put(bob, 3, 1);
  // Both carry and both flags are away: they tag each other in the same tick.
  const kinds = kindsOf(state);
  expect(kinds.filter((kind) => kind === HappeningKind.tagged)).toHaveLength(2);
  expect([state.flags[0].place, state.flags[1].place]).toEqual([2, 2]);
});

test('a tagged avatar comes back at its side after its time, protected both ways', () => {
  const { state, ada, bob } = game({ respawnSeconds: 1, protectionSeconds: 1 });
  put(ada, 7, 2);
  put(bob, 8, 2);
  kindsOf(state);
  expect(kindsOf(state, 9)).toEqual([]);
  expect(kindsOf(state)).toEqual([HappeningKind.respawned]);
  expect([ada.x, ada.y, ada.protectedTicks]).toEqual([1, 3, 10]);
  put(bob, 2, 3);
  expect(kindsOf(state, 9), 'it cannot tag yet').toEqual([]);
  expect(kindsOf(state)).toEqual([HappeningKind.tagged]);
});

test('the match ends by score, by time, or when a side has left', () => {
  const byScore = game({ scoreLimit: 1 });
  put(byScore.ada, 10, 1);
  byScore.bob.protectedTicks = 100;
  kindsOf(byScore.state);
  put(byScore.ada, 1, 1);
  expect(kindsOf(byScore.state)).toEqual([HappeningKind.captured, HappeningKind.over]);
  expect([byScore.state.why, byScore.state.winner]).toEqual(['score', 0]);

  const byTime = game({ matchSeconds: 3 });
  expect(kindsOf(byTime.state, 40)).toEqual([HappeningKind.over]);
  expect([byTime.state.why, byTime.state.winner]).toEqual(['time', undefined]);

  const byForfeit = game();
  loseSeat(byForfeit.state, byForfeit.ada);
  expect(kindsOf(byForfeit.state, 5), 'a lost connection is no forfeit').toEqual([]);
  leaveSeat(byForfeit.state, byForfeit.ada);
  expect(kindsOf(byForfeit.state)).toEqual([HappeningKind.over]);
  expect([byForfeit.state.why, byForfeit.state.winner]).toEqual(['forfeit', 1]);
  expect(kindsOf(byForfeit.state, 5), 'nothing happens afterwards').toEqual([]);
});

test.each(MAP_NAMES)('%s is fair, closed and connected, and fits a terminal', (name) => {
  const map = findMap(name);
  if (map === undefined) throw new Error(`Cannot find the map: '${name}'`);
  expect(map.width).toBeLessThanOrEqual(40);
  expect(map.height).toBeLessThanOrEqual(16);
  expect(map.spawns.map((cells) => cells.length > 0)).toEqual([true, true]);
  for (const row of map.rows) {
    expect(row).toHaveLength(map.width);
    expect(row.split('').toReversed().join('')).toBe(row);
  }
  checkReachable(map);
});

function checkReachable(map: CtfMap): void {
  const [goal] = map.flags;
  for (let y = 0; y < map.height; y += 1) {
    for (let x = 0; x < map.width; x += 1) {
      const isBorder = x === 0 || y === 0 || x === map.width - 1 || y === map.height - 1;
      if (isBorder) expect(isWall(map, x, y)).toBe(true);
      if (isWall(map, x, y)) continue;
      expect(firstStep(map, { from: { x, y }, goal }), `${x},${y}`).toBeDefined();
    }
  }
}
