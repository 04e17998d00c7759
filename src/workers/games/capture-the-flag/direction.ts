/**
 * The eight directions of Capture the Flag, as they travel in inputs and states. Runs in match workers and bots.
 *
 *   8 1 2
 *   7 0 3      0 stands still; y grows downwards
 *   6 5 4
 */

export const Direction = {
  none: 0,
  north: 1,
  northEast: 2,
  east: 3,
  southEast: 4,
  south: 5,
  southWest: 6,
  west: 7,
  northWest: 8,
} as const;

export type Direction = (typeof Direction)[keyof typeof Direction];

export const DIRECTIONS: readonly Direction[] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
export const MOVES: readonly Direction[] = [1, 2, 3, 4, 5, 6, 7, 8];

const DX = [0, 0, 1, 1, 1, 0, -1, -1, -1] as const;
const DY = [0, -1, -1, 0, 1, 1, 1, 0, -1] as const;

export function dx(direction: Direction): number {
  return DX[direction];
}

export function dy(direction: Direction): number {
  return DY[direction];
}

export function isDiagonal(direction: Direction): boolean {
  return direction !== 0 && direction % 2 === 0;
}

/** The direction of a byte from outside, or undefined. */
export function toDirection(byte: number | undefined): Direction | undefined {
  return byte === undefined ? undefined : DIRECTIONS[byte];
}
