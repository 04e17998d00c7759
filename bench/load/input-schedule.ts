/**
 * When each load player is to send each INPUT: an open-loop schedule, fixed before the run. Load clients only.
 *
 *   due(position, round) = baseMs + (round * players + position) * stepMs,   stepMs = 1000 / rateHz / players
 *
 * Neighboring players, who share a match, lie a golden ratio of the round apart: 16 of them leave no gap above 0.09 of it.
 * Invariant: the same position and round give the same double, so a stamp that comes back compares exactly.
 */

const GOLDEN_RATIO = 0.618_033_988_75;

export interface InputScheduleOptions {
  readonly players: number;
  readonly rateHz: number;
  readonly baseMs: number;
}

export class InputSchedule {
  readonly players: number;
  readonly #baseMs: number;
  readonly #stepMs: number;
  /** From one position's player to the next one's. */
  readonly #stride: number;

  constructor(options: InputScheduleOptions) {
    this.players = options.players;
    this.#baseMs = options.baseMs;
    this.#stepMs = 1000 / options.rateHz / options.players;
    this.#stride = inverse(coprimeStride(options.players), options.players);
  }

  /** When the input of `position` is to be sent in `round`, on the clock that all processes share. */
  dueMs(position: number, round: number): number {
    return this.#baseMs + (round * this.players + position) * this.#stepMs;
  }

  /** Whose turn `position` is: an index into the players. */
  playerAt(position: number): number {
    return (position * this.#stride) % this.players;
  }
}

function coprimeStride(players: number): number {
  let stride = Math.max(1, Math.floor(players * GOLDEN_RATIO));
  while (greatestCommonDivisor(stride, players) !== 1) stride += 1;
  return stride;
}

/** The number whose product with `stride` is 1 modulo `players`, by Euclid's algorithm; they have no common divisor. */
function inverse(stride: number, players: number): number {
  let [remainder, next] = [players, stride];
  let [factor, nextFactor] = [0, 1];
  while (next !== 0) {
    const quotient = Math.floor(remainder / next);
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return (factor + players) % players;
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
