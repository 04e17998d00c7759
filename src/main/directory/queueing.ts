/** Sessions and their tickets: into a queue, out of it, back to its head. Main thread. */

import { Reason, reasonWord } from '../../shared/reason.ts';
import type { Ticket } from '../matchmaker/matchmaker.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { tell } from './placement.ts';

/** Why a ticket left the queue, as the `unqueued` event says it. */
export type UnqueueReason =
  | 'left'
  /** Its player queued for another mode. */
  | 'switched'
  /** The party that it stood for changed, or its player joined one. */
  | 'party-changed'
  | 'draining'
  | 'quarantined';

/** Queues `members`, a party or one player, of whom none has a ticket or a seat. */
export function enqueue(
  parts: DirectoryParts,
  members: readonly Session[],
  { mode, nowMs }: { mode: string; nowMs: number },
): void {
  parts.lastTicketId += 1;
  addTicket(parts, members, {
    id: parts.lastTicketId,
    mode,
    members: members.map(({ name }) => ({ name, rating: null })),
    enqueuedMs: nowMs,
    hasPriority: members.some(({ priorityUntilMs }) => priorityUntilMs > nowMs),
  });
}

/** Queues those who are left of a ticket whose match could not be opened, as the age that it had, before all others. */
export function requeue(parts: DirectoryParts, ticket: Ticket, members: readonly Session[]): void {
  addTicket(parts, members, {
    ...ticket,
    members: members.map(({ name }) => ({ name, rating: null })),
    hasPriority: true,
  });
}

/** Tells the members of a ticket that they wait. */
export function tellQueued(parts: DirectoryParts, members: Iterable<Session>, mode: string): void {
  const { waiting } = parts.matchmaker.queue(mode);
  tell(parts, members, { event: 'queued', mode, waiting, etaMs: null });
}

/** Takes the session's ticket, if it has one, out of the queue, for all its members, and tells them. */
export function unqueue(parts: DirectoryParts, session: Session, reason: UnqueueReason): boolean {
  const ticket = parts.matchmaker.remove(session.ticketId);
  if (ticket === undefined) return false;
  const members = ticketMembers(parts, ticket);
  for (const member of members) member.ticketId = NO_TICKET;
  tell(parts, members, { event: 'unqueued', reason });
  return true;
}

/** Takes all tickets of a mode out of the queue. */
export function unqueueAll(parts: DirectoryParts, mode: string, reason: UnqueueReason): void {
  const tickets = parts.matchmaker.tickets(mode);
  const members = tickets.flatMap((ticket) => ticketMembers(parts, ticket));
  for (const ticket of tickets) parts.matchmaker.remove(ticket.id);
  for (const member of members) member.ticketId = NO_TICKET;
  tell(parts, members, { event: 'unqueued', reason });
}

/** The sessions that a waiting ticket stands for. */
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
  parts.matchmaker.add(ticket);
  tellQueued(parts, members, ticket.mode);
}
