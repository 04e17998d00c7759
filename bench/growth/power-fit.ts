/**
 * How fast a figure grows: the straight line through its logarithms, by least squares, and what that line is worth.
 * Pure; the bench's parent process.
 */

export interface Measured {
  /** What was varied: players, hosts, tickets. */
  readonly size: number;
  readonly value: number;
}

/** value = factor * size ^ exponent. */
export interface PowerFit {
  /** 0: does not grow; 1: in proportion; 2: with the square. */
  readonly exponent: number;
  readonly factor: number;
  /** r squared, the part of the logarithms' spread that the line explains, 0 to 1; small where all that is left is noise. */
  readonly explained: number;
  /** Standard error of the exponent; null with two sizes, through which there is always a line. */
  readonly error: number | null;
  /** Largest value over the least. */
  readonly spread: number;
}

export type Growth =
  | 'flat'
  | 'falls'
  | 'less than in proportion'
  | 'in proportion'
  | 'more than in proportion'
  | 'too few sizes'
  | 'no clear trend';

const POINTS_MIN = 2;
/** Values that lie this close together have not grown, whatever slope their noise has. */
const FLAT_SPREAD = 1.25;
/** A line that explains less than this is no statement about growth. */
const EXPLAINED_MIN = 0.8;
/** Exponents as close as this to 0 or to 1 are called so. */
const NEAR = 0.1;

/** What may be said of a fit in words, and nothing where the measurement does not carry an exponent. */
export function growthOfFit({ exponent, explained, error, spread }: PowerFit): Growth {
  if (spread <= FLAT_SPREAD) return 'flat';
  if (error === null) return 'too few sizes';
  if (explained < EXPLAINED_MIN) return 'no clear trend';
  if (exponent < -NEAR) return 'falls';
  if (exponent <= NEAR) return 'flat';
  if (exponent < 1 - NEAR) return 'less than in proportion';
  return exponent <= 1 + NEAR ? 'in proportion' : 'more than in proportion';
}

/** Whether the exponent means anything. */
export function isTrend(fit: PowerFit): boolean {
  const growth = growthOfFit(fit);
  return growth !== 'too few sizes' && growth !== 'no clear trend';
}

/** `1.02 ± 0.03`; `-` where the exponent would be noise. */
export function exponentText(fit: PowerFit | null | undefined): string {
  if (!fit || !isTrend(fit)) return '-';
  // Adding 0 makes a 0 of -0.
  const exponent = (Number(fit.exponent.toFixed(2)) + 0).toFixed(2);
  return fit.error === null ? exponent : `${exponent} ± ${fit.error.toFixed(2)}`;
}

/** Undefined where there is no line: fewer than two different sizes. What is not above 0 has no logarithm and is left out. */
export function powerFit(points: readonly Measured[]): PowerFit | undefined {
  const logs = points
    .filter(({ size, value }) => size > 0 && value > 0)
    .map(({ size, value }) => ({ x: Math.log(size), y: Math.log(value) }));
  if (logs.length < POINTS_MIN) return undefined;
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  const squaresX = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const squaresY = logs.reduce((sum, { y }) => sum + (y - meanY) ** 2, 0);
  const products = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  if (squaresX === 0) return undefined;
  const exponent = products / squaresX;
  const values = logs.map(({ y }) => y);
  // Values that are all the same lie on their line.
  const explained = squaresY === 0 ? 1 : Math.min(1, products ** 2 / (squaresX * squaresY));
  const unexplained = (1 - explained) * squaresY;
  return {
    exponent,
    factor: Math.exp(meanY - exponent * meanX),
    explained,
    error:
      logs.length === POINTS_MIN
        ? null
        : Math.sqrt(unexplained / (logs.length - POINTS_MIN) / squaresX),
    spread: Math.exp(Math.max(...values) - Math.min(...values)),
  };
}
