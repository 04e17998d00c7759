/** What the `growth` bench says of a section: a table for people, rows and exponents for programs. Pure; the bench's parent process. */

import { OTHER_CPU_PERCENT_DOUBTFUL } from '../peer-runs/peers-knee.ts';
import { rounded, textTable } from '../text-table.ts';
import {
  isCost,
  OTHER_FIGURE,
  SIZE_LABELS,
  type SectionName,
  type SectionRow,
  type SectionRows,
} from './growth-sections.ts';
import { exponentText, growthOfFit, powerFit, type PowerFit } from './power-fit.ts';

export interface SectionGrowth extends SectionRows {
  /** What was varied. */
  readonly size: string;
  /** Of each figure: value = factor * size ^ exponent; null where nothing can be fitted, or that is no cost. */
  readonly fits: Readonly<Record<string, PowerFit | null>>;
}

const DIGITS = 3;

export function growthOf(name: SectionName, { rows, skipped }: SectionRows): SectionGrowth {
  const figures = Object.keys(rows[0]?.figures ?? {});
  const fits = figures.map((figure) => {
    const points = rows.map((row) => ({
      size: row.size,
      value: row.figures[figure] ?? Number.NaN,
    }));
    const fit = isCost(figure) ? powerFit(points) : undefined;
    return [figure, fit === undefined ? null : roundedFit(fit)] as const;
  });
  return { size: SIZE_LABELS[name], rows, skipped, fits: Object.fromEntries(fits) };
}

export function growthText(
  name: SectionName,
  { size, rows, skipped, fits }: SectionGrowth,
): string {
  const figures = Object.keys(fits);
  const measured = textTable(
    [name, ...figures],
    rows.map((row) => [row.size, ...figures.map((key) => row.figures[key] ?? '-')]),
  );
  const sizes = rows.map((row) => row.size.toLocaleString('en-US'));
  const range = sizes.length === 0 ? '' : `: ${sizes.at(0)} to ${sizes.at(-1)}`;
  const fitted = figures.flatMap((key) => {
    const fit = fits[key];
    if (!fit) return [];
    return [[key, exponentText(fit), fit.explained.toFixed(2), growthOfFit(fit)]];
  });
  const lost = skipped.map((one) => `Left out: ${name} ${one.size}: ${one.why}`);
  const law = `value = factor x ${name} ^ exponent: 0 does not grow, 1 grows in proportion; ± standard error, - not fitted: noise`;
  return [
    `== ${size}${range} ==`,
    '',
    measured,
    ...(fitted.length === 0
      ? []
      : ['', textTable(['figure', 'exponent', 'r²', `with more ${name}`], fitted), law]),
    ...doubts(rows),
    ...lost,
  ].join('\n');
}

/** Sizes that were measured while the machine did something else. */
function doubts(rows: readonly SectionRow[]): readonly string[] {
  const busy = rows.filter(
    ({ figures }) => (figures[OTHER_FIGURE] ?? 0) > OTHER_CPU_PERCENT_DOUBTFUL,
  );
  if (busy.length === 0) return [];
  const sizes = busy.map(({ size }) => size.toLocaleString('en-US')).join('; ');
  return [`Doubtful: the machine did other work beside ${sizes}: repeat it on a quiet one`];
}

function roundedFit({ exponent, factor, explained, error, spread }: PowerFit): PowerFit {
  return {
    exponent: rounded(exponent, DIGITS),
    factor: Number(factor.toPrecision(DIGITS + 1)),
    explained: rounded(explained, DIGITS),
    error: error === null ? null : rounded(error, DIGITS),
    spread: rounded(spread, DIGITS),
  };
}
