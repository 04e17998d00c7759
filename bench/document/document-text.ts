/**
 * docs/benchmarks.md as a text, out of results that the benches wrote. Pure: the same files give the same text, whenever.
 * The bench's parent process.
 */

import { BENCH_SPECS, type BenchSpec, type FigureSpec, type TableSpec } from './bench-specs.ts';
import { growthTables } from './growth-tables.ts';
import { mergedResults, writtenResults } from './kept-results.ts';
import { cellText, isRecord, markdownTable, valueAt } from './markdown.ts';

export interface BenchResult {
  readonly name: string;
  readonly machine: unknown;
  readonly node: unknown;
  readonly commit: unknown;
  readonly command: unknown;
  readonly date: unknown;
  readonly results: Readonly<Record<string, unknown>>;
}

export interface BenchFile {
  readonly name: string;
  /** Or why there is none. */
  readonly result: BenchResult | string;
}

const HEAD = `# Benchmarks

Written by \`npm run bench -- document FOLDER\` out of what the benches wrote with \`--json\`; nothing here is written by hand. Each section names its
command, so that anybody can measure again; [load-testing.md](load-testing.md) says how each bench measures and what it does not tell. Load clients
share the machine with what they load: ratios carry over to other machines, absolute figures do not.`;

/** The text of a file as a result; otherwise why it is none. */
export function parseResult(text: string): BenchResult | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isRecord(parsed)) return 'it is not the result of a bench';
  const { name, machine, node, commit, command, date, results } = parsed;
  if (typeof name !== 'string' || !isRecord(results)) return 'it is not the result of a bench';
  if (!BENCH_SPECS.some((spec) => spec.name === name)) return `no bench is called "${name}"`;
  return { name, machine, node, commit, command, date, results };
}

/** `before`: the document as it was, whose results stay where there are no newer ones of the same command. */
export function documentText(files: readonly BenchFile[], before = ''): string {
  const read = files.flatMap(({ name, result }) =>
    typeof result === 'string' ? [] : [{ file: name, result }],
  );
  const missing: BenchSpec[] = [];
  const sections = BENCH_SPECS.flatMap((spec) => {
    const own = read.filter(({ result }) => result.name === spec.name);
    const fresh = own.map(({ file, result }) => ({
      command: String(result.command),
      text: resultText(spec, file, result),
    }));
    const texts = mergedResults(writtenResults(before, spec.name), fresh);
    if (texts.length > 0) return [sectionHead(spec), texts.join('\n\n')];
    missing.push(spec);
    return [];
  });
  return `${[HEAD, ...sections, missingText(missing, files)].join('\n\n')}\n`;
}

function sectionHead({ name, question }: BenchSpec): string {
  return `## \`${name}\`\n\n${question} How: [\`${name}\`](load-testing.md#${name}).`;
}

function resultText(spec: BenchSpec, file: string, result: BenchResult): string {
  const { results } = result;
  const [there, absent] = [[] as FigureSpec[], [] as FigureSpec[]];
  for (const figure of spec.figures) {
    (isAbsent(valueAt(results, figure.path)) ? absent : there).push(figure);
  }
  const figures = markdownTable(
    ['figure', 'value', 'what it means'],
    there.map(({ name, path, unit, meaning }) => [
      name,
      `${cellText(valueAt(results, path))}${unit === '' ? '' : ` ${unit}`}`,
      meaning,
    ]),
  );
  const tables = spec.tables.flatMap((table) => tableText(table, results));
  const special = spec.name === 'growth' ? growthTables(results) : [];
  const names = absent.map(({ name }) => name).join(', ');
  return [
    `${originText(result)} From \`${file}\`.`,
    ...(there.length > 0 ? [figures] : []),
    ...tables,
    ...special,
    ...(absent.length > 0 ? [`Not measured in this run: ${names}.`] : []),
  ].join('\n\n');
}

function tableText({ path, columns, caption }: TableSpec, results: unknown): readonly string[] {
  const rows = valueAt(results, path);
  if (!Array.isArray(rows) || rows.length === 0) return [];
  const cells = rows.map((row: unknown) => columns.map(([, key]) => cellText(valueAt(row, key))));
  return [
    caption,
    markdownTable(
      columns.map(([heading]) => heading),
      cells,
    ),
  ];
}

function originText({ machine, node, commit, command, date }: BenchResult): string {
  const said = (value: unknown): string => (isAbsent(value) ? 'unknown' : cellText(value));
  const of = (key: string): string => said(valueAt(machine, key));
  const where = `${of('cpu')}, ${of('cores')} cores, ${of('memoryGib')} GiB, ${of('system')}`;
  const how = isAbsent(command) ? 'Command unknown' : `\`${String(command)}\``;
  return `${how} on ${said(date)}: ${where}; Node ${said(node)}; commit ${said(commit)}.`;
}

function missingText(missing: readonly BenchSpec[], files: readonly BenchFile[]): string {
  const unused = files.flatMap(({ name, result }) =>
    typeof result === 'string' ? [`- \`${name}\` was left out: ${result}.`] : [],
  );
  const lines = missing.map(({ name, question }) => {
    return `- [\`${name}\`](load-testing.md#${name}): ${question}`;
  });
  const none = lines.length + unused.length === 0 ? ['Nothing: every bench has a result.'] : [];
  return `## What is missing\n\n${[...lines, ...unused, ...none].join('\n')}`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
