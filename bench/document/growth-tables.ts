/** The sections of `growth` as tables: their columns are the figures that each section has. Pure; the bench's parent process. */

import { exponentText, type PowerFit } from '../growth/power-fit.ts';
import { cellText, isRecord, markdownTable, valueAt } from './markdown.ts';

/** A caption and a table for each section of the results. */
export function growthTables(results: Readonly<Record<string, unknown>>): readonly string[] {
  const { sections } = results;
  if (!isRecord(sections)) return [];
  return Object.entries(sections).flatMap(([name, section]) => {
    const fits = valueAt(section, 'fits');
    const rows = valueAt(section, 'rows');
    if (!isRecord(fits) || !Array.isArray(rows)) return [];
    const figures = Object.keys(fits);
    const cells = rows.map((row: unknown) => {
      const sizes = cellText(valueAt(row, 'size'));
      // A figure's name may hold a slash, so it is looked up as it is.
      const own = valueAt(row, 'figures');
      return [sizes].concat(figures.map((key) => cellText(isRecord(own) ? own[key] : undefined)));
    });
    // What `growth` wrote: its report has this shape.
    const exponents = figures.map((key) => `**${exponentText(fits[key] as PowerFit | null)}**`);
    const explained = figures.map((key) => cellText(valueAt(fits[key], 'explained')));
    const skipped = valueAt(section, 'skipped');
    const lost = (Array.isArray(skipped) ? skipped : []).map((one: unknown) => {
      return `Left out: ${cellText(valueAt(one, 'size'))}: ${cellText(valueAt(one, 'why'))}`;
    });
    const texts = [
      `Growth with ${name} (${cellText(valueAt(section, 'size'))}):`,
      markdownTable(
        [name, ...figures],
        [...cells, ['**exponent**', ...exponents], ['r²', ...explained]],
      ),
    ];
    return texts.concat(lost);
  });
}
