/**
 * Tickets of this home that may go to matches across hosts, and those that are fenced for one, or held. Main thread.
 *
 *   waiting --fenceTickets()--> fenced --unfenceTickets()--> waiting as before
 */

import type {
  ClaimedTicket,
  ClaimWant,
  FederatableQueue,
  FillWant,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import {
  addTo,
  EMPTY_HISTOGRAMS,
  emptyBuckets,
  PARTY_BOUNDS,
  RATING_BOUNDS,
  WAIT_BOUNDS_MS,
} from '../../cluster-bridge/federation/queue-histograms.ts';
import { matchingRules, windowAt } from '../matchmaker/matching-rules.ts';
import type { Ticket } from '../matchmaker/matchmaker.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { APART } from './fence-book.ts';
import { HELD } from './hold-book.ts';
import { nameKey } from '../../shared/name-key.ts';
import { returnPart } from './party-ticket.ts';
import { isOpenTo, requeue, ticketMembers } from './queueing.ts';

/** Takes tickets that may go to other hosts out of the queue, oldest first, up to `playersMax`. */
export function fenceTickets(
  parts: DirectoryParts,
  want: ClaimWant,
  { claimId, nowMs }: { claimId: string; nowMs: number },
): readonly ClaimedTicket[] {
  const claimed: ClaimedTicket[] = [];
  let players = 0;
  for (const ticket of federatableTickets(parts, want.mode, nowMs)) {
    const { id, members } = ticket;
    if (players + members.length > want.playersMax) continue;
    if (want.fill !== undefined && !couldFill(parts, ticket, want.fill)) continue;
    parts.matchmaker.remove(id);
    parts.fences.add(ticket, claimId);
    players += members.length;
    claimed.push(claimedTicket(ticket, nowMs));
  }
  return claimed;
}

/** As another host, or a match across hosts, sees it. */
export function claimedTicket(ticket: Ticket, nowMs: number): ClaimedTicket {
  const { id, members, enqueuedMs, hasPriority, party } = ticket;
  const named = members.map(({ name, rating, avoids }) => {
    return avoids === undefined ? { name, rating } : { name, rating, avoids };
  });
  const waitedMs = Math.max(0, nowMs - enqueuedMs);
  return { id, members: named, waitedMs, hasPriority, ...(party && { party }) };
}

/** Small enough, and near enough in rating as far as its own window says; the match's host decides. */
function couldFill(
  parts: DirectoryParts,
  { mode, members, enqueuedMs, party }: Ticket,
  { sizeMax, mu }: FillWant,
): boolean {
  const rules = parts.options.modes.get(mode);
  if (rules === undefined || (party?.size ?? members.length) > sizeMax) return false;
  if (mu === undefined) return true;
  const mean = members.reduce((sum, { rating }) => sum + rating.mu, 0) / members.length;
  return Math.abs(mean - mu) <= windowAt(matchingRules(rules), parts.nowMs - enqueuedMs);
}

/** They wait as before. */
export function unfenceTickets(
  parts: DirectoryParts,
  claimId: string,
  ticketIds: readonly number[] | 'all',
): void {
  for (const { id } of parts.fences.of(claimId)) {
    if (ticketIds !== 'all' && !ticketIds.includes(id)) continue;
    const ticket = parts.fences.remove(id);
    if (ticket === undefined) continue;
    if (ticket.party !== undefined) {
      returnPart(parts, ticket);
      continue;
    }
    // Its mode may have been closed or made smaller meanwhile.
    if (isOpenTo(parts, ticket.mode, ticket.members.length)) parts.matchmaker.add(ticket);
    else requeue(parts, ticket, ticketMembers(parts, ticket));
  }
}

/** Tickets that were held go into their queues, once none of their members is held any more. */
export function releaseHeld(parts: DirectoryParts, nowMs: number): void {
  if (!parts.holds.release(nowMs)) return;
  const isHeld = ({ members }: Ticket): boolean =>
    members.some(({ name }) => parts.holds.isHeld(nameKey(name), nowMs));
  const free = parts.fences.of(HELD).filter((ticket) => !isHeld(ticket));
  unfenceTickets(
    parts,
    HELD,
    free.map(({ id }) => id),
  );
}

/** What of a mode's queue may go to other hosts now. */
export function federatableQueue(
  parts: DirectoryParts,
  mode: string,
  nowMs: number,
): FederatableQueue {
  const found = federatableTickets(parts, mode, nowMs);
  if (found.length === 0) return { tickets: 0, players: 0, oldestMs: 0, ...EMPTY_HISTOGRAMS };
  let [players, oldestMs] = [0, 0];
  const ratings = emptyBuckets(RATING_BOUNDS);
  const waits = emptyBuckets(WAIT_BOUNDS_MS);
  const parties = emptyBuckets(PARTY_BOUNDS);
  for (const { members, enqueuedMs } of found) {
    players += members.length;
    oldestMs = Math.max(oldestMs, nowMs - enqueuedMs);
    addTo(waits, WAIT_BOUNDS_MS, nowMs - enqueuedMs);
    addTo(parties, PARTY_BOUNDS, members.length);
    for (const { rating } of members) addTo(ratings, RATING_BOUNDS, rating.mu);
  }
  return { tickets: found.length, players, oldestMs, ratings, waits, parties };
}

/**
 * Local first: only who has waited for federateAfterMs, and no practice bots, whose names are this host's own. Parties on several
 * hosts can go no other way: they come first, and where one has waited, everybody may be its company.
 */
function federatableTickets(parts: DirectoryParts, mode: string, nowMs: number): readonly Ticket[] {
  const afterMs = parts.options.modes.get(mode)?.federateAfterMs ?? Infinity;
  if (parts.isDraining || afterMs === Infinity) return [];
  const apart = freeParts(parts, mode);
  const isCompanyWanted = apart.some(({ enqueuedMs }) => nowMs - enqueuedMs >= afterMs);
  const isReady = (ticket: Ticket): boolean => {
    const hasWaited = ticket.hasPriority || nowMs - ticket.enqueuedMs >= afterMs;
    if (!hasWaited && !isCompanyWanted) return false;
    return !ticketMembers(parts, ticket).some(({ isPractice }) => isPractice);
  };
  return [...apart, ...parts.matchmaker.tickets(mode).filter((ticket) => isReady(ticket))];
}

/** This host's parts of parties' tickets that no match has claimed, oldest first. */
function freeParts(parts: DirectoryParts, mode: string): readonly Ticket[] {
  const apart = parts.fences.of(APART).filter((ticket) => ticket.mode === mode);
  return apart
    .filter(
      ({ members }) => !members.some(({ name }) => parts.holds.isHeld(nameKey(name), parts.nowMs)),
    )
    .toSorted((one, other) => one.enqueuedMs - other.enqueuedMs);
}
