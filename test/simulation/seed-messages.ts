/** What the simulation's test and its threads say to each other. Types only. Test files only. */

export interface SeedOrder {
  readonly from: number;
  readonly count: number;
  /** Name of one of FOUND: it is put in, and the first seed that fails ends the order. */
  readonly bug?: string;
}

export interface SeedReport {
  readonly faults: number;
  readonly marks: Readonly<Record<string, number>>;
  /** The first seed that failed; none after it was run. */
  readonly failure: { readonly seed: number; readonly message: string } | undefined;
}
