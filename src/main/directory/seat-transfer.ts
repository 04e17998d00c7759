/**
 * A player in a match who has logged in on another host: the home of before gives the seat up for it, the new home takes it. Main
 * thread.
 *
 *   loggedInElsewhere --giveSeatOver()--> the match's host --FederationHome.resume()--> resumeSeat(), on the new home
 *
 * A match of this host alone becomes one across hosts first, and stays one: its handler goes on as it is.
 */

import type { RemoteMatch, SeatOutcome } from '../../cluster-bridge/federation/federation-hosts.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import { Reason } from '../../shared/reason.ts';
import { NO_TICKET, type MatchPlace, type Session } from './directory-model.ts';
import { matchesOf, type DirectoryParts } from './directory-parts.ts';
import type { HostedPlace } from './hosted-life.ts';
import { newMatchPlace } from './new-match-place.ts';
import { forgetIfDone, isAdmitted, MoveBatch } from './placement.ts';
import { unqueue } from './queue-exit.ts';
import { admitToSeat, closeRemote, forgetRosterEntry } from './seats.ts';

/** Before the session ends: its seat in a running match is for the player's connection on the host `to`. */
export function giveSeatOver(parts: DirectoryParts, session: Session, to: string): void {
  const { seat: match } = session;
  const { federation } = parts.effects;
  // Of a match that opens, or that does not know of this seat yet, nobody has seen anything.
  if (match?.state !== 'open' || match.joining.has(session) || federation === undefined) return;
  const matchId = match.remoteId ?? shareMatch(parts, match);
  if (matchId === undefined) return;
  session.seat = undefined;
  match.seated.delete(session);
  forgetRosterEntry(match, session);
  federation.seatMoved(matchId, { name: session.name, to });
  if (match.seated.size > 0) return;
  closeRemote(parts, match);
  forgetIfDone(parts, match);
}

/** The player may have logged in here, and has a seat in that match if so. */
export function resumeSeat(parts: DirectoryParts, match: RemoteMatch, nowMs: number): SeatOutcome {
  const { matchId, seats } = match;
  const [seat] = seats;
  const session = seat && parts.sessions.byName(seat.name);
  if (session === undefined || seat === undefined) return 'refused';
  if (session.seat !== undefined) return session.seat.remoteId === matchId ? 'in' : 'refused';
  if (parts.holds.isHeld(session.key, nowMs)) return 'early';
  const place = parts.remotes.get(matchId) ?? openPlace(parts, match, nowMs);
  if (place === undefined) return 'refused';
  unqueue(parts, session, 'switched');
  // The match knows its player by the name as it was written where the seat was given.
  session.name = seat.name;
  forgetRosterEntry(place, session);
  place.roster.push({ session, team: seat.team, joinedMs: 0 });
  place.seated.add(session);
  session.seat = place;
  session.priorityUntilMs = 0;
  if (isAdmitted(session)) {
    const batch = new MoveBatch(parts, nowMs);
    batch.add(session, place, Reason.resumed);
    batch.flush();
  } else admitToSeat(parts, session, { reason: Reason.resumed, nowMs });
  return 'in';
}

/** The player of a seat of a match that runs here goes on in it, at home on that host. */
export function noteHomeOf(
  parts: DirectoryParts,
  handler: HandlerRef | undefined,
  { name, homeHostId }: { readonly name: string; readonly homeHostId: string },
): void {
  const hosted = handler === undefined ? undefined : parts.hosted.get(handler);
  if (hosted === undefined) return;
  const seats = hosted.match.seats.map((seat) =>
    seat.name === name ? { ...seat, homeHostId } : seat,
  );
  hosted.match = { ...hosted.match, seats };
}

function openPlace(
  parts: DirectoryParts,
  match: RemoteMatch,
  nowMs: number,
): MatchPlace | undefined {
  const handler = parts.effects.federation?.openRemote(match);
  if (handler === undefined) return undefined;
  const { matchId, handlerId, mode, quality } = match;
  const begun = { handler, id: handlerId, remoteId: matchId, mode, quality, foundMs: nowMs };
  const rest = { state: 'open', tickets: [], roster: [], waitMsMax: 0 } as const;
  const place = newMatchPlace(parts, { ...begun, ...rest, roster: [] });
  parts.places.set(handler, place);
  parts.remotes.set(matchId, place);
  return place;
}

/** Undefined: its mode has been closed since it began, nobody could say how it ends. */
export function shareMatch(parts: DirectoryParts, match: MatchPlace): string | undefined {
  const { handler, id, mode, quality, roster, rules, seated, openedMs, number } = match;
  const { federation } = parts.effects;
  if (rules === undefined || federation === undefined) return undefined;
  const homeHostId = parts.options.hostId;
  const seats = roster.map(({ session: { name, key }, team }) => {
    const rating = parts.ratings.get(mode, key);
    return { name, team, homeHostId, ticketId: NO_TICKET, rating };
  });
  const shared = { mode, seats, quality };
  const names = Array.from(seated, ({ name }) => name);
  const matchId = federation.share(shared, { names, handler, handlerId: id });
  match.remoteId = matchId;
  matchesOf(parts, mode).delete(match);
  parts.wanting.delete(match);
  parts.remotes.set(matchId, match);
  const left = roster.filter(({ session }) => !seated.has(session));
  const joining = roster.filter(({ session }) => match.joining.has(session));
  const place: HostedPlace = {
    number,
    handler,
    id,
    match: { ...shared, matchId },
    rules,
    state: 'open',
    isEnding: false,
    openedMs,
    joinedMs: new Map(roster.map(({ session: { name }, joinedMs }) => [name, joinedMs])),
    left: new Set(left.map(({ session: { name } }) => name)),
    wanted: match.wanted,
    joining: new Map(joining.map(({ session: { name }, team }) => [name, team])),
    forgetAtMs: Infinity,
  };
  parts.hosted.set(handler, place);
  if (match.wanted !== undefined) parts.wantingShared.add(place);
  parts.hostedById.set(matchId, handler);
  return matchId;
}
