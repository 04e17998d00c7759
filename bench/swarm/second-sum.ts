/** One second of the run over all processes of the swarm, and the row that is kept of it. The bench's parent process. */

import type { LatencyHistogram } from '../load/latency-histogram.ts';
import { rounded } from '../text-table.ts';
import type { PersonState } from './person-moves.ts';
import {
  COUNTS,
  LATENCIES,
  type CountName,
  type LatencyKind,
  type SecondReport,
} from './swarm-messages.ts';
import { histograms, noPlaces, zeros } from './swarm-tally.ts';

export class SecondSum {
  readonly number: number;
  readonly places: Record<PersonState, number> = noPlaces();
  readonly counts: Record<CountName, number> = zeros(COUNTS);
  readonly latencies: Record<LatencyKind, LatencyHistogram> = histograms();
  readonly overdue: Record<LatencyKind, LatencyHistogram> = histograms();
  readonly errors: Map<string, number> = new Map();
  cpuMicros = 0;

  constructor(number: number) {
    this.number = number;
  }

  /** Logged in, or about to be. */
  get online(): number {
    const { lobby, forming, asked, queued, playing, greeting } = this.places;
    return lobby + forming + asked + queued + playing + greeting;
  }

  /** Another process' share of the same second. */
  add(report: SecondReport): void {
    // The keys of our own records are their names.
    for (const place of Object.keys(this.places) as PersonState[]) {
      this.places[place] += report.places[place];
    }
    for (const name of COUNTS) this.counts[name] += report.counts[name];
    for (const kind of LATENCIES) {
      this.latencies[kind].merge(report.latencies[kind]);
      this.overdue[kind].merge(report.overdue[kind]);
    }
    this.#addErrors(Object.entries(report.errors));
    this.cpuMicros += report.cpuMicros;
  }

  /** Another second: all that adds up over time. */
  merge(second: SecondSum): void {
    for (const name of COUNTS) this.counts[name] += second.counts[name];
    for (const kind of LATENCIES) this.latencies[kind].merge(second.latencies[kind].export());
    this.#addErrors(second.errors.entries());
    this.cpuMicros += second.cpuMicros;
  }

  #addErrors(errors: Iterable<readonly [string, number]>): void {
    for (const [name, count] of errors) {
      this.errors.set(name, (this.errors.get(name) ?? 0) + count);
    }
  }
}

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What is known of the host's process in a second; null where it runs elsewhere. */
export interface HostReading {
  readonly cpuPercent: number | null;
  readonly rssMib: number | null;
}

/** A second as files and plots have it. */
export interface SecondRow {
  readonly second: number;
  /** Persons the ramp asks for. */
  readonly wanted: number;
  readonly online: number;
  readonly lobby: number;
  readonly queued: number;
  readonly playing: number;
  readonly counts: Readonly<Record<CountName, number>>;
  /** Null where nothing was measured in the second. */
  readonly latencyMs: Readonly<Record<LatencyKind, Percentiles | null>>;
  readonly host: HostReading;
  /** CPU of the swarm's own processes, of one core. */
  readonly swarmCpuPercent: number;
  /** Levels that the second missed. */
  readonly missed: readonly string[];
}

export interface RowContext {
  readonly wanted: number;
  readonly host: HostReading;
  readonly missed: readonly string[];
}

export function rowOf(sum: SecondSum, { wanted, host, missed }: RowContext): SecondRow {
  const { places, counts, number: second, online } = sum;
  return {
    second,
    wanted,
    online,
    lobby: places.lobby + places.forming,
    queued: places.asked + places.queued,
    playing: places.playing,
    counts: { ...counts },
    latencyMs: percentilesOf(sum.latencies),
    host,
    swarmCpuPercent: rounded(sum.cpuMicros / 10_000, 0),
    missed,
  };
}

export function percentilesOf(
  from: Readonly<Record<LatencyKind, LatencyHistogram>>,
): Readonly<Record<LatencyKind, Percentiles | null>> {
  const found: Partial<Record<LatencyKind, Percentiles | null>> = {};
  for (const kind of LATENCIES) {
    const histogram = from[kind];
    found[kind] =
      histogram.count === 0
        ? null
        : {
            count: histogram.count,
            p50: rounded(histogram.percentileMs(50)),
            p95: rounded(histogram.percentileMs(95)),
            p99: rounded(histogram.percentileMs(99)),
            max: rounded(histogram.maxMs),
          };
  }
  // The loop went over all kinds.
  return found as Record<LatencyKind, Percentiles | null>;
}
