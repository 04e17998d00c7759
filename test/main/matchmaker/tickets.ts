/** Tickets and modes for the matchmaker's tests. */

import { FirstComeMatchmaker } from '../../../src/main/matchmaker/first-come-matchmaker.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import type { Ticket } from '../../../src/main/matchmaker/matchmaker.ts';
import { seededRandom } from '../../../src/shared/random.ts';

export function modeRules(name: string, teams: number, teamSize: number): ModeRules {
  return { name, teams, teamSize, minTeamSize: teamSize, tickHz: 10, graceMs: 10_000 };
}

export function ticketOf(
  id: number,
  size: number,
  fields: Partial<Pick<Ticket, 'mode' | 'enqueuedMs' | 'hasPriority'>> = {},
): Ticket {
  const members = Array.from({ length: size }, (_, index) => ({
    name: `p${id}_${index}`,
    rating: null,
  }));
  return { id, mode: 'ctf', members, enqueuedMs: id, hasPriority: false, ...fields };
}

export function matchmakerFor(...modes: readonly ModeRules[]): FirstComeMatchmaker {
  return new FirstComeMatchmaker(modes, seededRandom(1));
}
