/** The seconds of a run as CSV: one row a second, columns that never change. Pure; the bench's parent process. */

import type { SecondRow } from './second-sum.ts';
import { COUNTS, LATENCIES } from './swarm-messages.ts';

const PLACES = ['second', 'wanted', 'online', 'lobby', 'queued', 'playing'] as const;
const PERCENTILES = ['count', 'p50', 'p95', 'p99', 'max'] as const;

export function swarmCsv(series: readonly SecondRow[]): string {
  const headings = [
    ...PLACES,
    ...COUNTS,
    ...LATENCIES.flatMap((kind) =>
      PERCENTILES.map((name) => (name === 'count' ? `${kind}Count` : `${kind}Ms_${name}`)),
    ),
    'hostCpuPercent',
    'hostRssMib',
    'swarmCpuPercent',
    'missed',
  ];
  const lines = series.map((row) => [
    ...PLACES.map((name) => row[name]),
    ...COUNTS.map((name) => row.counts[name]),
    ...LATENCIES.flatMap((kind) =>
      PERCENTILES.map((name) => row.latencyMs[kind]?.[name] ?? (name === 'count' ? 0 : '')),
    ),
    row.host.cpuPercent ?? '',
    row.host.rssMib ?? '',
    row.swarmCpuPercent,
    `"${row.missed.join('; ')}"`,
  ]);
  return `${[headings, ...lines].map((cells) => cells.join(',')).join('\n')}\n`;
}
