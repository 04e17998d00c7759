/**
 * The rules of one mode's matches and how they give way with the wait. Pure. Main thread.
 *
 *   window,  ^            .-'      fullSides          partyAgainstParty
 *            |        .-'          full |  smaller    parties meet | anybody
 *     start  |----.-'              -----+--------> t  -------------+--------> t
 *            +---------------> t   smallerAfterMs     partyMs
 *
 * t is the wait of the oldest ticket of the match. Every rule gives way in the end, so that nobody starves.
 */

import type { ModeRules } from './mode-rules.ts';

export interface MatchingRules {
  /** How far in mu others may be from the oldest ticket's mean at first. */
  readonly ratingWindow: number;
  /** How much wider that is for each second of its wait. */
  readonly ratingWindowPerSecond: number;
  /** How far the predicted chance of a team may be above its even share at first: 0.06 allows 56 to 44. */
  readonly unevenMax: number;
  /** How much more for each second of the wait. */
  readonly unevenPerSecond: number;
  /** After this wait fewer than full sides are good enough, down to the mode's minTeamSize. */
  readonly smallerAfterMs: number;
  /** How long a party is only matched where every side has a party. */
  readonly partyMs: number;
  /** How long after a match its opponents do not meet again. */
  readonly avoidOpponentsMs: number;
  /** How long after a match was abandoned its other players are kept from the one who left. */
  readonly avoidAbandonersMs: number;
  /** How long the avoid lists of players keep them apart. */
  readonly avoidListMs: number;
  /** How long the players of a found match may take to accept it; 0: it is opened without asking. */
  readonly acceptMs: number;
  /** Running matches may get players. */
  readonly backfill: boolean;
  /** Nobody joins a running match with a smaller share of its time left. */
  readonly backfillTimeLeftMin: number;
  /** Nobody joins a running match where a side is this share of a victory ahead. */
  readonly backfillMarginMax: number;
  /** Practice bots may queue for it. */
  readonly practiceBots: boolean;
  /** Results change ratings. */
  readonly rated: boolean;
}

/** What holds where a mode says nothing: the loosest of everything. The configuration has its own defaults. */
export const OPEN_RULES: MatchingRules = {
  ratingWindow: Infinity,
  ratingWindowPerSecond: 0,
  unevenMax: 1,
  unevenPerSecond: 0,
  smallerAfterMs: 0,
  partyMs: 0,
  avoidOpponentsMs: 0,
  avoidAbandonersMs: 0,
  avoidListMs: 0,
  acceptMs: 0,
  backfill: true,
  backfillTimeLeftMin: 0.25,
  backfillMarginMax: 0.67,
  practiceBots: true,
  rated: true,
};

export function matchingRules({ matching }: ModeRules): MatchingRules {
  return matching === undefined ? OPEN_RULES : { ...OPEN_RULES, ...matching };
}

/** How far in mu others may be after that wait. */
export function windowAt(rules: MatchingRules, waitMs: number): number {
  return rules.ratingWindow + (rules.ratingWindowPerSecond * Math.max(0, waitMs)) / 1000;
}

/** How uneven a match may be after that wait. */
export function unevenAt(rules: MatchingRules, waitMs: number): number {
  return rules.unevenMax + (rules.unevenPerSecond * Math.max(0, waitMs)) / 1000;
}

/** The wait after which a match may be that uneven; Infinity when it never may. */
export function waitForUneven(rules: MatchingRules, uneven: number): number {
  if (uneven <= rules.unevenMax) return 0;
  return ((uneven - rules.unevenMax) / rules.unevenPerSecond) * 1000;
}

/** The wait after which the window reaches `distance`; Infinity when it never does. */
export function waitForWindow(rules: MatchingRules, distance: number): number {
  if (distance <= rules.ratingWindow) return 0;
  return ((distance - rules.ratingWindow) / rules.ratingWindowPerSecond) * 1000;
}
