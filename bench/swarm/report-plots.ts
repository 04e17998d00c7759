/** What the report draws: curves out of the seconds of a run. Pure; the bench's parent process. */

import type { Scenario } from './scenario.ts';
import type { SecondRow } from './second-sum.ts';
import { LEVEL_OF_LATENCY } from './service-levels.ts';
import { LATENCIES, type LatencyKind } from './swarm-messages.ts';
import type { SwarmResult } from './swarm-run.ts';
import { labelOf } from './swarm-summary.ts';

export interface Curve {
  readonly label: string;
  readonly color: number;
  readonly values: readonly (number | null)[];
  readonly isDashed: boolean;
}

export interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
  readonly limit: number | null;
}

export interface Mark {
  readonly second: number;
  readonly label: string;
  readonly isBad: boolean;
}

type CurveSpec = readonly [label: string, valueOf: (row: SecondRow) => number | null];

export function plotsOf({ series }: SwarmResult, { levels }: Scenario): readonly Plot[] {
  const plot = (
    title: string,
    unit: string,
    specs: readonly CurveSpec[],
    limit: number | null = null,
  ): Plot => ({
    title,
    unit,
    limit,
    curves: specs.map(([label, valueOf], index) => ({
      label,
      color: index + 1,
      values: series.map(valueOf),
      isDashed: false,
    })),
  });
  const latencies = LATENCIES.filter((kind) => series.some((row) => row.latencyMs[kind] !== null));
  const host: Plot[] = series.some(({ host: { rssMib } }) => rssMib !== null)
    ? [plot('Memory of the host', ' MiB', [['resident', (row) => row.host.rssMib]])]
    : [];
  return [
    withDashes(plot('Players', '', PLAYERS), 'wanted'),
    plot('What happens, a second', '', HAPPENINGS),
    ...latencies.map((kind): Plot => {
      const level = LEVEL_OF_LATENCY[kind];
      const limit = level === undefined ? 0 : levels[level];
      const allowed = limit > 0 ? limit : null;
      return plot(`${titleOf(kind)}, ms`, ' ms', percentileCurves(kind), allowed);
    }),
    plot('Messages a second', '', [
      ['states', (row) => row.counts.states],
      ['inputs', (row) => row.counts.inputs],
      ['chat lines heard', (row) => row.counts.heard],
    ]),
    plot('What goes wrong, a second', '', [
      ['errors', (row) => row.counts.errors],
      ['closed by the host', (row) => row.counts.closed],
      ['states missed', (row) => row.counts.missed],
      ['queues given up', (row) => row.counts.gaveUp],
    ]),
    plot('CPU, % of one core', ' %', [
      ['host', (row) => row.host.cpuPercent],
      ['swarm', (row) => row.swarmCpuPercent],
    ]),
    ...host,
  ];
}

/** Storms, and where levels broke. */
export function marksOf({ breaches }: SwarmResult, { storms }: Scenario): readonly Mark[] {
  return [
    ...storms.map(({ atSeconds: second }) => ({ second, label: 'storm', isBad: false })),
    ...breaches.slice(0, 1).map(({ second }) => ({ second, label: 'knee', isBad: true })),
  ];
}

const PLAYERS: readonly CurveSpec[] = [
  ['on line', ({ online }) => online],
  ['playing', ({ playing }) => playing],
  ['queued', ({ queued }) => queued],
  ['in lobbies', ({ lobby }) => lobby],
  ['wanted', ({ wanted }) => wanted],
];

const HAPPENINGS: readonly CurveSpec[] = [
  ['log-ins', (row) => row.latencyMs.login?.count ?? 0],
  ['queue commands', ({ counts }) => counts.asks],
  ['seats in matches', ({ counts }) => counts.matches],
  ['connections broken', ({ counts }) => counts.drops],
];

function percentileCurves(kind: LatencyKind): readonly CurveSpec[] {
  return [
    ['p50', (row) => row.latencyMs[kind]?.p50 ?? null],
    ['p95', (row) => row.latencyMs[kind]?.p95 ?? null],
    ['p99', (row) => row.latencyMs[kind]?.p99 ?? null],
    ['max', (row) => row.latencyMs[kind]?.max ?? null],
  ];
}

function titleOf(kind: LatencyKind): string {
  const label = labelOf(kind);
  return label.charAt(0).toUpperCase() + label.slice(1);
}

function withDashes(plot: Plot, label: string): Plot {
  const curves = plot.curves.map((curve) => ({ ...curve, isDashed: curve.label === label }));
  return { ...plot, curves };
}
