/** Tickets that several hosts offer, as the matchmaker sees them: parties whole, nobody twice. Pure. Main thread. */

import type {
  ClaimedMember,
  OfferedTicket,
  RemoteSeat,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import type { Ticket } from './matchmaker.ts';

/** The members of all its parts, each at its own home. */
export interface WholeTicket {
  readonly members: readonly OfferedMember[];
  readonly waitedMs: number;
  readonly hasPriority: boolean;
}

interface OfferedMember extends ClaimedMember {
  readonly homeHostId: string;
  /** Of the home host. */
  readonly ticketId: number;
}

/**
 * Puts parties together whose members are on several hosts; one of which a part is missing plays with nobody. An account that has
 * just moved from one host to another may wait at both: the first offer counts.
 */
export function wholeTickets(tickets: readonly OfferedTicket[]): readonly WholeTicket[] {
  const wholes: WholeTicket[] = [];
  const byParty = new Map<string, OfferedTicket[]>();
  for (const ticket of tickets) {
    const { party } = ticket;
    if (party === undefined) {
      wholes.push(joined([ticket]));
      continue;
    }
    const key = `${party.id} ${party.number} ${party.size}`;
    const found = byParty.get(key);
    if (found === undefined) byParty.set(key, [ticket]);
    else found.push(ticket);
  }
  for (const parts of byParty.values()) {
    const whole = joined(parts);
    if (whole.members.length === parts[0]?.party?.size) wholes.push(whole);
  }
  return withoutDoubles(wholes);
}

/** For a matchmaker of its own, where its id is `id`. */
export function asTicket(
  { members, waitedMs, hasPriority }: WholeTicket,
  { id, mode, nowMs }: { readonly id: number; readonly mode: string; readonly nowMs: number },
): Ticket {
  return { id, mode, members, enqueuedMs: nowMs - waitedMs, hasPriority };
}

/** The seats of its members, all on the side that `teamOf` says. */
export function seatsFor(
  { members }: WholeTicket,
  teamOf: (name: string) => number,
): readonly RemoteSeat[] {
  return members.map((member) => ({ ...member, team: teamOf(member.name) }));
}

function joined(parts: readonly OfferedTicket[]): WholeTicket {
  return {
    members: parts.flatMap(({ members, homeHostId, id: ticketId }) =>
      members.map((member) => ({ ...member, homeHostId, ticketId })),
    ),
    waitedMs: Math.max(...parts.map(({ waitedMs }) => waitedMs)),
    hasPriority: parts.some(({ hasPriority }) => hasPriority),
  };
}

function withoutDoubles(tickets: readonly WholeTicket[]): readonly WholeTicket[] {
  const names = new Set<string>();
  return tickets.filter(({ members }) => {
    const keys = members.map(({ name }) => name.toLowerCase());
    const isDouble = keys.some((key) => names.has(key)) || new Set(keys).size < keys.length;
    if (isDouble) return false;
    for (const key of keys) names.add(key);
    return true;
  });
}
