/**
 * Which figures of each bench stand in docs/benchmarks.md, and what each means, as benches.toml beside this file has them.
 * The bench's parent process.
 */

import { readFileSync } from 'node:fs';

import { parse } from 'smol-toml';

export interface FigureSpec {
  readonly name: string;
  readonly path: string;
  readonly unit: string;
  readonly meaning: string;
}

export interface TableSpec {
  /** Of the list whose items are the rows. */
  readonly path: string;
  readonly caption: string;
  readonly columns: readonly (readonly [heading: string, path: string])[];
}

export interface BenchSpec {
  readonly name: string;
  readonly question: string;
  readonly figures: readonly FigureSpec[];
  readonly tables: readonly TableSpec[];
}

/** A bench as the file has it: lists are lines of a text, cells stand between bars. */
interface Entry {
  readonly question: string;
  readonly figures?: string;
  readonly tables?: readonly {
    readonly path: string;
    readonly caption: string;
    readonly columns: string;
  }[];
}

/** In the order of the file, which is the document's. */
export const BENCH_SPECS: readonly BenchSpec[] = Object.entries(
  // Our own file has this shape; a test reads all of it.
  parse(readFileSync(new URL('benches.toml', import.meta.url), 'utf8')) as unknown as Readonly<
    Record<string, Entry>
  >,
).map(([name, { question, figures = '', tables = [] }]) => ({
  name,
  question,
  figures: linesOf(figures).map(([figure = '', path = '', unit = '', meaning = '']) => {
    return { name: figure, path, unit, meaning };
  }),
  tables: tables.map(({ path, caption, columns }) => ({
    path,
    caption,
    columns: linesOf(columns).map(([heading = '', value = '']) => [heading, value] as const),
  })),
}));

function linesOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()));
}
