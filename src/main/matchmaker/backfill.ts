/**
 * Who joins a running match: the oldest tickets that fit its smallest side. Decides only. Main thread, matchmaker only.
 *
 * Nobody joins a match that is nearly over or as good as decided. The side with the fewest players gets players first,
 * among equals the weaker one; a party joins whole or not at all. Whoever is kept from a player inside waits for another match, for as long
 * as for a new one.
 */

import { KeptApart } from './kept-apart.ts';
import { matchingRules, windowAt, type MatchingRules } from './matching-rules.ts';
import type { MatchStanding, OpenMatch } from './matchmaker.ts';
import type { ModeRules } from './mode-rules.ts';
import type { QueueEntry } from './queue-entry.ts';

/** Tickets that one search looks at, oldest first. */
const SEEN_MAX = 256;

export interface BackfillChoice {
  readonly entry: QueueEntry;
  readonly team: number;
}

/** The next ticket for that match; undefined when none fits, or nobody should join. */
export function chooseBackfill(
  rules: ModeRules,
  match: OpenMatch,
  waiting: readonly QueueEntry[],
  nowMs: number,
): BackfillChoice | undefined {
  const matching = matchingRules(rules);
  if (!isWorthJoining(matching, match.standing)) return undefined;
  const team = neediestTeam(match);
  if (match.sides[team] === undefined) return undefined;
  const center = meanMu(match);
  const room = roomOf(match, team);
  const { inside = [] } = match;
  const apart = new KeptApart(matching);
  for (const company of inside) apart.noteGathered(company);
  let seen = 0;
  for (const entry of waiting) {
    seen += 1;
    if (seen > SEEN_MAX) return undefined;
    if (entry.size > room) continue;
    const { enqueuedMs } = entry;
    const window = windowAt(matching, nowMs - enqueuedMs);
    if (center !== undefined && Math.abs(entry.mean - center) > window) continue;
    if (apart.mayMeet(entry, inside, { enqueuedMs, nowMs })) return { entry, team };
  }
  return undefined;
}

/** Whether that match takes anybody now. */
export function takesAnybody(rules: ModeRules, match: OpenMatch): boolean {
  const team = neediestTeam(match);
  return isWorthJoining(matchingRules(rules), match.standing) && roomOf(match, team) > 0;
}

/** Of its players; undefined where there are none. */
export function meanMu({ sides }: OpenMatch): number | undefined {
  const players = sides.reduce((sum, side) => sum + side.players, 0);
  return players === 0 ? undefined : sides.reduce((sum, { mu }) => sum + mu, 0) / players;
}

function isWorthJoining(matching: MatchingRules, standing: MatchStanding): boolean {
  return (
    matching.backfill &&
    standing.timeLeftShare >= matching.backfillTimeLeftMin &&
    standing.scoreMargin <= matching.backfillMarginMax
  );
}

/** The side with the fewest players, among equals the weaker one, if it takes any; NOBODY when it is full. */
function neediestTeam({ sides }: OpenMatch): number {
  let best = NOBODY;
  for (const [team, side] of sides.entries()) {
    if (side.free <= 0) continue;
    const other = sides[best];
    const isNeedier =
      other === undefined ||
      side.players < other.players ||
      (side.players === other.players && side.mu < other.mu);
    if (isNeedier) best = team;
  }
  return best;
}

const NOBODY = -1;

/** Players that a side may take so that it leads no other by more than one. */
function roomOf({ sides }: OpenMatch, team: number): number {
  const side = sides[team];
  if (side === undefined) return 0;
  const others = sides.filter((_, other) => other !== team).map(({ players }) => players);
  return Math.min(side.free, Math.min(...others) + 1 - side.players);
}
