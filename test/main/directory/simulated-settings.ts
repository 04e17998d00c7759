/** The settings of the simulated host: small and quick, so that every limit is met often. */

import type { DirectoryLimits } from '../../../src/main/directory/directory-options.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';

export const LOBBY_CAPACITY = 6;
export const HANDLER_ROWS = 24;

export const MODES: readonly ModeRules[] = [
  { name: 'ctf', teams: 2, teamSize: 3, minTeamSize: 3, tickHz: 10, graceMs: 4_000 },
  { name: 'duel', teams: 2, teamSize: 1, minTeamSize: 1, tickHz: 10, graceMs: 1_500 },
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
