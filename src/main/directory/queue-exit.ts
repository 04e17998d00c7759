/** Out of a queue, or out of a match that is found and not yet accepted: the ways of a ticket to its end. Main thread. */

import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import { callOffAll, callOffFor } from './accept-step.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { tell } from './placement.ts';
import { noteRemoved, ticketMembers } from './queueing.ts';

/** Takes the session's ticket, if it has one, out of the queue, for all its members, and tells them. */
export function unqueue(parts: DirectoryParts, session: Session, reason: TicketRemoval): boolean {
  const id = session.ticketId;
  const ticket = parts.matchmaker.remove(id) ?? parts.fences.remove(id);
  if (ticket === undefined) return callOffFor(parts, session, reason);
  noteRemoved(parts, ticket, reason);
  const members = ticketMembers(parts, ticket);
  for (const member of members) member.ticketId = NO_TICKET;
  tell(parts, members, { event: 'unqueued', reason });
  return true;
}

/** Takes all tickets of a mode out of the queue. */
export function unqueueAll(parts: DirectoryParts, mode: string, reason: TicketRemoval): void {
  callOffAll(parts, mode, reason);
  const tickets = [...parts.matchmaker.tickets(mode), ...parts.fences.ofMode(mode)];
  const members = tickets.flatMap((ticket) => ticketMembers(parts, ticket));
  for (const ticket of tickets) {
    if (parts.matchmaker.remove(ticket.id) === undefined) parts.fences.remove(ticket.id);
    noteRemoved(parts, ticket, reason);
  }
  for (const member of members) member.ticketId = NO_TICKET;
  tell(parts, members, { event: 'unqueued', reason });
}

/** Ends the waits that have lasted too long. */
export function expireTickets(parts: DirectoryParts, nowMs: number): void {
  let id = parts.ticketDeadlines.takeDue(nowMs);
  for (; id !== undefined; id = parts.ticketDeadlines.takeDue(nowMs)) {
    const ticket = parts.matchmaker.find(id) ?? parts.fences.find(id)?.ticket;
    const [member] = ticket === undefined ? [] : ticketMembers(parts, ticket);
    if (member !== undefined) unqueue(parts, member, 'expired');
  }
}
