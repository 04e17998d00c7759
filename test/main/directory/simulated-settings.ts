/** The settings of the simulated host: small and quick, so that every limit is met often. */

import type { Random } from '../../../src/shared/random.ts';
import type { PlayerRequest } from '../../../src/shared/thread-messages.ts';
import type { DirectoryLimits } from '../../../src/main/directory/directory-options.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';

export const LOBBY_CAPACITY = 6;
export const HANDLER_ROWS = 24;

export const MODES: readonly ModeRules[] = [
  { name: 'ctf', teams: 2, teamSize: 3, minTeamSize: 3, tickHz: 10, graceMs: 4_000 },
  { name: 'duel', teams: 2, teamSize: 1, minTeamSize: 1, tickHz: 10, graceMs: 1_500 },
  {
    name: 'siege',
    teams: 2,
    teamSize: 2,
    minTeamSize: 2,
    tickHz: 10,
    graceMs: 1_500,
    matching: { acceptMs: 2_500 },
  },
];

export const LIMITS: Partial<DirectoryLimits> & { readonly loginWaitMs: number } = {
  loginWaitMs: 1_000,
  strandedWaitMs: 2_500,
  openingMsMax: 1_500,
  lobbyIdleMs: 2_000,
  priorityMs: 5_000,
  inviteMs: 3_000,
  crashesMax: 2,
  crashWindowMs: 20_000,
  quarantineMs: 3_000,
};

/** Clients that are asked accept most matches, decline some, and now and then say nothing to the point. */
export function foundAnswer(random: Random): PlayerRequest {
  const drawn = random.below(20);
  return { ask: drawn === 0 ? 'why' : drawn === 1 ? 'decline' : 'accept' };
}
