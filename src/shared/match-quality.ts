/** What the matchmaker knew of a match when it formed it: for its handler, operators and the log. Types only. Any thread. */

/** A rule that had given way to the wait of the match's oldest ticket. */
export type RelaxedRule =
  /** The rating window was wider than at first, and the match needed that. */
  | 'ratingWindow'
  /** A team is favored more than at first allowed. */
  | 'evenTeams'
  /** Sides are smaller than full. */
  | 'fullSides'
  /** A party plays against a side without one. */
  | 'partyAgainstParty';

export interface MatchQuality {
  /** The predicted chance of each team to win; they add up to 1. */
  readonly winProbabilities: readonly number[];
  /** Highest less lowest of the teams' predicted strengths (sums of mu). */
  readonly strengthDifference: number;
  /** Highest less lowest mu of the players. */
  readonly spread: number;
  /** Size of the largest party on a side (1: all alone), highest less lowest of the sides. */
  readonly partyAsymmetry: number;
  /** How long each ticket waited, in the order of the match's tickets. */
  readonly waitsMs: readonly number[];
  readonly relaxed: readonly RelaxedRule[];
  /** True when no other division of these tickets would have been closer. */
  readonly isExact: boolean;
}
