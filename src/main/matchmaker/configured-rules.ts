/** The rules of a mode as its configuration has them. Main thread. */

import type { ModeConfig } from '../config/host-config.ts';
import type { ModeRules } from './mode-rules.ts';

export function configuredRules(name: string, mode: ModeConfig): ModeRules {
  const { teams, teamSize, minTeamSize, tickHz } = mode;
  return {
    name,
    teams,
    teamSize,
    minTeamSize,
    tickHz,
    graceMs: mode.graceSeconds * 1000,
    federateAfterMs: mode.federateAfterSeconds * 1000,
    matching: {
      ratingWindow: mode.ratingWindow,
      ratingWindowPerSecond: mode.ratingWindowPerSecond,
      unevenMax: mode.unevenPercent / 100,
      unevenPerSecond: mode.unevenPercentPerSecond / 100,
      smallerAfterMs: mode.smallerAfterSeconds * 1000,
      partyMs: mode.partySeconds * 1000,
      avoidOpponentsMs: mode.avoidOpponentsSeconds * 1000,
      avoidAbandonersMs: mode.avoidAbandonersSeconds * 1000,
      avoidListMs: mode.avoidListSeconds * 1000,
      acceptMs: mode.acceptSeconds * 1000,
      backfill: mode.backfill,
      backfillTimeLeftMin: mode.backfillTimeLeftPercent / 100,
      backfillMarginMax: mode.backfillLeadPercent / 100,
      practiceBots: mode.practiceBots,
      rated: mode.rated,
    },
  };
}
