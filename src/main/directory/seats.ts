/** Seats in matches: taking one that is kept, giving one up. Main thread. */

import assert from 'node:assert/strict';
import type { MatchResult } from '../../shared/client-event.ts';
import { Reason } from '../../shared/reason.ts';
import type { MatchPlace, Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { admit, enter, forgetIfDone } from './placement.ts';

/** Lets a player who is connected but not admitted straight into the match where the seat is. */
export function admitToSeat(
  parts: DirectoryParts,
  session: Session,
  { reason, nowMs }: { reason: Reason; nowMs: number },
): void {
  assert(session.seat !== undefined, 'a seat is kept');
  enter(parts, session, session.seat);
  parts.sessions.apply(session, 'seat', nowMs);
  admit(parts, session, reason);
}

/** Takes the player's seat away, if there is one. `isTold`: its handler learns of it by the LEAVE, not from us. */
export function releaseSeat(parts: DirectoryParts, session: Session, isTold: boolean): void {
  const match = session.seat;
  if (match === undefined) return;
  session.seat = undefined;
  match.seated.delete(session);
  if (match.remoteId !== undefined) {
    releaseRemoteSeat(parts, match, session);
    return;
  }
  const wasJoining = match.joining.delete(session);
  if (wasJoining) forgetRosterEntry(match, session);
  else if (match.state === 'open')
    noteMatchOver(match, session, { nowMs: parts.nowMs, hasAbandoned: true });
  // While it opens nothing is said: matchOpened() sees who is no longer seated.
  if (match.state !== 'open') return;
  // Who was not there yet leaves another handler.
  if (!isTold || wasJoining) parts.effects.expireSeat(match.handler, session.name);
  endIfAbandoned(parts, match);
}

/** The place of a match across hosts is over for this home. */
export function closeRemote(parts: DirectoryParts, match: MatchPlace, result?: MatchResult): void {
  parts.remotes.delete(match.remoteId ?? '');
  match.state = 'gone';
  const { id: matchId, mode } = match;
  const [abandonedBy, atMs] = [abandonersOf(match), parts.nowMs];
  parts.effects.ticketEvent({ kind: 'ended', atMs, matchId, mode, result, abandonedBy });
}

/** Names of those who gave their seats up before the end. */
export function abandonersOf(match: MatchPlace): string[] {
  const left = match.roster.filter(({ session }) => !match.seated.has(session));
  return left.map(({ session }) => session.name);
}

/** The match's host is told; without players of this home the match is over here. */
function releaseRemoteSeat(parts: DirectoryParts, match: MatchPlace, session: Session): void {
  if (match.joining.delete(session)) forgetRosterEntry(match, session);
  else noteMatchOver(match, session, { nowMs: parts.nowMs, hasAbandoned: true });
  parts.effects.federation?.seatReleased(match.remoteId ?? '', session.name);
  if (match.seated.size > 0) return;
  closeRemote(parts, match);
  forgetIfDone(parts, match);
}

/** Remembers the match for whom the player should not meet again at once. */
export function noteMatchOver(
  match: MatchPlace,
  session: Session,
  { nowMs, hasAbandoned }: { nowMs: number; hasAbandoned: boolean },
): void {
  const entry = match.roster.find((one) => one.session === session);
  if (entry === undefined || session.isPractice) return;
  session.recent = { id: match.number, team: entry.team, endedMs: nowMs, hasAbandoned };
}

/** As if that account had never had a seat: it was not really in, or has another one. Whoever logs in anew is another session. */
export function forgetRosterEntry({ roster }: MatchPlace, { key }: Session): void {
  const index = roster.findIndex(({ session }) => session.key === key);
  if (index >= 0) roster.splice(index, 1);
}

/** A match without seats would run for nobody. */
export function endIfAbandoned(parts: DirectoryParts, match: MatchPlace): void {
  if (match.state !== 'open' || match.seated.size > 0) return;
  match.state = 'closing';
  parts.effects.endHandler(match.handler, Reason.expired);
}
