/**
 * What one process of the swarm counts in one second, and takes out at its end. The swarm's processes.
 * Invariant: everything counted is reported in exactly one second.
 */

import { ErrorCounts } from '../load/error-counts.ts';
import { LatencyHistogram, type HistogramExport } from '../load/latency-histogram.ts';
import { PersonState } from './person-moves.ts';
import {
  COUNTS,
  LATENCIES,
  type CountName,
  type LatencyKind,
  type SecondReport,
} from './swarm-messages.ts';

export class SwarmTally {
  #counts: Record<CountName, number> = zeros(COUNTS);
  readonly #histograms: Record<LatencyKind, LatencyHistogram> = histograms();
  readonly #overdue: Record<LatencyKind, LatencyHistogram> = histograms();
  #errors = new ErrorCounts();
  #cpu: NodeJS.CpuUsage = process.cpuUsage();

  count(name: CountName, by = 1): void {
    this.#counts[name] += by;
  }

  error(name: string): void {
    this.#counts.errors += 1;
    this.#errors.add(name);
  }

  took(kind: LatencyKind, latencyMs: number): void {
    this.#histograms[kind].record(latencyMs);
  }

  /** A wait that goes on, longer than its level allows. */
  waits(kind: LatencyKind, soFarMs: number): void {
    this.#overdue[kind].record(soFarMs);
  }

  /** The second is over: what it counted, and from 0 again. */
  take(number: number, places: Readonly<Record<PersonState, number>>): SecondReport {
    const used = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    const report: SecondReport = {
      number,
      places,
      counts: this.#counts,
      latencies: taken(this.#histograms),
      overdue: taken(this.#overdue),
      errors: this.#errors.export(),
      cpuMicros: used.user + used.system,
    };
    this.#counts = zeros(COUNTS);
    this.#errors = new ErrorCounts();
    return report;
  }
}

/** A zero for each name. */
export function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  // Each name is given its zero: the record is whole.
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

export function noPlaces(): Record<PersonState, number> {
  return zeros(Object.values(PersonState));
}

export function histograms(): Record<LatencyKind, LatencyHistogram> {
  // As in zeros().
  return Object.fromEntries(LATENCIES.map((kind) => [kind, new LatencyHistogram()])) as Record<
    LatencyKind,
    LatencyHistogram
  >;
}

function taken(
  from: Record<LatencyKind, LatencyHistogram>,
): Readonly<Record<LatencyKind, HistogramExport>> {
  const exports: Partial<Record<LatencyKind, HistogramExport>> = {};
  for (const kind of LATENCIES) {
    exports[kind] = from[kind].export();
    from[kind].clear();
  }
  // The loop went over all kinds.
  return exports as Record<LatencyKind, HistogramExport>;
}
