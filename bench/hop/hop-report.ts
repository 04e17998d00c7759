/**
 * What the `hop` bench says: tables for people, results for programs. Pure. The bench's parent process.
 * In a mixed match half of the players are proxied, so
 *
 *   CPU of both hosts / message:  mixed = (1 - share) * local + share * proxied
 *                                 proxied = (mixed - (1 - share) * local) / share,   share = proxied players / players
 *
 * What both loads have in common, the idle work of two hosts above all, is in `local` and therefore once in `proxied`.
 */

import { sumStatuses, type FleetReport } from '../load/fleet-report.ts';
import type { HopOptions } from './hop.ts';
import { LatencyHistogram } from '../load/latency-histogram.ts';
import { median, rounded, textTable } from '../text-table.ts';

/** A load under which the hosts' CPU time was read. */
export interface HopLoad {
  readonly kind: 'local' | 'mixed';
  /** Players whose match ran on the other host. */
  readonly proxied: number;
  /** User and system time of both hosts in the window. */
  readonly cpuMicros: number;
  /** Of the whole machine. */
  readonly busyMicros: number;
  /** One a host. */
  readonly reports: readonly FleetReport[];
}

/** The same seconds, seen by players who are local to their match and by others who are proxied to it. */
export interface Answers {
  readonly local: FleetReport;
  readonly proxied: FleetReport;
}

export interface HopRun {
  readonly quiet: Answers;
  readonly local: HopLoad;
  readonly mixed: HopLoad;
  /** Beside the mixed matches. */
  readonly loaded: Answers;
}

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** CPU of both hosts for each delivered state, its input included. */
export interface HopCost {
  readonly local: number;
  readonly mixed: number;
  readonly proxied: number;
  readonly ratio: number;
}

export function costOf({ local, mixed }: Pick<HopRun, 'local' | 'mixed'>): HopCost {
  const share = mixed.proxied / total(mixed.reports, ({ status }) => status.inMatch);
  return costOfShare(microsPerMessage(local), microsPerMessage(mixed), share);
}

function costOfShare(local: number, mixed: number, share: number): HopCost {
  const proxied = (mixed - (1 - share) * local) / share;
  return { local, mixed, proxied, ratio: proxied / local };
}

export function hopResults(options: HopOptions, runs: readonly HopRun[]): Record<string, unknown> {
  const costs = runs.map(costOf);
  const middle = (key: keyof HopCost): number => median(costs.map((cost) => cost[key]));
  // Of the medians, not the median of the ratios: one run's noise is in both of its loads.
  const cost = costOfShare(middle('local'), middle('mixed'), 1 / 2);
  const loads = runs.flatMap((run) => [run.local, run.mixed]);
  const reports = loads.flatMap((load) => load.reports);
  const loaded = latencies(runs.map((run) => run.loaded));
  const quiet = latencies(runs.map((run) => run.quiet));
  const results = {
    ...options,
    addedMs: quiet.addedMs,
    cpuRatio: rounded(cost.ratio),
    runRatios: costs.map(({ ratio }) => rounded(ratio)),
    cpuMicrosPerMessage: {
      local: rounded(cost.local),
      mixed: rounded(cost.mixed),
      proxied: rounded(cost.proxied),
    },
    quiet,
    loaded,
    delivered: total(reports, ({ delivered }) => delivered),
    expected: total(reports, ({ expected }) => expected),
    closed: total(reports, ({ status }) => status.closed),
    errors: sumStatuses(reports.map(({ status }) => status)).errors,
  };
  console.log(`\n${summary(results)}`);
  return results;
}

/** A line a run. */
export function hopTables({ seconds }: HopOptions, runs: readonly HopRun[]): string {
  const cpu = textTable(
    ['run', 'local us', 'mixed us', 'proxied us', 'ratio', 'machine CPU %'],
    runs.map((run, index) => {
      const { local, mixed, proxied, ratio } = costOf(run);
      const busy = run.mixed.busyMicros / seconds / 10_000;
      return [index + 1, ...[local, mixed, proxied, ratio, busy].map((value) => rounded(value))];
    }),
  );
  const headings = ['run', 'answers', 'local p50', 'p99', 'proxied p50', 'p99', 'unanswered'];
  const rows = runs.flatMap((run, index) =>
    (['quiet', 'loaded'] as const).map((kind) => {
      const { local, proxied } = run[kind];
      const [here, there] = [percentiles([local]), percentiles([proxied])];
      const unanswered = local.unanswered + proxied.unanswered;
      return [index + 1, kind, here.p50, here.p99, there.p50, there.p99, unanswered];
    }),
  );
  return `${cpu}\n\n${textTable(headings, rows)}`;
}

function summary(results: {
  readonly addedMs: Percentiles;
  readonly loaded: { readonly addedMs: Percentiles };
  readonly cpuRatio: number;
  readonly delivered: number;
  readonly expected: number;
  readonly closed: number;
}): string {
  const { addedMs, loaded, cpuRatio, delivered, expected, closed } = results;
  return [
    `a proxied player's answer comes later by p50 ${addedMs.p50} ms, p99 ${addedMs.p99} ms`,
    `beside the load by p50 ${loaded.addedMs.p50} ms, p99 ${loaded.addedMs.p99} ms`,
    `CPU of both hosts for a proxied message: ${cpuRatio} times that of a local one`,
    `delivered ${delivered} of ${expected}, closed ${closed}`,
  ].join('\n');
}

function latencies(all: readonly Answers[]): {
  readonly addedMs: Percentiles;
  readonly localMs: Percentiles;
  readonly proxiedMs: Percentiles;
} {
  const localMs = percentiles(all.map(({ local }) => local));
  const proxiedMs = percentiles(all.map(({ proxied }) => proxied));
  const addedMs = {
    p50: rounded(proxiedMs.p50 - localMs.p50, 3),
    p99: rounded(proxiedMs.p99 - localMs.p99, 3),
  };
  return { addedMs, localMs, proxiedMs };
}

function percentiles(reports: readonly FleetReport[]): Percentiles {
  const merged = new LatencyHistogram();
  for (const { inputToState } of reports) merged.merge(inputToState.export());
  const at = (percent: number): number => rounded(merged.percentileMs(percent), 3);
  return { p50: at(50), p99: at(99) };
}

function microsPerMessage({ cpuMicros, reports }: HopLoad): number {
  return cpuMicros / total(reports, ({ arrived }) => arrived);
}

function total(reports: readonly FleetReport[], of: (report: FleetReport) => number): number {
  return reports.reduce((sum, report) => sum + of(report), 0);
}
