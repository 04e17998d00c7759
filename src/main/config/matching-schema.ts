/** The matchmaking settings of a mode: docs/matchmaking.md says what they do together. Main thread. */

import Type, { type TSchema } from 'typebox';
import type { ModeConfig } from './host-config.ts';
import { count, flag } from './schema-parts.ts';

const SECONDS = { min: 0, max: 86_400 } as const;
/** A rating window as wide as this is none. */
export const POINTS_MAX = 1_000;

export const MATCHING_SETTINGS: Readonly<Record<keyof MatchingConfig, TSchema>> = {
  ratingWindow: points('How far in rating (mu, new players have 25) opponents may be at first.', 6),
  ratingWindowPerSecond: points('How much farther for each second of the longest wait.', 0.5),
  unevenPercent: percent('How far above its even share the chance of a team may be at first.', 5),
  unevenPercentPerSecond: percent('How much more for each second of the longest wait.', 1),
  smallerAfterSeconds: count('Wait after which fewer than full teams will do.', 30, SECONDS),
  partySeconds: count('How long a party is kept for teams with parties.', 10, SECONDS),
  avoidOpponentsSeconds: count('How long opponents of a match do not meet again.', 3, SECONDS),
  avoidAbandonersSeconds: count(
    'How long the players of a match are kept from one who left it.',
    120,
    SECONDS,
  ),
  avoidListSeconds: count('How long players are kept from those they avoid.', 20, SECONDS),
  acceptSeconds: count(
    'How long the players of a found match may take to accept it; 0: they are not asked.',
    0,
    { min: 0, max: 300 },
  ),
  federateAfterSeconds: count(
    'How long a ticket waits for players of its own host before those of others may do.',
    5,
    SECONDS,
  ),
  backfill: flag('Running matches may ask for players.', true),
  backfillTimeLeftPercent: count('Time that a match must have left to get players.', 25, {
    min: 0,
    max: 100,
  }),
  backfillLeadPercent: count('Lead, as a share of victory, up to which a match gets players.', 67, {
    min: 0,
    max: 100,
  }),
  practiceBots: flag('Practice bots may fill it.', true),
  rated: flag('Results change ratings.', true),
};

type MatchingConfig = Pick<
  ModeConfig,
  | 'ratingWindow'
  | 'ratingWindowPerSecond'
  | 'unevenPercent'
  | 'unevenPercentPerSecond'
  | 'smallerAfterSeconds'
  | 'partySeconds'
  | 'avoidOpponentsSeconds'
  | 'avoidAbandonersSeconds'
  | 'avoidListSeconds'
  | 'acceptSeconds'
  | 'federateAfterSeconds'
  | 'backfill'
  | 'backfillTimeLeftPercent'
  | 'backfillLeadPercent'
  | 'practiceBots'
  | 'rated'
>;

/** For load tests: whoever is there plays, and nothing comes of it. */
export const RELAY_MATCHING: MatchingConfig = {
  ratingWindow: POINTS_MAX,
  ratingWindowPerSecond: 0,
  unevenPercent: 100,
  unevenPercentPerSecond: 0,
  smallerAfterSeconds: 0,
  partySeconds: 0,
  avoidOpponentsSeconds: 0,
  avoidAbandonersSeconds: 0,
  avoidListSeconds: 0,
  acceptSeconds: 0,
  federateAfterSeconds: 0,
  backfill: false,
  backfillTimeLeftPercent: 0,
  backfillLeadPercent: 0,
  practiceBots: false,
  rated: false,
};

function percent(description: string, value: number): TSchema {
  const allowed = 'a number from 0 to 100';
  return Type.Number({ description, default: value, minimum: 0, maximum: 100, allowed });
}

function points(description: string, value: number): TSchema {
  const allowed = `a number from 0 to ${POINTS_MAX}`;
  return Type.Number({ description, default: value, minimum: 0, maximum: POINTS_MAX, allowed });
}
