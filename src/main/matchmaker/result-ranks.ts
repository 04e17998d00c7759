/**
 * What a handler's result says of the teams: the one place that reads results. Pure. Main thread.
 *
 *   { ranking: [2, 1] }                 team 1 first, team 0 second; equal numbers are a draw
 *   { winner: 1 }                       by index of the team
 *   { winner: null }                    a draw
 *   { winner: 'ada' }                   by the name of a player: that player's team
 *   { winner: 'red', teams: ['red', 'blue'] }                 by the name of a team, named in `teams` ...
 *   { winner: 'red', players: [{ name: 'ada', team: 'red' }]} ... or by its players
 */

import type { MatchResult } from '../../shared/client-event.ts';

export interface TeamSeat {
  readonly name: string;
  readonly team: number;
}

/** The rank of each team, 1 the best; undefined where the result does not say: the match is unrated. */
export function resultRanks(
  result: MatchResult,
  seats: readonly TeamSeat[],
  teams: number,
): readonly number[] | undefined {
  if (teams < 2) return undefined;
  const { ranking, winner } = result;
  if (Array.isArray(ranking)) return checkedRanking(ranking, teams);
  if (winner === null) return Array.from({ length: teams }, () => 1);
  const team = winningTeam(result, seats);
  if (team === undefined || team >= teams) return undefined;
  return Array.from({ length: teams }, (_, index) => (index === team ? 1 : 2));
}

function checkedRanking(ranking: readonly unknown[], teams: number): readonly number[] | undefined {
  const ranks = ranking.filter((rank) => typeof rank === 'number' && Number.isFinite(rank));
  return ranks.length === teams && ranking.length === teams ? (ranks as number[]) : undefined;
}

function winningTeam(
  { winner, teams, players }: MatchResult,
  seats: readonly TeamSeat[],
): number | undefined {
  if (typeof winner === 'number')
    return Number.isInteger(winner) && winner >= 0 ? winner : undefined;
  if (typeof winner !== 'string') return undefined;
  if (Array.isArray(teams) && teams.includes(winner)) return teams.indexOf(winner);
  const rows: readonly unknown[] = Array.isArray(players) ? players : [];
  for (const row of rows) {
    const { name, team } = teamRow(row);
    const seat = team === winner ? seats.find((one) => one.name === name) : undefined;
    if (seat !== undefined) return seat.team;
  }
  return seats.find(({ name }) => name.toLowerCase() === winner.toLowerCase())?.team;
}

function teamRow(row: unknown): { readonly name: unknown; readonly team: unknown } {
  if (typeof row !== 'object' || row === null) return { name: undefined, team: undefined };
  const name: unknown = 'name' in row ? row.name : undefined;
  const team: unknown = 'team' in row ? row.team : undefined;
  return { name, team };
}
