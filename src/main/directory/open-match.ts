/** Running matches that want players, as the matchmaker sees them. Main thread. */

import type { PlayersWanted } from '../../shared/thread-messages.ts';
import type { OpenMatch } from '../matchmaker/matchmaker.ts';
import type { MatchPlace } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { HostedPlace } from './hosted-life.ts';

/** A mode that was closed has no queue, though its matches run on. */
export function isWaitedFor(parts: DirectoryParts, mode: string): boolean {
  return parts.options.modes.has(mode) && parts.matchmaker.queue(mode).waiting > 0;
}

/** A match of this host's players only. */
export function openMatch(parts: DirectoryParts, match: MatchPlace): OpenMatch {
  const { mode, rules, wanted, roster, joining, seated } = match;
  const seats = roster.filter(({ session }) => seated.has(session));
  const players = seats.map(({ session: { key }, team }) => {
    return { team, mu: parts.ratings.get(mode, key).mu };
  });
  const coming = roster.filter(({ session }) => joining.has(session)).map(({ team }) => team);
  return matchOf({ mode, teams: rules?.teams ?? 0, wanted, coming, players });
}

/** A match across hosts. */
export function openShared({ match, rules, wanted, joining, left }: HostedPlace): OpenMatch {
  const seats = match.seats.filter(({ name }) => !left.has(name));
  const players = seats.map(({ team, rating }) => ({ team, mu: rating.mu }));
  const { mode } = match;
  return matchOf({ mode, teams: rules.teams, wanted, coming: joining.values(), players });
}

/** What is wanted when one more has come to that team. */
export function lessWanted(
  wanted: PlayersWanted | undefined,
  team: number | undefined,
): PlayersWanted | undefined {
  if (wanted === undefined) return undefined;
  const perTeam = wanted.perTeam.map((count, index) =>
    index === team ? Math.max(0, count - 1) : count,
  );
  return { ...wanted, perTeam };
}

interface Standing {
  readonly mode: string;
  readonly teams: number;
  readonly wanted: PlayersWanted | undefined;
  /** Teams of those of whom its handler did not know when it said what it wants. */
  readonly coming: Iterable<number>;
  readonly players: readonly { readonly team: number; readonly mu: number }[];
}

function matchOf({ mode, teams, wanted, coming, players }: Standing): OpenMatch {
  let rest = wanted;
  for (const team of coming) rest = lessWanted(rest, team);
  const sides = Array.from({ length: teams }, (_, team) => {
    return { players: 0, mu: 0, free: rest?.perTeam[team] ?? 0 };
  });
  for (const { team, mu } of players) {
    const side = sides[team];
    if (side === undefined) continue;
    side.players += 1;
    side.mu += mu;
  }
  return { mode, sides, standing: wanted?.standing ?? { scoreMargin: 1, timeLeftShare: 0 } };
}
