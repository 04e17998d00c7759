/**
 * The fields of Capture the Flag: drawn as their left half and mirrored, so that neither side is favored.
 * Runs in match workers and bots.
 *
 *   #  wall      .  floor      F  where the flag stands      S  where avatars appear
 *
 * Red has the left half, blue the right. Invariants (tested): the border is wall, every floor cell can be reached,
 * each side has exactly one F and at least one S.
 */

import { Direction, dx, dy, isDiagonal } from './direction.ts';

export const Team = { red: 0, blue: 1 } as const;
export type Team = (typeof Team)[keyof typeof Team];
export const TEAMS: readonly Team[] = [Team.red, Team.blue];
export const TEAM_NAMES = ['red', 'blue'] as const;

export function otherTeam(team: Team): Team {
  return team === Team.red ? Team.blue : Team.red;
}

export interface Cell {
  readonly x: number;
  readonly y: number;
}

export interface CtfMap {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The rows as drawn, both halves. */
  readonly rows: readonly string[];
  /** 1 for a wall, by `y * width + x`. */
  readonly walls: Uint8Array;
  /** By team. */
  readonly flags: readonly [Cell, Cell];
  readonly spawns: readonly [readonly Cell[], readonly Cell[]];
}

/** Left halves. 20 x 16 fills a terminal of 80 columns, two to a cell, with room for the rest of the picture. */
const LEFT_HALVES = {
  longhouse: [
    '####################',
    '#..................#',
    '#.SS....#####......#',
    '#.SS....#..........#',
    '#...................',
    '#....##........##...',
    '#....#..........#...',
    '#..F.#..####........',
    '#....#..#...........',
    '#....##......##.....',
    '#...................',
    '#.SS....#...........',
    '#.SS....#####......#',
    '#...........#......#',
    '#..................#',
    '####################',
  ],
  orchard: [
    '####################',
    '#...................',
    '#.S...#...#...#...#.',
    '#.S.................',
    '#.......#...#...#...',
    '#...................',
    '#.#...#...#...#...#.',
    '#...................',
    '#..F....#...#...#...',
    '#...................',
    '#.#...#...#...#...#.',
    '#...................',
    '#.......#...#...#...',
    '#.S.................',
    '#.S...#...#...#...#.',
    '####################',
  ],
  yard: [
    '############',
    '#...........',
    '#.S...##....',
    '#...........',
    '#.F.#....#..',
    '#...........',
    '#.S...##....',
    '#...........',
    '############',
  ],
} as const;

export const MAP_NAMES: readonly string[] = Object.keys(LEFT_HALVES);

export function findMap(name: string): CtfMap | undefined {
  return isMapName(name) ? mirrored(name, LEFT_HALVES[name]) : undefined;
}

function isMapName(name: string): name is keyof typeof LEFT_HALVES {
  return Object.hasOwn(LEFT_HALVES, name);
}

function mirrored(name: string, leftHalf: readonly string[]): CtfMap {
  return mapFromRows(
    name,
    leftHalf.map((left) => left + left.split('').toReversed().join('')),
  );
}

/** Reads a whole map, as it is drawn. */
export function mapFromRows(name: string, rows: readonly string[]): CtfMap {
  const map = tryMapFromRows(name, rows);
  if (map === undefined) throw new Error(`Cannot read the map '${name}': a side has no flag`);
  return map;
}

/** Reads a map as a client was sent it; undefined when a side has no flag. */
export function tryMapFromRows(name: string, rows: readonly string[]): CtfMap | undefined {
  const height = rows.length;
  const width = rows[0]?.length ?? 0;
  const walls = new Uint8Array(width * height);
  const flags: Cell[] = [];
  const spawns: [Cell[], Cell[]] = [[], []];
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < width; x += 1) {
      const symbol = row[x];
      if (symbol === '#') walls[y * width + x] = 1;
      if (symbol === 'F') flags[x < width / 2 ? Team.red : Team.blue] = { x, y };
      if (symbol === 'S') spawns[x < width / 2 ? Team.red : Team.blue].push({ x, y });
    }
  }
  const [red, blue] = flags;
  if (red === undefined || blue === undefined) return undefined;
  return { name, width, height, rows, walls, flags: [red, blue], spawns };
}

export function isWall(map: CtfMap, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= map.width || y >= map.height) return true;
  return map.walls[y * map.width + x] !== 0;
}

/** Whether an avatar can go from a cell to the neighbor in `direction`: corners cannot be cut. */
export function canStep(map: CtfMap, cell: Cell, direction: Direction): boolean {
  const toX = cell.x + dx(direction);
  const toY = cell.y + dy(direction);
  if (isWall(map, toX, toY)) return false;
  return !isDiagonal(direction) || (!isWall(map, toX, cell.y) && !isWall(map, cell.x, toY));
}

/** `direction` if it is free, else the part of a diagonal that is: so avatars slide along walls. */
export function freeStep(map: CtfMap, cell: Cell, direction: Direction): Direction {
  if (direction === Direction.none || canStep(map, cell, direction)) return direction;
  if (!isDiagonal(direction)) return Direction.none;
  const alongX = dx(direction) > 0 ? Direction.east : Direction.west;
  const alongY = dy(direction) > 0 ? Direction.south : Direction.north;
  if (canStep(map, cell, alongX)) return alongX;
  return canStep(map, cell, alongY) ? alongY : Direction.none;
}
