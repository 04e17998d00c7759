/** Adds up what several load client processes counted. The bench's parent process. */

import { LatencyHistogram } from './latency-histogram.ts';
import type { LoadReport, LoadStatus } from './load-messages.ts';

/** What all load clients counted, added up. */
export interface FleetReport {
  readonly status: LoadStatus;
  readonly arrived: number;
  readonly delivered: number;
  readonly expected: number;
  readonly repeated: number;
  readonly unanswered: number;
  readonly cpuMicros: number;
  readonly inputToState: LatencyHistogram;
  readonly stateAge: LatencyHistogram;
  readonly queueToFirstState: LatencyHistogram;
  readonly sendLag: LatencyHistogram;
}

export function sumStatuses(statuses: readonly LoadStatus[]): LoadStatus {
  const errors: Record<string, number> = {};
  for (const status of statuses) {
    for (const [name, count] of Object.entries(status.errors)) {
      errors[name] = (errors[name] ?? 0) + count;
    }
  }
  const sum = (key: Exclude<keyof LoadStatus, 'errors'>): number =>
    statuses.reduce((total, status) => total + status[key], 0);
  return {
    connected: sum('connected'),
    inLobby: sum('inLobby'),
    inMatch: sum('inMatch'),
    proxied: sum('proxied'),
    closed: sum('closed'),
    errors,
  };
}

export function sumReports(reports: readonly LoadReport[]): FleetReport {
  const sum = (
    key: 'arrived' | 'delivered' | 'expected' | 'repeated' | 'unanswered' | 'cpuMicros',
  ): number => reports.reduce((total, report) => total + report[key], 0);
  const merge = (
    key: 'inputToState' | 'stateAge' | 'queueToFirstState' | 'sendLag',
  ): LatencyHistogram => {
    const merged = new LatencyHistogram();
    for (const report of reports) merged.merge(report[key]);
    return merged;
  };
  return {
    status: sumStatuses(reports.map((report) => report.status)),
    arrived: sum('arrived'),
    delivered: sum('delivered'),
    expected: sum('expected'),
    repeated: sum('repeated'),
    unanswered: sum('unanswered'),
    cpuMicros: sum('cpuMicros'),
    inputToState: merge('inputToState'),
    stateAge: merge('stateAge'),
    queueToFirstState: merge('queueToFirstState'),
    sendLag: merge('sendLag'),
  };
}
