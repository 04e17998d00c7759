/** Whether the questions of the `ops` bench moved what players see, against how far the machine alone moves it. Pure. */

import { median, rounded } from '../text-table.ts';

/** The players' p99 of a pair of windows that stood side by side. */
export interface P99Pair {
  readonly quietMs: number;
  readonly askedMs: number;
}

export interface OpsVerdict {
  /** Asked less quiet: the median of the pairs. */
  readonly movedMs: number;
  /** How far the quiet windows are apart among themselves. */
  readonly quietSpreadMs: number;
  /** undefined: fewer than two pairs cannot say. */
  readonly hasMoved: boolean | undefined;
}

/** It has moved where the median pair differs by more than quiet windows do, upwards. */
export function opsVerdict(pairs: readonly P99Pair[]): OpsVerdict {
  const quiet = pairs.map(({ quietMs }) => quietMs);
  const movedMs = rounded(median(pairs.map(({ quietMs, askedMs }) => askedMs - quietMs)));
  const quietSpreadMs = rounded(Math.max(...quiet) - Math.min(...quiet));
  const hasMoved = pairs.length < 2 ? undefined : movedMs > quietSpreadMs;
  return { movedMs, quietSpreadMs, hasMoved };
}

export function verdictText({ movedMs, quietSpreadMs, hasMoved }: OpsVerdict): string {
  const figures = `asked less quiet ${movedMs} ms (median pair), quiet windows are up to ${quietSpreadMs} ms apart`;
  if (hasMoved === undefined)
    return `One pair of windows cannot say whether the p99 moved: ${figures}`;
  return `The players' p99 ${hasMoved ? 'MOVED' : 'did not move'}: ${figures}`;
}
