/** Sessions and their tickets: into a queue, back to its head; queue-exit.ts has the ways out. Main thread. */

import assert from 'node:assert/strict';
import type { TicketPart } from '../../cluster-bridge/federation/federation-hosts.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import { matchingRules, type MatchingRules } from '../matchmaker/matching-rules.ts';
import type { RecentMatch, Ticket, TicketMember } from '../matchmaker/matchmaker.ts';
import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { APART } from './fence-book.ts';
import { HELD } from './hold-book.ts';
import { notePartGone } from './party-post.ts';
import { tell } from './placement.ts';

interface NewTicket {
  readonly mode: string;
  readonly nowMs: number;
  /** Of a party on several hosts; left out: all members are here. */
  readonly part?: TicketPart;
  /** Because of members who are elsewhere. */
  readonly hasPriority?: boolean;
}

/** Queues `members`, a party or one player, of whom none has a ticket or a seat; returns the ticket's id. */
export function enqueue(
  parts: DirectoryParts,
  members: readonly Session[],
  { mode, nowMs, part, hasPriority = false }: NewTicket,
): number {
  parts.lastTicketId += 1;
  const id = parts.lastTicketId;
  addTicket(parts, members, {
    id,
    mode,
    members: ticketMembersOf(parts, members, mode),
    enqueuedMs: nowMs,
    hasPriority:
      hasPriority || members.some(({ priorityUntilMs }) => priorityUntilMs > parts.nowMs),
    ...(part === undefined ? {} : { party: part }),
  });
  return id;
}

/** Queues those who are left of a ticket whose match could not be opened, as the age that it had, before all others. */
export function requeue(parts: DirectoryParts, ticket: Ticket, members: readonly Session[]): void {
  if (!isOpenTo(parts, ticket.mode, members.length)) {
    for (const member of members) member.ticketId = NO_TICKET;
    tell(parts, members, { event: 'unqueued', reason: 'mode-closed' });
    return;
  }
  addTicket(parts, members, {
    ...ticket,
    members: ticketMembersOf(parts, members, ticket.mode),
    hasPriority: true,
  });
}

/** Whether the mode is still there and has sides for so many: its rules may have changed since a ticket was made. */
export function isOpenTo(parts: DirectoryParts, mode: string, members: number): boolean {
  return members <= (parts.options.modes.get(mode)?.teamSize ?? 0);
}

/** Tells the members of a ticket that they wait. */
export function tellQueued(parts: DirectoryParts, members: Iterable<Session>, mode: string): void {
  const waiting = parts.matchmaker.queue(mode).waiting + parts.fences.waiting(mode).players;
  const etaMs = parts.matchmaker.etaMs(mode, parts.nowMs);
  tell(parts, members, { event: 'queued', mode, waiting, etaMs });
}

/** The session's ticket: in its mode's queue, or claimed by a match across hosts. */
export function ticketOf(parts: DirectoryParts, { ticketId }: Session): Ticket | undefined {
  return parts.matchmaker.find(ticketId) ?? parts.fences.find(ticketId)?.ticket;
}

/** The sessions that a ticket stands for, waiting or found. */
export function ticketMembers(parts: DirectoryParts, ticket: Ticket): Session[] {
  const members = ticket.members.map(({ name }) => parts.sessions.byName(name));
  return members.filter(
    (member): member is Session => member !== undefined && member.ticketId === ticket.id,
  );
}

/** Whether a match that ended for this reason broke, through no fault of its players. */
export function isBreakdown(reason: Reason): boolean {
  return BREAKDOWNS.has(reason);
}

/** A notice for those whose match broke. */
export function breakdownNotice(reason: Reason): string {
  return `The match is over: its game ${reasonWord(reason)}. Your next ticket goes to the head of the queue.`;
}

const BREAKDOWNS: ReadonlySet<Reason> = new Set<Reason>([
  Reason.crashed,
  Reason.hung,
  Reason.outOfMemory,
  Reason.hostLost,
]);

function addTicket(parts: DirectoryParts, members: readonly Session[], ticket: Ticket): void {
  for (const member of members) member.ticketId = ticket.id;
  if (ticket.party !== undefined) parts.fences.add(ticket, APART);
  else if (members.some(({ key }) => parts.holds.isHeld(key, parts.nowMs))) {
    parts.fences.add(ticket, HELD);
  } else parts.matchmaker.add(ticket);
  parts.ticketDeadlines.add(ticket.id, parts.nowMs);
  parts.effects.ticketEvent({ kind: 'added', atMs: parts.nowMs, ticket });
  tellQueued(parts, members, ticket.mode);
}

/** For the ticket log, and its time to live is over. */
export function noteRemoved(parts: DirectoryParts, ticket: Ticket, reason: TicketRemoval): void {
  parts.ticketDeadlines.delete(ticket.id);
  parts.effects.ticketEvent({ kind: 'removed', atMs: parts.nowMs, ticketId: ticket.id, reason });
  if (ticket.party !== undefined) notePartGone(parts, ticket, { state: 'off', reason });
}

function ticketMembersOf(
  parts: DirectoryParts,
  members: readonly Session[],
  mode: string,
): TicketMember[] {
  const isListKept = matchingRulesOf(parts, mode).avoidListMs > 0;
  return members.map((session): TicketMember => {
    const { name, key } = session;
    const recent = recentMatch(parts, session, mode);
    const avoids = isListKept ? parts.avoids.of(key) : [];
    return {
      name,
      rating: parts.ratings.get(mode, key),
      ...(recent === undefined ? {} : { recent }),
      ...(avoids.length === 0 ? {} : { avoids }),
    };
  });
}

/** The player's last match, as long as the mode's rules ask for it. */
function recentMatch(
  parts: DirectoryParts,
  { recent }: Session,
  mode: string,
): RecentMatch | undefined {
  if (recent === undefined) return undefined;
  const { avoidOpponentsMs, avoidAbandonersMs } = matchingRulesOf(parts, mode);
  const isOver = recent.endedMs + Math.max(avoidOpponentsMs, avoidAbandonersMs) <= parts.nowMs;
  return isOver ? undefined : recent;
}

function matchingRulesOf(parts: DirectoryParts, mode: string): MatchingRules {
  const rules = parts.options.modes.get(mode);
  assert(rules !== undefined, 'tickets name a configured mode');
  return matchingRules(rules);
}
