/** Tables of a Markdown document, and values out of parsed JSON. Pure; the bench's parent process. */

const FRACTION_DIGITS_MAX = 3;

export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One cell: numbers as people write them, lists with commas, nothing as a dash. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'number') {
    return value.toLocaleString('en-US', { maximumFractionDigits: FRACTION_DIGITS_MAX });
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(cellText).join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}

/** What stands at a path such as `latencyMs/p99` or `values/0`; undefined where it leads nowhere. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split('/')) {
    if (Array.isArray(found)) found = found[Number(key)];
    else if (isRecord(found)) found = found[key];
    else return undefined;
  }
  return found;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
