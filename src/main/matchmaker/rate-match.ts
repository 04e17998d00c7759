/**
 * New ratings from a result, by openskill (Weng and Lin, JMLR 12, 2011; Plackett-Luce). Pure. Main thread.
 *
 * Who stayed is rated with the teams as they were at the end. Who left has lost, whatever the team made of it, and is
 * rated as if beside those who stayed. Who came later counts by the share of the match that was played.
 */

import { rate } from 'openskill';
import type { Rating } from './rating.ts';

export interface RatedPlayer {
  readonly name: string;
  readonly team: number;
  /** Before the match. */
  readonly rating: Rating;
  /** The share of the match in which the player had a seat: 1 for those who began it. */
  readonly share: number;
  readonly hasLeft: boolean;
}

/** New ratings by name; empty where nothing can be learned: a team without players. */
export function rateMatch(
  players: readonly RatedPlayer[],
  ranks: readonly number[],
): ReadonlyMap<string, Rating> {
  const ratings = new Map<string, Rating>();
  const teams = ranks.map((_, team) => playersOf(players, team));
  if (teams.length < 2 || teams.some(({ length }) => length === 0)) return ratings;
  const rated = rate(toRatings(teams), { rank: [...ranks] });
  for (const [team, members] of teams.entries()) {
    for (const [index, player] of members.entries()) {
      const full = rated[team]?.[index];
      if (full !== undefined) ratings.set(player.name, weighted(player, full));
    }
  }
  for (const player of players) {
    if (player.hasLeft) ratings.set(player.name, lossOf(player, teams, ranks));
  }
  return ratings;
}

/** Who stayed; of a team that all have left, everyone. */
function playersOf(players: readonly RatedPlayer[], team: number): readonly RatedPlayer[] {
  const all = players.filter((player) => player.team === team);
  const stayed = all.filter(({ hasLeft }) => !hasLeft);
  return stayed.length > 0 ? stayed : all;
}

function lossOf(
  player: RatedPlayer,
  teams: readonly (readonly RatedPlayer[])[],
  ranks: readonly number[],
): Rating {
  const last = Math.max(...ranks) + 1;
  const rank = ranks.map((one, team) => (team === player.team ? last : one));
  const withPlayer = teams.map((members, team) =>
    team === player.team ? [player, ...members.filter((one) => one !== player)] : members,
  );
  const full = rate(toRatings(withPlayer), { rank })[player.team]?.[0] ?? player.rating;
  return weighted(player, full);
}

function toRatings(teams: readonly (readonly RatedPlayer[])[]): Rating[][] {
  return teams.map((members) => members.map(({ rating: { mu, sigma } }) => ({ mu, sigma })));
}

function weighted({ rating, share }: RatedPlayer, full: Rating): Rating {
  return {
    mu: rating.mu + share * (full.mu - rating.mu),
    sigma: rating.sigma + share * (full.sigma - rating.sigma),
  };
}
