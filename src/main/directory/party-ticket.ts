/**
 * A ticket whose members are on several hosts: each home keeps a part of it, for its own players, outside its queue. Main thread.
 *
 *   waiting --claimed for a match across hosts--> fenced --released--> waiting      a match takes all parts or none: form-across.ts
 *      |                                            |
 *      +--left, a member gone, party changed--> off +--entered--> going: parts that are claimed finish, the others go
 */

import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import type { Ticket } from '../matchmaker/matchmaker.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { APART } from './fence-book.ts';
import { quoted } from './name-rule.ts';
import type { Party } from './party-book.ts';
import { noteTicket, postParty, postState } from './party-post.ts';
import { isAdmitted, tellError } from './placement.ts';
import { unqueue } from './queue-exit.ts';
import { enqueue } from './queueing.ts';

/** The leader queues: the homes of the others are told, and make their parts. */
export function queueParty(
  parts: DirectoryParts,
  party: Party,
  { mode, nowMs }: { mode: string; nowMs: number },
): void {
  const members = localSessions(parts, party);
  for (const member of members) unqueue(parts, member, 'switched');
  const number = (party.ticket?.number ?? 0) + 1;
  const hasPriority = members.some(({ priorityUntilMs }) => priorityUntilMs > nowMs);
  party.ticket = { number, mode, state: 'waiting', enqueuedMs: nowMs, hasPriority, reason: 'left' };
  party.version += 1;
  postState(parts, party);
  syncPart(parts, party);
}

/** Makes this host's part of the ticket what the party's owner says it is. */
export function syncPart(parts: DirectoryParts, party: Party): void {
  const { ticket } = party;
  const fence = parts.fences.find(party.partId);
  const partNumber = fence?.ticket.party?.number;
  if (fence !== undefined) {
    const isCurrent = partNumber === ticket?.number;
    const isWaiting = isCurrent && ticket?.state === 'waiting';
    // Claimed for a match that others of the party are in already: it is entered, or comes back to returnPart().
    const isFinishing = isCurrent && ticket?.state === 'going' && fence.matchId !== APART;
    if (!isWaiting && !isFinishing) {
      dropPart(parts, party, isCurrent ? (ticket?.reason ?? 'left') : 'switched');
    }
  }
  if (ticket?.state !== 'waiting' || ticket.number <= party.triedNumber) return;
  party.triedNumber = ticket.number;
  makePart(parts, party);
}

/** No match has come of the claim. */
export function returnPart(parts: DirectoryParts, ticket: Ticket): void {
  parts.fences.add(ticket, APART);
  const party = parts.parties.byId(ticket.party?.id ?? '');
  if (party !== undefined) syncPart(parts, party);
}

function makePart(parts: DirectoryParts, party: Party): void {
  const { ticket, id, members } = party;
  if (ticket === undefined) return;
  const { mode, number, enqueuedMs, hasPriority } = ticket;
  const sessions = localSessions(parts, party);
  const message = refusal(parts, sessions, { mode, size: members.length });
  if (message !== undefined) {
    const off = { state: 'off', reason: 'left' } as const;
    if (parts.parties.isOwned(party)) {
      noteTicket(parts, party, off);
      tellRefused(parts, party, message);
    } else {
      const news = { partyId: id, number, message, ...off };
      postParty(parts, party.ownerHostId, { kind: 'partyTicket', ...news });
    }
    return;
  }
  for (const member of sessions) unqueue(parts, member, 'switched');
  const part = { id, number, size: members.length };
  party.partId = enqueue(parts, sessions, { mode, nowMs: enqueuedMs, part, hasPriority });
}

function dropPart(parts: DirectoryParts, party: Party, reason: TicketRemoval): void {
  const member = localSessions(parts, party).find(({ ticketId }) => ticketId === party.partId);
  if (member !== undefined) unqueue(parts, member, reason);
  parts.fences.remove(party.partId);
  party.partId = NO_TICKET;
}

/** Why this host's members of a party cannot wait, for its leader to read. */
function refusal(
  parts: DirectoryParts,
  members: readonly Session[],
  { mode, size }: { mode: string; size: number },
): string | undefined {
  const name = quoted(mode);
  const rules = parts.options.modes.get(mode);
  const { hostId } = parts.options;
  if (
    rules === undefined ||
    rules.teamSize < size ||
    (rules.federateAfterMs ?? Infinity) === Infinity
  ) {
    return `Cannot queue for ${name}: host ${hostId} does not play it with parties like yours`;
  }
  if (parts.isDraining) {
    return `Cannot queue for ${name}: host ${hostId} is about to stop and starts no matches`;
  }
  if (parts.quarantine.untilMs(mode) !== undefined) {
    return `Cannot queue for ${name}: it crashed too often on host ${hostId} and rests there`;
  }
  for (const member of members) {
    if (member.seat !== undefined) return `Cannot queue for ${name}: ${member.name} is in a match`;
    if (parts.offers.of(member.ticketId) !== undefined) {
      return `Cannot queue for ${name}: ${member.name} is asked to accept a match that is found`;
    }
    if (!isAdmitted(member)) return `Cannot queue for ${name}: ${member.name} is not here yet`;
  }
  return undefined;
}

/** A home could not let its players wait: the leader is told why. */
export function tellRefused(parts: DirectoryParts, party: Party, message: string): void {
  const leader = parts.sessions.byName(party.members[0]?.key ?? '');
  if (leader !== undefined && message !== '')
    tellError(parts, leader, { code: 'party-away', message });
}

function localSessions(parts: DirectoryParts, party: Party): readonly Session[] {
  return parts.parties.localsOf(party).flatMap((key) => parts.sessions.byName(key) ?? []);
}
