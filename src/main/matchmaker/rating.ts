/**
 * Ratings on openskill's scale, and what they predict. Pure. Main thread.
 *
 * A side's strength is the sum of its players' mu. The chance of one side against another is Phi(difference / width), width
 * from the uncertainty of all players and of one performance: openskill's predictWin(), here without its allocations
 * because a pass asks it once a match.
 */

/** What is known of a player's skill: a normal distribution. */
export interface Rating {
  readonly mu: number;
  readonly sigma: number;
}

/** Of a player nobody has seen play; openskill's own start. */
export const DEFAULT_RATING: Rating = { mu: 25, sigma: 25 / 3 };

/** How much one performance varies around the skill; openskill's beta. */
const BETA = 25 / 6;

/** One side as the prediction sees it. */
export interface SideStrength {
  readonly mu: number;
  /** Sum of the players' sigma squared. */
  readonly variance: number;
}

/** The chance of each side to win, in their order; they add up to 1. One side: 1. */
export function winProbabilities(sides: readonly SideStrength[]): number[] {
  const count = sides.length;
  if (count === 1) return [1];
  const chances: number[] = [];
  for (let side = 0; side < count; side += 1) chances.push(0);
  for (let second = 1; second < count; second += 1) {
    for (let first = 0; first < second; first += 1) {
      const one = sides[first];
      const other = sides[second];
      if (one === undefined || other === undefined) continue;
      const ahead = one.mu - other.mu;
      const chance = pairChance({ teams: count, ahead, variance: one.variance + other.variance });
      chances[first] = (chances[first] ?? 0) + chance;
      chances[second] = (chances[second] ?? 0) + 1 - chance;
    }
  }
  const pairs = (count * (count - 1)) / 2;
  for (let side = 0; side < count; side += 1) chances[side] = (chances[side] ?? 0) / pairs;
  return chances;
}

/** The chance of a side that is `ahead` in mu against another, of `teams` in all; `variance` is the sum of theirs. */
export function pairChance(pair: { teams: number; ahead: number; variance: number }): number {
  return normalCdf(pair.ahead / Math.sqrt(pair.teams * BETA * BETA + pair.variance));
}

/** The number that players are shown: what their skill exceeds almost surely. Starts at 0; two decimals. */
export function shownRating({ mu, sigma }: Rating): number {
  return Math.round((mu - 3 * sigma) * 100) / 100;
}

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: the error is below 1.5e-7. */
function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const tail =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) *
    t *
    Math.exp(-z * z);
  return x >= 0 ? 1 - tail / 2 : tail / 2;
}
