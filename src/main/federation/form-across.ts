/** Forms matches of tickets from several hosts, by the mode's own rules and the same matchmaker as at home. Pure. Main thread. */

import type { FormMatches } from '../../cluster-bridge/federation/coordinator.ts';
import type { Random } from '../../shared/random.ts';
import { FairMatchmaker } from '../matchmaker/fair-matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import { asTicket, seatsFor, wholeTickets } from '../matchmaker/whole-tickets.ts';

/** `rules` gives those in force, by mode. Draws among equally even teams come from `random`. */
export function formAcross(
  rules: (mode: string) => ModeRules | undefined,
  random: Random,
): FormMatches {
  return (mode, tickets, nowMs) => {
    const modeRules = rules(mode);
    if (modeRules === undefined) return [];
    const matchmaker = new FairMatchmaker([modeRules], random);
    const offered = wholeTickets(tickets).filter(
      ({ members }) => members.length <= modeRules.teamSize,
    );
    for (const [index, whole] of offered.entries()) {
      matchmaker.add(asTicket(whole, { id: index + 1, mode, nowMs }));
    }
    return matchmaker.run(nowMs).matches.map(({ seats, tickets: found, quality }) => {
      const teams = new Map(seats.map(({ name, team }) => [name, team]));
      const wholes = found.flatMap(({ id }) => offered[id - 1] ?? []);
      const teamOf = (name: string): number => teams.get(name) ?? 0;
      return { seats: wholes.flatMap((whole) => seatsFor(whole, teamOf)), quality };
    });
  };
}
