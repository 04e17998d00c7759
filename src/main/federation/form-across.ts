/** Forms one match of tickets from several hosts, by the mode's own rules and the same matchmaker as at home. Pure. Main thread. */

import type { FormMatch, OfferedTicket } from '../../cluster-bridge/federation/coordinator.ts';
import type { RemoteSeat } from '../../cluster-bridge/federation/federation-hosts.ts';
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
    const offered = withoutDoubles(tickets);
    for (const [index, { members, waitedMs, hasPriority }] of offered.entries()) {
      const enqueuedMs = nowMs - waitedMs;
      matchmaker.add({ id: index + 1, mode, members, enqueuedMs, hasPriority });
    }
    const [found] = matchmaker.run(nowMs).matches;
    return found && { seats: seatsOf(found, offered), quality: found.quality };
  };
}

/** An account that has just moved from one host to another may wait at both: the first offer counts. */
function withoutDoubles(tickets: readonly OfferedTicket[]): readonly OfferedTicket[] {
  const names = new Set<string>();
  return tickets.filter(({ members }) => {
    const keys = members.map(({ name }) => name.toLowerCase());
    if (keys.some((key) => names.has(key))) return false;
    for (const key of keys) names.add(key);
    return true;
  });
}

function seatsOf(found: MatchFound, offered: readonly OfferedTicket[]): readonly RemoteSeat[] {
  const teams = new Map(found.seats.map(({ name, team }) => [name, team]));
  return found.tickets.flatMap((ticket) => {
    const home = offered[ticket.id - 1];
    if (home === undefined) return [];
    return home.members.map(({ name, rating }) => ({
      name,
      team: teams.get(name) ?? 0,
      homeHostId: home.homeHostId,
      ticketId: home.id,
      rating,
    }));
  });
}
