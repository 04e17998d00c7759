/** What many simulated seeds met, added up. Test files only. */

import type { SeedReport } from './seed-messages.ts';

export class SeedTally {
  seeds = 0;
  faults = 0;
  failures = 0;
  /** How often each mark was met. */
  readonly marks: Record<string, number> = {};

  /** Adds what came of `seeds` seeds. */
  add(report: SeedReport, seeds: number): void {
    this.seeds += seeds;
    this.faults += report.faults;
    if (report.failure !== undefined) this.failures += 1;
    for (const [mark, times] of Object.entries(report.marks)) {
      this.marks[mark] = (this.marks[mark] ?? 0) + times;
    }
  }

  get text(): string {
    return `${this.seeds} seeds, ${this.faults} faults, ${this.failures} failed`;
  }
}
