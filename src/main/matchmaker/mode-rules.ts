/** What the matchmaker and the directory need to know of a configured mode. Main thread. */

import type { MatchingRules } from './matching-rules.ts';

export interface ModeRules {
  readonly name: string;
  /** Sides of a match, at least 1. */
  readonly teams: number;
  /** Players of a full side, at least 1. */
  readonly teamSize: number;
  /** Players of the smallest side that may play; the first-come matchmaker waits for full sides. */
  readonly minTeamSize: number;
  /** Ticks per second of its handler, 0 for none. */
  readonly tickHz: number;
  /** How long a seat is kept for a lost connection; 0: not at all. */
  readonly graceMs: number;
  /** How long a ticket waits for players of this host alone; left out: for ever. */
  readonly federateAfterMs?: number;
  /** Who may meet whom, and after which wait; what is left out is as OPEN_RULES has it. */
  readonly matching?: Partial<MatchingRules>;
}

/** Players of a full match. */
export function fullSize(rules: ModeRules): number {
  return rules.teams * rules.teamSize;
}
