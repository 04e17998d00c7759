/** Forms one match of tickets from several hosts, by the mode's own rules and the same matchmaker as at home. Pure. Main thread. */

import type { FormMatch, OfferedTicket } from '../../cluster-bridge/federation/coordinator.ts';
import type {
  ClaimedMember,
  RemoteSeat,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import type { Random } from '../../shared/random.ts';
import { FairMatchmaker } from '../matchmaker/fair-matchmaker.ts';
import type { MatchFound } from '../matchmaker/matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';

/** `rules` gives those in force, by mode. Draws among equally even teams come from `random`. */
export function formAcross(
  rules: (mode: string) => ModeRules | undefined,
  random: Random,
): FormMatch {
  return (mode, tickets, nowMs) => {
    const modeRules = rules(mode);
    if (modeRules === undefined) return undefined;
    const matchmaker = new FairMatchmaker([modeRules], random);
    const offered = withoutDoubles(wholeTickets(tickets)).filter(
      ({ members }) => members.length <= modeRules.teamSize,
    );
    for (const [index, { members, waitedMs, hasPriority }] of offered.entries()) {
      const enqueuedMs = nowMs - waitedMs;
      matchmaker.add({ id: index + 1, mode, members, enqueuedMs, hasPriority });
    }
    const [found] = matchmaker.run(nowMs).matches;
    return found && { seats: seatsOf(found, offered), quality: found.quality };
  };
}

/** A ticket as the matchmaker sees it: the members of all its parts, each at its own home. */
interface WholeTicket {
  readonly members: readonly OfferedMember[];
  readonly waitedMs: number;
  readonly hasPriority: boolean;
}

interface OfferedMember extends ClaimedMember {
  readonly homeHostId: string;
  /** Of the home host. */
  readonly ticketId: number;
}

/** Puts parties together whose members are on several hosts; one of which a part is missing plays with nobody. */
function wholeTickets(tickets: readonly OfferedTicket[]): readonly WholeTicket[] {
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
  return wholes;
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

/** An account that has just moved from one host to another may wait at both: the first offer counts. */
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

function seatsOf(found: MatchFound, offered: readonly WholeTicket[]): readonly RemoteSeat[] {
  const teams = new Map(found.seats.map(({ name, team }) => [name, team]));
  return found.tickets.flatMap(({ id }) => {
    const members = offered[id - 1]?.members ?? [];
    return members.map(({ name, rating, homeHostId, ticketId }) => {
      return { name, team: teams.get(name) ?? 0, homeHostId, ticketId, rating };
    });
  });
}
