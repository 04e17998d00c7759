/**
 * The way round walls: a breadth-first search over a map's cells. Pure; runs in the bots' thread.
 * It searches from the goal, so that the first step is known as soon as the search reaches the start.
 */

import { canStep } from '../games/capture-the-flag/ctf-map.ts';
import type { Cell, CtfMap } from '../games/capture-the-flag/ctf-map.ts';
import { Direction, MOVES, dx, dy } from '../games/capture-the-flag/direction.ts';

export interface Way {
  readonly from: Cell;
  readonly goal: Cell;
  /** Cells not to enter, by `y * width + x`; the start and the goal are allowed all the same. */
  readonly avoid?: ReadonlySet<number>;
}

/** The first step of a shortest way; none when the start is the goal, undefined when there is no way. */
export function firstStep(map: CtfMap, way: Way): Direction | undefined {
  const { from, goal, avoid } = way;
  const start = from.y * map.width + from.x;
  const end = goal.y * map.width + goal.x;
  if (start === end) return Direction.none;
  const neighbors = neighborsOf(map);
  const seen = new Uint8Array(map.width * map.height);
  const queue = [end];
  seen[end] = 1;
  for (let next = 0; next < queue.length; next += 1) {
    const index = queue[next] ?? end;
    for (const [at, move] of BACKWARDS.entries()) {
      const neighbor = neighbors[index * BACKWARDS.length + at] ?? NO_CELL;
      if (neighbor === NO_CELL) continue;
      if (neighbor === start) return opposite(move);
      if (seen[neighbor] === 1 || avoid?.has(neighbor) === true) continue;
      seen[neighbor] = 1;
      queue.push(neighbor);
    }
  }
  return undefined;
}

/** Straight steps first: a way of equal length with fewer diagonals is faster. */
const BACKWARDS = [...MOVES].toSorted((one, other) => (other % 2) - (one % 2));

function opposite(move: Direction): Direction {
  return MOVES[(move + 3) % 8] ?? Direction.none;
}

const NO_CELL = -1;
const neighborTables = new WeakMap<CtfMap, Int16Array>();

/** Per cell, where each of BACKWARDS leads, or NO_CELL. Steps are allowed both ways alike. */
function neighborsOf(map: CtfMap): Int16Array {
  const known = neighborTables.get(map);
  if (known !== undefined) return known;
  const table = new Int16Array(map.width * map.height * BACKWARDS.length).fill(NO_CELL);
  for (let index = 0; index < map.width * map.height; index += 1) {
    const cell = { x: index % map.width, y: Math.floor(index / map.width) };
    for (const [at, move] of BACKWARDS.entries()) {
      if (!canStep(map, cell, move)) continue;
      table[index * BACKWARDS.length + at] = index + dy(move) * map.width + dx(move);
    }
  }
  neighborTables.set(map, table);
  return table;
}
