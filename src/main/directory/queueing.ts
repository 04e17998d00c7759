/** Sessions and their tickets: into a queue, out of it, back to its head. Main thread. */

import { Reason, reasonWord } from '../../shared/reason.ts';
import { matchingRules } from '../matchmaker/matching-rules.ts';
import type { RecentMatch, Ticket, TicketMember } from '../matchmaker/matchmaker.ts';
import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { tell } from './placement.ts';

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
    members: ticketMembersOf(parts, members, mode),
    enqueuedMs: nowMs,
    hasPriority: members.some(({ priorityUntilMs }) => priorityUntilMs > nowMs),
  });
}

/** Queues those who are left of a ticket whose match could not be opened, as the age that it had, before all others. */
export function requeue(parts: DirectoryParts, ticket: Ticket, members: readonly Session[]): void {
  addTicket(parts, members, {
    ...ticket,
    members: ticketMembersOf(parts, members, ticket.mode),
    hasPriority: true,
  });
}

/** Tells the members of a ticket that they wait. */
export function tellQueued(parts: DirectoryParts, members: Iterable<Session>, mode: string): void {
  const { waiting } = parts.matchmaker.queue(mode);
  const etaMs = parts.matchmaker.etaMs(mode, parts.nowMs);
  tell(parts, members, { event: 'queued', mode, waiting, etaMs });
}

/** Takes the session's ticket, if it has one, out of the queue, for all its members, and tells them. */
export function unqueue(parts: DirectoryParts, session: Session, reason: TicketRemoval): boolean {
  const ticket = parts.matchmaker.remove(session.ticketId);
  if (ticket === undefined) return false;
  noteRemoved(parts, ticket, reason);
  const members = ticketMembers(parts, ticket);
  for (const member of members) member.ticketId = NO_TICKET;
  tell(parts, members, { event: 'unqueued', reason });
  return true;
}

/** Takes all tickets of a mode out of the queue. */
export function unqueueAll(parts: DirectoryParts, mode: string, reason: TicketRemoval): void {
  const tickets = parts.matchmaker.tickets(mode);
  const members = tickets.flatMap((ticket) => ticketMembers(parts, ticket));
  for (const ticket of tickets) {
    parts.matchmaker.remove(ticket.id);
    noteRemoved(parts, ticket, reason);
  }
  for (const member of members) member.ticketId = NO_TICKET;
  tell(parts, members, { event: 'unqueued', reason });
}

/** Ends the waits that have lasted too long. */
export function expireTickets(parts: DirectoryParts, nowMs: number): void {
  let id = parts.ticketDeadlines.takeDue(nowMs);
  for (; id !== undefined; id = parts.ticketDeadlines.takeDue(nowMs)) {
    const ticket = parts.matchmaker.find(id);
    const [member] = ticket === undefined ? [] : ticketMembers(parts, ticket);
    if (member !== undefined) unqueue(parts, member, 'expired');
  }
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
  parts.ticketDeadlines.add(ticket.id, parts.nowMs);
  parts.effects.ticketEvent({ kind: 'added', atMs: parts.nowMs, ticket });
  tellQueued(parts, members, ticket.mode);
}

function noteRemoved(parts: DirectoryParts, ticket: Ticket, reason: TicketRemoval): void {
  parts.ticketDeadlines.delete(ticket.id);
  parts.effects.ticketEvent({ kind: 'removed', atMs: parts.nowMs, ticketId: ticket.id, reason });
}

function ticketMembersOf(
  parts: DirectoryParts,
  members: readonly Session[],
  mode: string,
): TicketMember[] {
  return members.map((session) => {
    const { name, key } = session;
    const rating = parts.ratings.get(mode, key);
    const recent = recentMatch(parts, session, mode);
    return recent === undefined ? { name, rating } : { name, rating, recent };
  });
}

/** The player's last match, as long as the mode's rules ask for it. */
function recentMatch(
  parts: DirectoryParts,
  { recent }: Session,
  mode: string,
): RecentMatch | undefined {
  const rules = parts.options.modes.get(mode);
  if (recent === undefined || rules === undefined) return undefined;
  const { avoidOpponentsMs, avoidAbandonersMs } = matchingRules(rules);
  const isOver = recent.endedMs + Math.max(avoidOpponentsMs, avoidAbandonersMs) <= parts.nowMs;
  return isOver ? undefined : recent;
}
