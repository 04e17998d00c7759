/** Who played in a match that is over and who has won it, for the store. Pure. Main thread. */

import type { MatchResult } from '../../shared/client-event.ts';
import { isPracticeName } from '../../shared/practice-name.ts';
import type { ResultPlayer } from '../../shared/store-messages.ts';
import { resultRanks, type TeamSeat } from '../matchmaker/result-ranks.ts';
import { nameKey } from '../../shared/name-key.ts';

/** All who were given a seat; nobody has won where the result does not say, or is a draw. */
export function resultPlayers(
  result: MatchResult | undefined,
  seats: readonly TeamSeat[],
  teams: number,
): ResultPlayer[] {
  const ranks = (result === undefined ? undefined : resultRanks(result, seats, teams)) ?? [];
  const isDecided = new Set(ranks).size > 1;
  const best = Math.min(...ranks);
  return seats.map(({ name, team }) => {
    const hasWon = isDecided && ranks[team] === best;
    return { key: nameKey(name), team, hasWon, isPractice: isPracticeName(name) };
  });
}
