/** The modes of the simulated network, small, so that matches are frequent, and the sizes of its hosts. Test files only. */

import type { ModeRules } from '../../src/main/matchmaker/mode-rules.ts';

const TIMES = { tickHz: 0, graceMs: 2_000, federateAfterMs: 400 } as const;

export const MODES: readonly ModeRules[] = [
  { name: 'duel', teams: 2, teamSize: 1, minTeamSize: 1, ...TIMES },
  { name: 'squad', teams: 2, teamSize: 2, minTeamSize: 2, ...TIMES },
  // Begins with two players and takes two more while it runs.
  { name: 'melee', teams: 2, teamSize: 2, minTeamSize: 1, ...TIMES },
];

export const RULES: ReadonlyMap<string, ModeRules> = new Map(
  MODES.map((rules) => [rules.name, rules]),
);

/** The mode of the time after healing; players of one match. */
export const LAST_MODE = { name: 'squad', players: 4 } as const;

/** Of each host. */
export const SIZES = {
  gateways: 2,
  slotsPerGateway: 64,
  handlers: 64,
  workerRows: 1,
  queues: 4,
  hosts: 8,
} as const;
export const PLAYERS_MAX = 64;
export const LOBBY_CAPACITY = 8;
