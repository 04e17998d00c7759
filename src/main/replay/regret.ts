/**
 * How far matches were from the best that could have been made of the same tickets: docs/replay.md has the definition.
 * Pure; main thread, replay and bench only.
 *
 *   matches of a mode in the order in which they were made, same side sizes, as many in a row as have 16 players
 *   regret of such a window = mean spread as made - mean spread of the fairest regrouping of the same tickets
 */

import type { MatchFound, Ticket } from '../matchmaker/matchmaker.ts';
import { leastSpreadSum, REGROUPING_PLAYERS_MAX, type Unit } from './best-regrouping.ts';
import { spreadOf } from './win-spread.ts';

/** A regrouping of 16 single players takes some milliseconds: more windows than this are sampled evenly. */
const WINDOWS_MAX = 100;

/** The regret of each looked-at window, in shares of a win; empty where no window can be looked at. */
export function windowRegrets(matches: readonly MatchFound[]): readonly number[] {
  const windows = evenSample(regretWindows(matches), WINDOWS_MAX);
  return windows.map(({ matches: made, sideSize }) => {
    const units = made.flatMap(({ tickets }) => tickets.map(unitOf));
    const madeSum = made.reduce((sum, match) => sum + spreadOf(match.quality.winProbabilities), 0);
    // Rounding of sums may differ between the two: a regret is never negative.
    return Math.max(0, (madeSum - leastSpreadSum(units, sideSize)) / made.length);
  });
}

interface RegretWindow {
  readonly matches: readonly MatchFound[];
  readonly sideSize: number;
}

function regretWindows(matches: readonly MatchFound[]): readonly RegretWindow[] {
  const open = new Map<number, MatchFound[]>();
  const windows: RegretWindow[] = [];
  for (const match of matches) {
    const sideSize = evenSideSize(match);
    if (sideSize === undefined) continue;
    const gathered = open.get(sideSize) ?? [];
    gathered.push(match);
    open.set(sideSize, gathered);
    if ((gathered.length + 1) * 2 * sideSize <= REGROUPING_PLAYERS_MAX) continue;
    windows.push({ matches: gathered, sideSize });
    open.delete(sideSize);
  }
  return windows;
}

/** Undefined for matches that are not of two sides of one size, or are too large to try everything. */
function evenSideSize({ seats }: MatchFound): number | undefined {
  if (seats.length > REGROUPING_PLAYERS_MAX || seats.length % 2 !== 0) return undefined;
  const first = seats.filter(({ team }) => team === 0).length;
  const second = seats.filter(({ team }) => team === 1).length;
  return first === second && first + second === seats.length ? first : undefined;
}

function unitOf({ members }: Ticket): Unit {
  let mu = 0;
  let variance = 0;
  for (const { rating } of members) {
    mu += rating.mu;
    variance += rating.sigma * rating.sigma;
  }
  return { size: members.length, mu, variance };
}

function evenSample<T>(values: readonly T[], countMax: number): readonly T[] {
  if (values.length <= countMax) return values;
  return Array.from({ length: countMax }, (_, index) => {
    return values[Math.floor((index * values.length) / countMax)];
  }).filter((value) => value !== undefined);
}
