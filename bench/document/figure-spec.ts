/** How a figure of a bench is named, found and explained in docs/benchmarks.md. Pure; the bench's parent process. */

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
  readonly tables?: readonly TableSpec[];
}

export function figure(name: string, path: string, unit: string, meaning: string): FigureSpec {
  return { name, path, unit, meaning };
}
