/**
 * How unfair a match is expected to be: how far the stronger side's chance to win is from even. Pure; main thread.
 *
 * The chance is openskill's prediction for two sides (Weng and Lin, "A Bayesian Approximation Method for Online
 * Ranking", 2011; `predictWin` of the openskill package): Phi(difference of mu sums / sqrt(2 beta^2 + sum of sigma^2)).
 * For more sides it is the worst pair of them.
 */

const MU = 25;
const SIGMA = MU / 3;
const BETA_SQUARE = (MU / 6) ** 2;

/** A player's rating, where the host keeps one. */
export interface Strength {
  readonly mu: number;
  readonly sigma: number;
}

/** What openskill assumes of a player of whom nothing is known. */
export const UNKNOWN_STRENGTH: Strength = { mu: MU, sigma: SIGMA };

/** 0 for an even match, 0.5 for a certain win. `difference` of mu sums, `variance`: all players' sigma squares. */
export function winSpread(difference: number, variance: number): number {
  return normalDistribution(Math.abs(difference) / Math.sqrt(2 * BETA_SQUARE + variance)) - 0.5;
}

/** The largest spread between any two sides; 0 for a match of one side. */
export function matchSpread(sides: readonly (readonly Strength[])[]): number {
  const sums = sides.map(sideSums);
  let worst = 0;
  for (const [index, one] of sums.entries()) {
    for (const other of sums.slice(index + 1)) {
      const variance = one.sigmaSquareSum + other.sigmaSquareSum;
      worst = Math.max(worst, winSpread(one.muSum - other.muSum, variance));
    }
  }
  return worst;
}

/** What a side's chance is made of. */
export function sideSums(side: readonly Strength[]): { muSum: number; sigmaSquareSum: number } {
  let muSum = 0;
  let sigmaSquareSum = 0;
  for (const { mu, sigma } of side) {
    muSum += mu;
    sigmaSquareSum += sigma * sigma;
  }
  return { muSum, sigmaSquareSum };
}

/**
 * Phi for z >= 0, to 7.5e-8: formula 26.2.17 of Abramowitz and Stegun, "Handbook of Mathematical Functions".
 * Its polynomial is 0.5 at 0 to that error only, hence the clamp.
 */
function normalDistribution(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail =
    t *
    (0.319_381_53 +
      t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return Math.max(0.5, 1 - density * tail);
}
