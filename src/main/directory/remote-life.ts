/**
 * The home's side of matches across hosts: tickets fenced for one, players moved into one that runs on some host, and back. Main
 * thread.
 *
 *   waiting --fenceTickets()--> fenced --enterRemote()--> seated in a MatchPlace with `remote` --leaveRemote()--> lobby
 *      ^                          |                              |
 *      +------unfenceTickets()----+                              +--seat given up: the match host is told
 *
 * The handler of such a place is a row of this host's handler table that stands for the match, wherever it runs: gateways
 * know no difference.
 */

import type {
  RemoteEnd,
  RemoteLeave,
  RemoteMatch,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import { Reason } from '../../shared/reason.ts';
import type { Ticket } from '../matchmaker/matchmaker.ts';
import { shownRating } from '../matchmaker/rating.ts';
import { NO_TICKET, type MatchPlace, type RosterEntry } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { takeBackJoining } from './backfill-life.ts';
import { newMatchPlace } from './new-match-place.ts';
import { notePartGone } from './party-post.ts';
import { forgetIfDone, isAdmitted, MoveBatch, sendHome, tell } from './placement.ts';
import { breakdownNotice, isBreakdown } from './queueing.ts';
import { admitToSeat, closeRemote, forgetRosterEntry, noteMatchOver } from './seats.ts';
import { endSession } from './session-end.ts';

/** Moves the players of fenced tickets into their match; returns the names of those who are in. */
export function enterRemote(
  parts: DirectoryParts,
  match: RemoteMatch,
  nowMs: number,
): readonly string[] {
  const { claimId } = match;
  const roster: RosterEntry[] = [];
  const tickets = new Set<Ticket>();
  for (const { name, team, ticketId } of match.seats) {
    const fence = parts.fences.find(ticketId);
    const session = parts.sessions.byName(name);
    if (fence === undefined || fence.matchId !== claimId || session?.ticketId !== ticketId)
      continue;
    roster.push({ session, team, joinedMs: match.isRunning === true ? nowMs : 0 });
    tickets.add(fence.ticket);
  }
  if (roster.length === 0) return [];
  const place = placeFor(parts, match, { roster, tickets: [...tickets], nowMs });
  if (place === undefined) return [];
  noteEntered(parts, match, { place, roster, tickets, nowMs });
  const batch = new MoveBatch(parts, nowMs);
  for (const { session } of roster) {
    session.ticketId = NO_TICKET;
    session.seat = place;
    session.priorityUntilMs = 0;
    if (isAdmitted(session)) batch.add(session, place, Reason.matched);
    else if (session.state === 'arriving') {
      admitToSeat(parts, session, { reason: Reason.matched, nowMs });
    }
  }
  batch.flush();
  return roster.map(({ session }) => session.name);
}

/** The match is over for this home: its players go back to lobbies. */
export function leaveRemote(
  parts: DirectoryParts,
  matchId: string,
  { end, nowMs, freeFromMs, isLinkLost }: RemoteLeave & { readonly end: RemoteEnd },
): void {
  const match = parts.remotes.get(matchId);
  if (match === undefined) return;
  const { reason } = end;
  const isBroken = isBreakdown(reason);
  takeBackJoining(parts, match);
  closeRemote(parts, match, end.result);
  // Nobody on a lost link will answer a LEAVE.
  if (isLinkLost) match.isWorkerLost = true;
  if (freeFromMs > nowMs) {
    for (const { key } of match.seated) parts.holds.hold(key, freeFromMs);
  }
  settleRemote(parts, match, { end, nowMs });
  const present = [...match.seated].filter(({ state }) => state === 'match');
  for (const session of match.seated) {
    if (isBroken) session.priorityUntilMs = nowMs + parts.limits.priorityMs;
    if (session.state === 'away') endSession(parts, session, { event: 'expire', nowMs });
    else session.seat = undefined;
  }
  match.seated.clear();
  sendHome(parts, present, { reason, nowMs });
  if (isBroken) tell(parts, present, { event: 'notice', text: breakdownNotice(reason) });
  forgetIfDone(parts, match);
}

/** All players of this home give their seats up: the host stops. */
export function quitRemote(parts: DirectoryParts, match: MatchPlace, reason: Reason): void {
  const { remoteId = '', seated } = match;
  for (const { name } of seated) parts.effects.federation?.seatReleased(remoteId, name);
  const end: RemoteEnd = { reason, result: undefined, ratings: undefined };
  const { nowMs } = parts;
  leaveRemote(parts, remoteId, { end, nowMs, freeFromMs: nowMs, isLinkLost: false });
}

interface Entering {
  readonly roster: readonly RosterEntry[];
  readonly tickets: Iterable<Ticket>;
  readonly nowMs: number;
}

/** Where players of this home are in it already, or a new one; undefined when there is no row for it. */
function placeFor(
  parts: DirectoryParts,
  match: RemoteMatch,
  { roster, tickets, nowMs }: Entering & { readonly tickets: readonly Ticket[] },
): MatchPlace | undefined {
  const { matchId, mode, handlerId, quality } = match;
  const known = parts.remotes.get(matchId);
  if (known !== undefined) {
    for (const entry of roster) sitDown(known, entry);
    return known;
  }
  const handler = parts.effects.federation?.openRemote(match);
  if (handler === undefined) return undefined;
  const begun = { handler, id: handlerId, remoteId: matchId, mode, quality, foundMs: nowMs };
  const waitMsMax = Math.max(0, ...tickets.map(({ enqueuedMs }) => nowMs - enqueuedMs));
  const rest = { state: 'open', tickets, waitMsMax } as const;
  const place = newMatchPlace(parts, { ...begun, ...rest, roster: [...roster] });
  parts.places.set(handler, place);
  parts.remotes.set(matchId, place);
  return place;
}

/** Who had left it and comes again has one entry, the new one. */
function sitDown(place: MatchPlace, entry: RosterEntry): void {
  forgetRosterEntry(place, entry.session);
  place.roster.push(entry);
  place.seated.add(entry.session);
}

function noteEntered(
  parts: DirectoryParts,
  { mode, quality, isRunning }: RemoteMatch,
  { place, roster, tickets, nowMs: atMs }: Entering & { readonly place: MatchPlace },
): void {
  const { id: matchId } = place;
  parts.matched.set(mode, (parts.matched.get(mode) ?? 0) + roster.length);
  const teams = new Map(roster.map(({ session, team }) => [session.name, team]));
  const ticketIds: number[] = [];
  for (const ticket of tickets) {
    const { id: ticketId, members, party } = ticket;
    ticketIds.push(ticketId);
    parts.fences.remove(ticketId);
    parts.ticketDeadlines.delete(ticketId);
    if (party !== undefined) notePartGone(parts, ticket, { state: 'going', reason: 'left' });
    if (isRunning !== true) continue;
    const team = teams.get(members[0]?.name ?? '') ?? 0;
    parts.effects.ticketEvent({ kind: 'backfilled', atMs, matchId, mode, ticketId, team });
  }
  if (isRunning === true) return;
  const seats = roster.map(({ session, team }) => ({ name: session.name, team }));
  const matched = { matchId, mode, ticketIds, seats, quality };
  parts.effects.ticketEvent({ kind: 'matched', atMs, ...matched });
}

/** The match's host has rated it; here the ratings are taken over and the players told. */
function settleRemote(
  parts: DirectoryParts,
  match: MatchPlace,
  { end, nowMs }: { end: RemoteEnd; nowMs: number },
): void {
  const { result, ratings } = end;
  if (result === undefined) return;
  for (const { session } of match.roster) {
    const rating = ratings?.[session.name];
    if (rating !== undefined) parts.ratings.set(match.mode, session.key, rating);
  }
  for (const session of match.seated) noteMatchOver(match, session, { nowMs, hasAbandoned: false });
  for (const session of match.members) {
    const rating = ratings?.[session.name];
    const shown = rating === undefined ? null : shownRating(rating);
    tell(parts, [session], { event: 'ended', match: match.id, result, rating: shown });
  }
}
