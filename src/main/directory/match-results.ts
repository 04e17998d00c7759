/** What a result changes: ratings, and whom its players should not meet again at once. Main thread. */

import type { MatchResult } from '../../shared/client-event.ts';
import { matchingRules } from '../matchmaker/matching-rules.ts';
import { rateMatch, type RatedPlayer } from '../matchmaker/rate-match.ts';
import { shownRating } from '../matchmaker/rating.ts';
import { resultRanks } from '../matchmaker/result-ranks.ts';
import type { MatchPlace, Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { tell } from './placement.ts';
import { noteMatchOver } from './seats.ts';

/**
 * Rates the match and tells those who are in it how it ended. To be called before its seats are given back and its
 * players moved: the order of orders puts `ended` before whatever they are told next.
 */
export function settleResult(
  parts: DirectoryParts,
  match: MatchPlace,
  { result, nowMs }: { result: MatchResult; nowMs: number },
): void {
  const present = [...match.members];
  const { id } = match;
  const isRated = rateResult(parts, match, { result, nowMs });
  for (const session of match.seated) {
    noteMatchOver(match, session, { nowMs, hasAbandoned: false });
  }
  if (!isRated) {
    tell(parts, present, { event: 'ended', match: id, result, rating: null });
    return;
  }
  for (const session of present) {
    const rating = shownRating(parts.ratings.get(match.mode, session.key));
    tell(parts, [session], { event: 'ended', match: id, result, rating });
  }
}

/** False for a match that is not rated: by its mode, with a practice bot in it, or for want of a winner. */
function rateResult(
  parts: DirectoryParts,
  match: MatchPlace,
  { result, nowMs }: { result: MatchResult; nowMs: number },
): boolean {
  const { rules } = match;
  if (rules === undefined || !matchingRules(rules).rated) return false;
  if (match.roster.some(({ session }) => session.isPractice)) return false;
  const seats = match.roster.map(({ session, team }) => ({ name: session.name, team }));
  const ranks = resultRanks(result, seats, rules.teams);
  if (ranks === undefined) return false;
  const durationMs = Math.max(1, nowMs - match.openedMs);
  const players = match.roster.map(({ session, team, joinedMs }): RatedPlayer => {
    const share = joinedMs === 0 ? 1 : Math.min(1, (nowMs - joinedMs) / durationMs);
    const rating = parts.ratings.get(match.mode, session.key);
    const hasLeft = !match.seated.has(session);
    return { name: session.name, team, rating, share, hasLeft };
  });
  const rated = rateMatch(players, ranks);
  for (const { session } of match.roster) setRating(parts, match.mode, { session, rated });
  return rated.size > 0;
}

function setRating(
  parts: DirectoryParts,
  mode: string,
  { session, rated }: { session: Session; rated: ReturnType<typeof rateMatch> },
): void {
  const rating = rated.get(session.name);
  if (rating !== undefined) parts.ratings.set(mode, session.key, rating);
}
