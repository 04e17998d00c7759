/**
 * A match from found to forgotten: opening, moving its players in, giving seats up, its end. Main thread.
 *
 *   found --openMatch--> opening --matchOpened--> open --matchGone--> gone
 *                           |                       \--all seats given up--> closing --matchGone--> gone
 *                           +--failOpening (deadline) --> closing, (handler gone) --> gone: players are queued again
 *
 * While it opens its players stay where they are. Who leaves or disconnects for good meanwhile gives the seat up; the
 * match starts without them, and its handler is told that the seat expired.
 */

import assert from 'node:assert/strict';
import { Reason } from '../../shared/reason.ts';
import type { HandlerOutcome } from '../../shared/thread-messages.ts';
import type { MatchFound } from '../matchmaker/matchmaker.ts';
import { NO_TICKET, type MatchPlace, type Session } from './directory-model.ts';
import { matchesOf, type DirectoryParts } from './directory-parts.ts';
import { newMatchPlace } from './new-match-place.ts';
import { forgetIfDone, isAdmitted, MoveBatch, sendHome, tell } from './placement.ts';
import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import { takeBackJoining } from './backfill-life.ts';
import { settleResult } from './match-results.ts';
import { unqueueAll } from './queue-exit.ts';
import { breakdownNotice, isBreakdown, requeue } from './queueing.ts';
import { resultPlayers } from './result-players.ts';
import { abandonersOf, admitToSeat, endIfAbandoned } from './seats.ts';
import { endSession } from './session-end.ts';

/** Starts opening a handler for the match; false when there is no room for one now: then takeBack() it. */
export function tryOpenMatch(parts: DirectoryParts, found: MatchFound, nowMs: number): boolean {
  const { mode, seats, tickets, waitMsMax, quality } = found;
  const opening = parts.effects.openHandler({ mode, isLobby: false, roster: seats, quality });
  if (opening === undefined) return false;
  const roster = seats.map(({ name, team }) => {
    return { session: sessionNamed(parts, name), team, joinedMs: 0 };
  });
  const { handler, id } = opening;
  const begun = { handler, id, mode, tickets, roster, quality, waitMsMax, foundMs: nowMs };
  const match = newMatchPlace(parts, { ...begun, state: 'opening' });
  for (const session of match.seated) {
    session.ticketId = NO_TICKET;
    session.seat = match;
  }
  noteMatched(parts, match, found);
  parts.places.set(match.handler, match);
  parts.openings.add(match, nowMs);
  return true;
}

function noteMatched(parts: DirectoryParts, match: MatchPlace, found: MatchFound): void {
  const { mode, tickets, seats, quality } = found;
  for (const { id } of tickets) parts.ticketDeadlines.delete(id);
  const ticketIds = tickets.map(({ id }) => id);
  const [matchId, atMs] = [match.id, match.foundMs];
  parts.effects.ticketEvent({ kind: 'matched', atMs, matchId, mode, ticketIds, seats, quality });
}

/** Gives the tickets of a match that was not opened back to the matchmaker: they wait as before. */
export function takeBack(parts: DirectoryParts, found: MatchFound): void {
  for (const ticket of found.tickets) parts.matchmaker.add(ticket);
}

/** The handler takes players now: moves in all who still have their seats and a connection. */
export function matchOpened(parts: DirectoryParts, match: MatchPlace, nowMs: number): void {
  parts.openings.delete(match);
  match.state = 'open';
  match.openedMs = nowMs;
  matchesOf(parts, match.mode).add(match);
  parts.matched.set(match.mode, (parts.matched.get(match.mode) ?? 0) + match.seated.size);
  // The head-of-queue priority is for one match, and this is it.
  for (const session of match.seated) session.priorityUntilMs = 0;
  const batch = new MoveBatch(parts, nowMs);
  for (const { session } of match.roster) {
    if (session.seat !== match) parts.effects.expireSeat(match.handler, session.name);
    else if (isAdmitted(session)) batch.add(session, match, Reason.matched);
    else if (session.state === 'arriving')
      admitToSeat(parts, session, { reason: Reason.matched, nowMs });
  }
  batch.flush();
  const { handler, id, mode, seated, foundMs, waitMsMax, quality } = match;
  const openingMs = nowMs - foundMs;
  const players = seated.size;
  parts.effects.happened({
    kind: 'matchStarted',
    handler,
    id,
    mode,
    players,
    openingMs,
    waitMsMax,
    quality,
  });
  endIfAbandoned(parts, match);
}

/** The handler did not open in time: its players go back to the queue, it is asked to end. */
export function abandonOpening(parts: DirectoryParts, match: MatchPlace, nowMs: number): void {
  match.state = 'closing';
  const outcome = { reason: Reason.unavailable, result: undefined, error: undefined };
  failOpening(parts, match, { outcome, isWorkerLost: false, nowMs });
  parts.effects.endHandler(match.handler, Reason.unavailable);
}

