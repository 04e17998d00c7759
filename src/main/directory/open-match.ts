/** Running matches that want players, as the matchmaker sees them. Main thread. */

import type { PlayersWanted } from '../../shared/thread-messages.ts';
import { nameKey } from '../../shared/name-key.ts';
import type { Company, OpenMatch } from '../matchmaker/matchmaker.ts';
import type { MatchPlace, Session } from './directory-model.ts';
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
  const inside = seats.map(({ session, team }) => insider(parts, session, { match, team }));
  return matchOf({ mode, teams: rules?.teams ?? 0, wanted, coming, players, inside });
}

/** A match across hosts. */
export function openShared(parts: DirectoryParts, place: HostedPlace): OpenMatch {
  const { match, rules, wanted, joining, left } = place;
  const seats = match.seats.filter(({ name }) => !left.has(name));
  const players = seats.map(({ team, rating }) => ({ team, mu: rating.mu }));
  const { mode, matchId } = match;
  const ofHome = parts.remotes.get(matchId);
  const inside = seats.map(({ name, team, homeHostId, avoids }): Company => {
    const session = homeHostId === parts.options.hostId ? parts.sessions.byName(name) : undefined;
    if (session !== undefined) return insider(parts, session, { match: ofHome, team });
    const known = avoids ?? parts.avoids.of(nameKey(name));
    return { ticket: { members: [{ name }] }, avoids: known, recents: [] };
  });
  const coming = joining.values();
  return matchOf({ mode, teams: rules.teams, wanted, coming, players, inside });
}

/** A player of this host in that match: whoever has left it before its end shares it with those who stayed. */
function insider(
  parts: DirectoryParts,
  { key, name, recent }: Session,
  { match, team }: { readonly match: MatchPlace | undefined; readonly team: number },
): Company {
  const recents = recent === undefined ? [] : [recent];
  if (match !== undefined) recents.push({ id: match.number, team, ...GOES_ON });
  return { ticket: { members: [{ name }] }, avoids: parts.avoids.of(key), recents };
}

/** It is the time of who has left that counts. */
const GOES_ON = { endedMs: 0, hasAbandoned: false } as const;

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
  readonly inside: readonly Company[];
}

function matchOf({ mode, teams, wanted, coming, players, inside }: Standing): OpenMatch {
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
  const standing = wanted?.standing ?? { scoreMargin: 1, timeLeftShare: 0 };
  return { mode, sides, standing, inside };
}
