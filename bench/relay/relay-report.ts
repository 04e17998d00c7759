/**
 * What the `relay` bench says: tables for people, results for programs. The bench's parent process.
 * CPU figures are medians over the runs; latencies are merged over the runs; counts are added.
 */

import { sumStatuses, type FleetReport } from '../load/fleet-report.ts';
import { LatencyHistogram } from '../load/latency-histogram.ts';
import type { TargetKind } from '../servers/targets.ts';
import { median, rounded, textTable } from '../text-table.ts';
import type { Cell } from '../text-table.ts';

export interface RelayOptions {
  readonly players: number;
  readonly rateHz: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly runs: number;
  /** Which servers take turns. */
  readonly kinds: readonly TargetKind[];
  readonly connectsPerSecond: number;
  /** Load client processes, 0 for as many as the players need. */
  readonly processes: number;
}

export interface RelayRun {
  readonly kind: TargetKind;
  readonly cpuMicrosPerMessage: number;
  /** Of that, time in the kernel. */
  readonly systemMicrosPerMessage: number;
  readonly serverCpuPercent: number;
  readonly loadCpuPercent: number;
  /** What all else on the machine used or took away, in percent of one core. */
  readonly otherCpuPercent: number;
  readonly rssMib: number;
  readonly report: FleetReport;
}

/** Above this the load client was not in control of its own schedule. */
const SEND_LAG_MS_DOUBTFUL = 50;

/** Two tables, each with a line per run: what it cost, and what the players saw. */
export function runsTables(runs: readonly RelayRun[]): string {
  const processors = ['server CPU %', 'load CPU %', 'other CPU %', 'RSS MiB'];
  const cost = textTable(
    ['run', 'server', 'us/state', 'of it kernel', ...processors],
    runs.map((run, index): Cell[] => [
      index + 1,
      run.kind,
      rounded(run.cpuMicrosPerMessage),
      rounded(run.systemMicrosPerMessage),
      rounded(run.serverCpuPercent, 0),
      rounded(run.loadCpuPercent, 0),
      rounded(run.otherCpuPercent, 0),
      rounded(run.rssMib, 0),
    ]),
  );
  const latencies = ['run', 'p50 ms', 'p99 ms', 'max ms', 'age p99', 'queue max', 'send lag p99'];
  const counts = ['delivered', 'expected', 'unanswered', 'closed', 'errors'];
  const seen = textTable(
    [...latencies, ...counts],
    runs.map(({ report }, index): Cell[] => [
      index + 1,
      rounded(report.inputToState.percentileMs(50), 1),
      rounded(report.inputToState.percentileMs(99), 1),
      rounded(report.inputToState.maxMs, 1),
      rounded(report.stateAge.percentileMs(99), 1),
      rounded(report.queueToFirstState.maxMs, 0),
      rounded(report.sendLag.percentileMs(99), 1),
      report.delivered,
      report.expected,
      report.unanswered,
      report.status.closed,
      errorCount(report),
    ]),
  );
  return `${cost}\n\n${seen}`;
}

export interface RelayResults extends Latencies {
  readonly players: number;
  readonly rateHz: number;
  readonly seconds: number;
  /** Medians over the runs of each server; null for one that did not run. */
  readonly cpuMicrosPerMessage: Readonly<Record<TargetKind, number | null>>;
  readonly ratio: number | null;
  /** Host over bare of each pair of neighboring runs. */
  readonly pairRatios: readonly number[];
  /** Of the bare relay, where it ran. */
  readonly bare: Latencies | null;
  readonly runs: readonly object[];
}

/** Latencies merged over all runs of a server; counts added. */
interface Latencies {
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly stateAgeMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly queueToFirstStateMs: { readonly p99: number; readonly max: number };
  readonly sendLagMs: { readonly p99: number; readonly max: number };
  readonly delivered: number;
  readonly expected: number;
  readonly repeated: number;
  readonly unanswered: number;
  readonly closed: number;
  readonly errors: Readonly<Record<string, number>>;
}

export function resultsOf(options: RelayOptions, runs: readonly RelayRun[]): RelayResults {
  const costs = (kind: TargetKind): number[] =>
    runs.filter((run) => run.kind === kind).map((run) => run.cpuMicrosPerMessage);
  const host = costs('host');
  const bare = costs('bare');
  const medianOf = (values: readonly number[]): number | null =>
    values.length === 0 ? null : rounded(median(values));
  const both = host.length > 0 && bare.length > 0;
  const reportsOf = (kind: TargetKind): FleetReport[] =>
    runs.filter((run) => run.kind === kind).map((run) => run.report);
  return {
    players: options.players,
    rateHz: options.rateHz,
    seconds: options.seconds,
    cpuMicrosPerMessage: { host: medianOf(host), bare: medianOf(bare) },
    ratio: both ? rounded(median(host) / median(bare), 3) : null,
    pairRatios: both ? host.map((cost, pair) => rounded(cost / (bare[pair] ?? Number.NaN), 3)) : [],
    ...latenciesOf(reportsOf(host.length > 0 ? 'host' : 'bare')),
    bare: bare.length > 0 ? latenciesOf(reportsOf('bare')) : null,
    runs: runs.map(({ report, ...figures }) => ({ ...figures, ...latenciesOf([report]) })),
  };
}

function latenciesOf(reports: readonly FleetReport[]): Latencies {
  const merged = (
    key: 'inputToState' | 'stateAge' | 'queueToFirstState' | 'sendLag',
  ): { p50: number; p99: number; max: number } => {
    const histogram = new LatencyHistogram();
    for (const report of reports) histogram.merge(report[key].export());
    const at = (percent: number): number => rounded(histogram.percentileMs(percent));
    return { p50: at(50), p99: at(99), max: rounded(histogram.maxMs) };
  };
  const sum = (count: (report: FleetReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  const { closed, errors } = sumStatuses(reports.map(({ status }) => status));
  return {
    latencyMs: merged('inputToState'),
    stateAgeMs: merged('stateAge'),
    queueToFirstStateMs: merged('queueToFirstState'),
    sendLagMs: merged('sendLag'),
    delivered: sum((report) => report.delivered),
    expected: sum((report) => report.expected),
    repeated: sum((report) => report.repeated),
    unanswered: sum((report) => report.unanswered),
    closed,
    errors,
  };
}

function errorCount(report: FleetReport): number {
  return Object.values(report.status.errors).reduce((total, count) => total + count, 0);
}

export function summary(results: RelayResults): string {
  const { cpuMicrosPerMessage: cost, latencyMs, delivered, expected } = results;
  const { pairRatios, sendLagMs } = results;
  const lines = [
    `CPU per delivered state, median: host ${cost.host ?? '-'} us, bare ${cost.bare ?? '-'} us`,
    `input to state: p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms; one tick is ${rounded(1000 / results.rateHz)} ms`,
    `delivered ${delivered} of ${expected}, closed ${results.closed}, errors ${JSON.stringify(results.errors)}`,
  ];
  if (results.ratio !== null) {
    const [least, most] = [Math.min(...pairRatios), Math.max(...pairRatios)];
    lines[0] += `, ratio ${results.ratio} (pairs ${least} to ${most})`;
  }
  if (sendLagMs.p99 > SEND_LAG_MS_DOUBTFUL) {
    lines.push(
      `Doubtful: the load clients sent late (p99 ${sendLagMs.p99} ms), so they or the machine were the limit`,
    );
  }
  return lines.join('\n');
}
