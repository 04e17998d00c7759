/** Tickets and modes for the matchmaker's tests. */

import { FairMatchmaker } from '../../../src/main/matchmaker/fair-matchmaker.ts';
import { FirstComeMatchmaker } from '../../../src/main/matchmaker/first-come-matchmaker.ts';
import type { MatchingRules } from '../../../src/main/matchmaker/matching-rules.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import type { RecentMatch, Ticket } from '../../../src/main/matchmaker/matchmaker.ts';
import { DEFAULT_RATING } from '../../../src/main/matchmaker/rating.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';

export function modeRules(
  name: string,
  teams: number,
  teamSize: number,
  matching?: Partial<MatchingRules> & { readonly minTeamSize?: number },
): ModeRules {
  const { minTeamSize = teamSize, ...rules } = matching ?? {};
  const base = { name, teams, teamSize, minTeamSize, tickHz: 10, graceMs: 10_000 };
  return matching === undefined ? base : { ...base, matching: rules };
}

type TicketFields = Partial<Pick<Ticket, 'mode' | 'enqueuedMs' | 'hasPriority'>> & {
  readonly mu?: number;
  readonly sigma?: number;
  readonly recent?: RecentMatch;
};

export function ticketOf(id: number, size: number, fields: TicketFields = {}): Ticket {
  const { mu = DEFAULT_RATING.mu, sigma = DEFAULT_RATING.sigma, recent, ...rest } = fields;
  const rating = { mu, sigma };
  const members = Array.from({ length: size }, (_, index) => {
    const name = `p${id}_${index}`;
    return recent === undefined ? { name, rating } : { name, rating, recent };
  });
  return { id, mode: 'ctf', members, enqueuedMs: id, hasPriority: false, ...rest };
}

export function matchmakerFor(...modes: readonly ModeRules[]): FirstComeMatchmaker {
  return new FirstComeMatchmaker(modes, seededRandom(1));
}

export function fairMatchmakerFor(...modes: readonly ModeRules[]): FairMatchmaker {
  return new FairMatchmaker(modes, seededRandom(1));
}

/** Normally distributed (Box and Muller), mean 0, deviation 1. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
