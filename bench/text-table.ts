/** Rows of text under headings, numbers to the right under theirs. The bench's parent process. */

export type Cell = string | number;

/** From here on digits are told apart in threes: 10,000,000 and 1,000,000 look alike without. */
const GROUPED_MIN = 1_000;

export function textTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => cellText(row[column] ?? '').length)),
  );
  const isNumeric = headings.map(
    (_heading, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const line = (cells: readonly Cell[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        const isRight = typeof cell === 'number' || isNumeric[column] === true;
        return isRight ? cellText(cell).padStart(width) : cellText(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(headings), rule, ...rows.map((row) => line(row))].join('\n');
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string' || Math.abs(cell) < GROUPED_MIN) return String(cell);
  return cell.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

/** `value` with at most `digits` after the point, as a number: 12.3456 is 12.35. */
export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** Milliseconds as precisely as a histogram knows them: 1,393 and 4.2, not 1392.64 and 4.22. */
export function roundedMs(ms: number): number {
  return rounded(ms, ms < 100 ? 1 : 0);
}

/** The middle of some numbers; the mean of the two middle ones where their count is even; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
