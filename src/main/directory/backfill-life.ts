/**
 * Players for matches that run: from what a handler wants to the move. Main thread.
 *
 *   handler wants --playersWanted()--> wanting --fillMatches(), matchmaker.backfill()--> seat given, addSeats
 *                                                           seatsAdded() <--the handler knows the seat-- |
 *                                                                 +--> moved in, or waits away for its connection
 *
 * The handler learns of a seat before its player comes: the order to the worker and the JOIN go different ways. What it has said
 * before it knew of a seat counts that one as free: until then it is taken off here. Of matches across hosts: shared-backfill.ts.
 */

import { Reason } from '../../shared/reason.ts';
import type { PlayersWanted } from '../../shared/thread-messages.ts';
import type { Backfill } from '../matchmaker/matchmaker.ts';
import { NO_TICKET, type MatchPlace, type Session } from './directory-model.ts';
import { matchesOf, type DirectoryParts } from './directory-parts.ts';
import { isWaitedFor, lessWanted, openMatch } from './open-match.ts';
import { isAdmitted, MoveBatch, tell } from './placement.ts';
import { requeue, ticketMembers } from './queueing.ts';
import { admitToSeat, forgetRosterEntry } from './seats.ts';

/** A handler says how many more players each team would take, and how its match stands. */
export function playersWanted(
  parts: DirectoryParts,
  match: MatchPlace,
  wanted: PlayersWanted,
): void {
  const isWanting = wanted.perTeam.some((count) => count > 0);
  match.wanted = isWanting ? wanted : undefined;
  if (isWanting) parts.wanting.add(match);
  else parts.wanting.delete(match);
}

/** Gives tickets to the matches that want players. */
export function fillMatches(parts: DirectoryParts, nowMs: number): void {
  for (const match of parts.wanting) {
    if (match.state !== 'open' || !matchesOf(parts, match.mode).has(match)) {
      parts.wanting.delete(match);
    } else if (isWaitedFor(parts, match.mode)) {
      for (const given of parts.matchmaker.backfill(openMatch(parts, match), nowMs)) {
        giveSeats(parts, match, { given, nowMs });
      }
    }
  }
}

/** The handler knows the seats of these names: their players may come. */
export function seatsAdded(
  parts: DirectoryParts,
  match: MatchPlace,
  { names, nowMs }: { names: readonly string[]; nowMs: number },
): void {
  const batch = new MoveBatch(parts, nowMs);
  for (const name of names) {
    const session = parts.sessions.byName(name);
    if (session === undefined || !match.joining.delete(session)) continue;
    const team = match.roster.find((entry) => entry.session === session)?.team;
    match.wanted = lessWanted(match.wanted, team);
    // Who has lost the connection meanwhile comes back to the seat, like anyone else in the match.
    if (isAdmitted(session)) batch.add(session, match, Reason.matched);
    else if (session.state === 'arriving') {
      admitToSeat(parts, session, { reason: Reason.matched, nowMs });
    }
  }
  batch.flush();
}

/** The match is over before these players could come: they wait again, before all others. */
export function takeBackJoining(parts: DirectoryParts, match: MatchPlace): void {
  const tickets = new Set(match.joining.values());
  for (const ticket of tickets) {
    const members = [...match.joining].filter(([, one]) => one === ticket).map(([who]) => who);
    for (const session of members) {
      match.seated.delete(session);
      forgetRosterEntry(match, session);
      session.seat = undefined;
    }
    const rest = members.filter((session) => isAdmitted(session));
    tell(parts, rest, { event: 'notice', text: TOO_LATE });
    if (rest.length > 0 && !parts.isDraining) requeue(parts, ticket, rest);
  }
  match.joining.clear();
}

const TOO_LATE = 'The match ended before you could join it; you are back at the head of the queue.';

function giveSeats(
  parts: DirectoryParts,
  match: MatchPlace,
  { given, nowMs }: { given: Backfill; nowMs: number },
): void {
  const { ticket, team } = given;
  const sessions = ticketMembers(parts, ticket);
  for (const session of sessions) takeSeat(match, session, { given, nowMs });
  parts.ticketDeadlines.delete(ticket.id);
  const { id: matchId, mode, handler } = match;
  parts.effects.addSeats(
    handler,
    sessions.map(({ name }) => ({ name, team })),
  );
  parts.matched.set(mode, (parts.matched.get(mode) ?? 0) + sessions.length);
  const ticketId = ticket.id;
  parts.effects.ticketEvent({ kind: 'backfilled', atMs: nowMs, matchId, mode, ticketId, team });
}

function takeSeat(
  match: MatchPlace,
  session: Session,
  { given, nowMs }: { given: Backfill; nowMs: number },
): void {
  session.ticketId = NO_TICKET;
  session.seat = match;
  match.seated.add(session);
  match.joining.set(session, given.ticket);
  // Someone who had left it and waited again has one entry, the new one.
  forgetRosterEntry(match, session);
  match.roster.push({ session, team: given.team, joinedMs: nowMs });
}