export interface HandlerEnd {
  readonly outcome: HandlerOutcome;
  readonly isWorkerLost: boolean;
  readonly nowMs: number;
}

/** The handler is over, however that came. */
export function matchGone(parts: DirectoryParts, match: MatchPlace, end: HandlerEnd): void {
  const { state } = match;
  const isOpen = matchesOf(parts, match.mode).delete(match);
  parts.openings.delete(match);
  match.state = 'gone';
  match.isWorkerLost = end.isWorkerLost;
  if (state === 'opening') failOpening(parts, match, end);
  else if (isOpen) endMatch(parts, match, end);
  forgetIfDone(parts, match);
}

function endMatch(parts: DirectoryParts, match: MatchPlace, end: HandlerEnd): void {
  const { outcome, nowMs } = end;
  const isBroken = isBreakdown(outcome.reason);
  parts.wanting.delete(match);
  takeBackJoining(parts, match);
  noteEnded(parts, match, end);
  if (outcome.result !== undefined) settleResult(parts, match, { result: outcome.result, nowMs });
  const present = [...match.seated].filter((session) => session.state === 'match');
  for (const session of match.seated) {
    if (isBroken) session.priorityUntilMs = nowMs + parts.limits.priorityMs;
    if (session.state === 'away') endSession(parts, session, { event: 'expire', nowMs });
    else session.seat = undefined;
  }
  match.seated.clear();
  sendHome(parts, present, { reason: outcome.reason, nowMs });
  const { handler, id, mode } = match;
  const { reason, result, error } = outcome;
  if (isBroken) {
    tell(parts, present, { event: 'notice', text: breakdownNotice(reason) });
    parts.effects.happened({
      kind: 'matchFailed',
      handler,
      id,
      mode,
      reason,
      error,
      wasOpen: true,
    });
    noteCrash(parts, mode, end);
  } else {
    const durationMs = nowMs - match.openedMs;
    const seats = match.roster.map(({ session, team }) => ({ name: session.name, team }));
    const players = resultPlayers(result, seats, parts.options.modes.get(mode)?.teams ?? 0);
    const ended = { handler, id, mode, reason, result, durationMs, players };
    parts.effects.happened({ kind: 'matchEnded', ...ended });
  }
}

function noteEnded(parts: DirectoryParts, match: MatchPlace, end: HandlerEnd): void {
  const { id: matchId, mode } = match;
  const { result } = end.outcome;
  const abandonedBy = abandonersOf(match);
  const atMs = end.nowMs;
  parts.effects.ticketEvent({ kind: 'ended', atMs, matchId, mode, result, abandonedBy });
}

/** Nobody was moved in yet: those who are still here wait again, before all others. */
function failOpening(parts: DirectoryParts, match: MatchPlace, end: HandlerEnd): void {
  const { handler, id, mode } = match;
  const { reason, error } = end.outcome;
  parts.effects.happened({ kind: 'matchFailed', handler, id, mode, reason, error, wasOpen: false });
  if (reason !== Reason.drained && reason !== Reason.shutdown) noteCrash(parts, mode, end);
  const seated = new Set(match.seated);
  match.seated.clear();
  for (const session of seated) {
    session.seat = undefined;
    if (session.state === 'away') endSession(parts, session, { event: 'expire', nowMs: end.nowMs });
  }
  const refusal = queueRefusal(parts, mode);
  if (refusal !== undefined) {
    tell(parts, seated, { event: 'unqueued', reason: refusal });
    return;
  }
  tell(parts, seated, { event: 'notice', text: OPENING_FAILED });
  for (const ticket of match.tickets) {
    const members = ticket.members.flatMap(({ name }) => parts.sessions.byName(name) ?? []);
    const rest = members.filter((session) => seated.has(session));
    if (rest.length > 0) requeue(parts, ticket, rest);
  }
}

const OPENING_FAILED = 'The match could not be opened; you are back at the head of the queue.';

function queueRefusal(parts: DirectoryParts, mode: string): TicketRemoval | undefined {
  if (parts.isDraining) return 'draining';
  return parts.quarantine.untilMs(mode) === undefined ? undefined : 'quarantined';
}

/** A mode that crashes too often rests. */
export function noteCrash(parts: DirectoryParts, mode: string, end: HandlerEnd): void {
  if (!parts.quarantine.noteCrash(mode, end.isWorkerLost, end.nowMs)) return;
  const untilMs = end.nowMs + parts.limits.quarantineMs;
  const crashes = parts.limits.crashesMax;
  parts.effects.happened({ kind: 'modeQuarantined', mode, crashes, untilMs });
  unqueueAll(parts, mode, 'quarantined');
}

function sessionNamed(parts: DirectoryParts, name: string): Session {
  const session = parts.sessions.byName(name);
  assert(session !== undefined, 'the members of a ticket are logged in');
  return session;
}
