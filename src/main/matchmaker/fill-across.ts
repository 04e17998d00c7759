/** Which tickets of other hosts get the free seats of a running match: by the rules for those of this host. Pure. Main thread. */

import type {
  OfferedTicket,
  RemoteSeat,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import { seededRandom } from '../../shared/random.ts';
import { FairMatchmaker } from './fair-matchmaker.ts';
import type { OpenMatch } from './matchmaker.ts';
import type { ModeRules } from './mode-rules.ts';
import { asTicket, seatsFor, wholeTickets } from './whole-tickets.ts';

export interface FillAcross {
  readonly rules: ModeRules;
  readonly match: OpenMatch;
  readonly tickets: readonly OfferedTicket[];
  readonly nowMs: number;
}

export function fillAcross({ rules, match, tickets, nowMs }: FillAcross): readonly RemoteSeat[] {
  // Nothing is drawn where no match is formed.
  const matchmaker = new FairMatchmaker([rules], seededRandom(0));
  const offered = wholeTickets(tickets).filter(({ members }) => members.length <= rules.teamSize);
  for (const [index, whole] of offered.entries()) {
    matchmaker.add(asTicket(whole, { id: index + 1, mode: rules.name, nowMs }));
  }
  return matchmaker.backfill(match, nowMs).flatMap(({ ticket, team }) => {
    const whole = offered[ticket.id - 1];
    return whole === undefined ? [] : seatsFor(whole, () => team);
  });
}
