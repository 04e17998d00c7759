/** How fast a figure grows: the straight line through its logarithms, by least squares. Pure; the bench's parent process. */

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
  /** Part of the logarithms' spread that the line explains, 0 to 1; small for a figure that does not grow: noise has no slope. */
  readonly explained: number;
}

const POINTS_MIN = 2;

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
  return {
    exponent,
    factor: Math.exp(meanY - exponent * meanX),
    // Values that are all the same lie on their line.
    explained: squaresY === 0 ? 1 : products ** 2 / (squaresX * squaresY),
  };
}
