/**
 * Players of several hosts for matches that run here and want more. Main thread.
 *
 *   handler wants --sharedWanted()--> wanting --fillShared(): tickets of this host--+
 *                                        |                                          v
 *                                        +--openSeats(), tickets claimed elsewhere, fillSeats()--> seat given, addSeats
 *                                                            federation asks the homes <--sharedSeatsAdded()--+
 *
 * A match of this host alone becomes one across hosts with the first player of another one: until then backfill-life.ts fills it.
 */

import type {
  FilledSeats,
  OfferedTicket,
  OpenSeats,
  RemoteSeat,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import { isPracticeName } from '../../shared/practice-name.ts';
import type { PlayersWanted } from '../../shared/thread-messages.ts';
import { meanMu, takesAnybody } from '../matchmaker/backfill.ts';
import { fillAcross } from '../matchmaker/fill-across.ts';
import { matchingRules, windowAt } from '../matchmaker/matching-rules.ts';
import type { Backfill, OpenMatch } from '../matchmaker/matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import type { MatchPlace } from './directory-model.ts';
import { matchesOf, type DirectoryParts } from './directory-parts.ts';
import { claimedTicket } from './fenced-tickets.ts';
import type { HostedPlace } from './hosted-life.ts';
import { nameKey } from '../../shared/name-key.ts';
import { isWaitedFor, lessWanted, openMatch, openShared } from './open-match.ts';
import { shareMatch } from './seat-transfer.ts';

/** The handler of a match across hosts says how many more players each team would take. */
export function sharedWanted(
  parts: DirectoryParts,
  place: HostedPlace,
  wanted: PlayersWanted,
): void {
  const isOpen = place.state === 'open' && !place.isEnding;
  const isWanting = isOpen && wanted.perTeam.some((count) => count > 0);
  place.wanted = isWanting ? wanted : undefined;
  if (isWanting) parts.wantingShared.add(place);
  else parts.wantingShared.delete(place);
}

/** Such a handler knows the seats of these names: their homes may bring them. */
export function sharedSeatsAdded(
  parts: DirectoryParts,
  place: HostedPlace,
  names: readonly string[],
): void {
  for (const name of names) {
    const team = place.joining.get(name);
    if (place.joining.delete(name)) place.wanted = lessWanted(place.wanted, team);
  }
  parts.effects.federation?.seatsKnown(place.match.matchId, names);
}

/** Gives tickets of this host to matches across hosts that run here. */
export function fillShared(parts: DirectoryParts, nowMs: number): void {
  for (const place of parts.wantingShared) {
    if (!isWaitedFor(parts, place.match.mode)) continue;
    for (const given of parts.matchmaker.backfill(openShared(parts, place), nowMs)) {
      giveOwn(parts, place, { given, nowMs });
    }
  }
}

/** Matches of this mode that would take players of other hosts. */
export function* openSeats(parts: DirectoryParts, mode: string): Generator<OpenSeats, void> {
  const rules = parts.options.modes.get(mode);
  if (rules?.federateAfterMs === undefined || parts.isDraining) return;
  if (parts.quarantine.untilMs(mode) !== undefined) return;
  for (const match of parts.wanting) {
    if (match.mode !== mode || !isForOthers(parts, match)) continue;
    const seats = seatsOf(rules, match.handler, openMatch(parts, match));
    if (seats !== undefined) yield seats;
  }
  for (const place of parts.wantingShared) {
    if (place.match.mode !== mode || hasPractice(place)) continue;
    const seats = seatsOf(rules, place.handler, openShared(parts, place));
    if (seats !== undefined) yield seats;
  }
}

/** Gives seats of that match to some of the claimed tickets; undefined: to none. */
export function fillSeats(
  parts: DirectoryParts,
  handler: HandlerRef,
  { tickets, nowMs }: { readonly tickets: readonly OfferedTicket[]; readonly nowMs: number },
): FilledSeats | undefined {
  const shared = parts.hosted.get(handler);
  if (shared !== undefined && (!parts.wantingShared.has(shared) || hasPractice(shared))) {
    return undefined;
  }
  const own = parts.places.get(handler);
  const match = own?.kind === 'match' && isForOthers(parts, own) ? own : undefined;
  const rules = parts.options.modes.get(shared?.match.mode ?? match?.mode ?? '');
  if (rules === undefined || parts.isDraining) return undefined;
  const present = new Set(presentKeys(shared, match));
  const free = tickets.filter(
    ({ members }) => !members.some(({ name }) => present.has(nameKey(name))),
  );
  const open = shared === undefined ? match && openMatch(parts, match) : openShared(parts, shared);
  if (open === undefined) return undefined;
  const seats = fillAcross({ rules, match: open, tickets: free, nowMs });
  if (seats.length === 0) return undefined;
  if (shared === undefined && match !== undefined) shareMatch(parts, match);
  const place = parts.hosted.get(handler);
  if (place?.state !== 'open') return undefined;
  giveSeats(parts, place, { seats, nowMs });
  return { matchId: place.match.matchId, seats };
}

/** Practice bots play with players of their own host only. */
function isForOthers(parts: DirectoryParts, match: MatchPlace): boolean {
  const { mode, state, roster, rules } = match;
  const isOpen = state === 'open' && parts.wanting.has(match) && matchesOf(parts, mode).has(match);
  return isOpen && rules !== undefined && !roster.some(({ session }) => session.isPractice);
}

/** So does one that has been shared because a player of it has moved. */
function hasPractice({ match, left }: HostedPlace): boolean {
  return match.seats.some(({ name }) => isPracticeName(name) && !left.has(name));
}

function seatsOf(rules: ModeRules, handler: HandlerRef, match: OpenMatch): OpenSeats | undefined {
  if (!takesAnybody(rules, match)) return undefined;
  const free = match.sides.map((side) => Math.max(0, side.free));
  const players = free.reduce((sum, count) => sum + count, 0);
  const mu = meanMu(match);
  const fill = { sizeMax: Math.max(...free), ...(mu !== undefined && { mu }) };
  const reach = (waitedMs: number): number => windowAt(matchingRules(rules), waitedMs);
  return { handler, players, fill, reach };
}

/** Accounts that have a seat in it: one of them that waits elsewhere has moved, and the seat will follow. */
function presentKeys(shared: HostedPlace | undefined, match: MatchPlace | undefined): string[] {
  if (shared === undefined) return Array.from(match?.seated ?? [], ({ key }) => key);
  const seats = shared.match.seats.filter(({ name }) => !shared.left.has(name));
  return seats.map(({ name }) => nameKey(name));
}

function giveOwn(
  parts: DirectoryParts,
  place: HostedPlace,
  { given, nowMs }: { readonly given: Backfill; readonly nowMs: number },
): void {
  const { ticket, team } = given;
  const { federation } = parts.effects;
  const present = new Set(presentKeys(place, undefined));
  const isIn = ticket.members.some(({ name }) => present.has(nameKey(name)));
  if (isIn || federation === undefined) {
    parts.matchmaker.add(ticket);
    return;
  }
  const homeHostId = parts.options.hostId;
  const seats = ticket.members.map(({ name, rating }) => {
    return { name, team, homeHostId, ticketId: ticket.id, rating };
  });
  const tickets = [claimedTicket(ticket, nowMs)];
  const claimId = federation.fillOwn(place.match.matchId, { seats, tickets });
  parts.fences.add(ticket, claimId);
  giveSeats(parts, place, { seats, nowMs });
}

function giveSeats(
  parts: DirectoryParts,
  place: HostedPlace,
  { seats, nowMs }: { readonly seats: readonly RemoteSeat[]; readonly nowMs: number },
): void {
  const keys = new Set(seats.map(({ name }) => nameKey(name)));
  // Who has left it and waited again has one seat, the new one, also with other letters.
  const others = place.match.seats.filter(({ name }) => !keys.has(nameKey(name)));
  place.match = { ...place.match, seats: [...others, ...seats] };
  for (const { name, team } of seats) {
    place.left.delete(name);
    place.joining.set(name, team);
    place.joinedMs.set(name, nowMs);
  }
  parts.effects.addSeats(
    place.handler,
    seats.map(({ name, team }) => ({ name, team })),
  );
}
