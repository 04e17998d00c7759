/** What the `growth` bench says of a section: a table for people, rows and exponents for programs. Pure; the bench's parent process. */

import { rounded, textTable } from '../text-table.ts';
import { isCost, SIZE_LABELS, type SectionName, type SectionRows } from './growth-sections.ts';
import { powerFit, type PowerFit } from './power-fit.ts';

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
  const of = (figure: (fit: PowerFit) => number): readonly string[] =>
    figures.map((key) => {
      const fit = fits[key];
      return fit ? figure(fit).toFixed(2) : '-';
    });
  const table = textTable(
    [name, ...figures],
    [
      ...rows.map((row) => [row.size, ...figures.map((key) => row.figures[key] ?? '-')]),
      ['exponent', ...of(({ exponent }) => exponent)],
      ['explained', ...of(({ explained }) => explained)],
    ],
  );
  const lost = skipped.map((one) => `Left out: ${name} ${one.size}: ${one.why}`);
  const legend = `${name}: ${size}; exponent 0: does not grow, 1: in proportion`;
  return [table, legend, ...lost].join('\n');
}

function roundedFit({ exponent, factor, explained }: PowerFit): PowerFit {
  return {
    exponent: rounded(exponent, DIGITS),
    factor: Number(factor.toPrecision(DIGITS + 1)),
    explained: rounded(explained, DIGITS),
  };
}
