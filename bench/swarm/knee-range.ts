/**
 * How surely the knee is known: the last load at which all levels held for a while, and the load at which one had been missed for
 * its whole time. Pure; the bench's parent process.
 *
 *   misses   . . . . . . . . . . . . x . . x x x x x
 *                                  ^       ^       ^
 *                              atLeast   players  atMost     a level that is missed now and then before it breaks widens the range
 */

import type { SecondRow } from './second-sum.ts';
import type { Breach } from './service-levels.ts';

export interface KneeRange {
  readonly atLeast: number;
  readonly atMost: number;
}

/** So many seconds without a miss are a load that the host carries. */
const HELD_SECONDS = 10;

export function kneeRange(
  series: readonly SecondRow[],
  { second, players }: Pick<Breach, 'second' | 'players'>,
): KneeRange {
  let held = 0;
  let atLeast = 0;
  let atMost = players;
  for (const row of series) {
    if (row.second >= second) {
      atMost = Math.max(atMost, row.online);
      continue;
    }
    held = row.missed.length === 0 ? held + 1 : 0;
    if (held >= HELD_SECONDS) atLeast = row.online;
  }
  return { atLeast, atMost };
}
