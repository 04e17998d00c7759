/** Aligned columns for people. Pure. Main thread. */

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

const GAP = '  ';
const CUT = '…';

/** A table of at most `width` characters a line: the last column is cut where it is longer. */
export function tableText<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number = Infinity,
): string {
  const cells = rows.map((row) => columns.map((column) => plain(column.text(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((cell) => cell[index]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string => {
    const padded = texts.map((text, index) => {
      const length = widths[index] ?? 0;
      return columns[index]?.isNumber === true ? text.padStart(length) : text.padEnd(length);
    });
    return cutTo(padded.join(GAP).trimEnd(), width);
  };
  const lines = [line(columns.map(({ title }) => title)), ...cells.map(line)];
  return `${lines.join('\n')}\n`;
}

/** The text in at most `width` characters. */
function cutTo(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${CUT}`;
}

/** Nothing that a terminal acts on: names and reasons come from outside. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
