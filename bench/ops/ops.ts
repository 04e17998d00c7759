/**
 * The `ops` bench: whether those who play notice that operators ask. The bench's parent process.
 * One host, one set of players; windows with and without questions alternate, so that a machine that slows down does so for
 * both, and each kind starts a pair in turn.
 *
 *   players play -> quiet | asked -> asked | quiet -> quiet | asked -> ...
 */

import { once } from 'node:events';

import { sleep } from '../../src/shared/clock.ts';
import { forkScript, stopChild } from '../servers/children.ts';
import type { FleetReport } from '../load/fleet-report.ts';
import { LatencyHistogram } from '../load/latency-histogram.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import type { OpsLoadOrder, OpsLoadReport } from './ops-load-messages.ts';
import { opsVerdict, verdictText, type OpsVerdict, type P99Pair } from './ops-verdict.ts';
import { readProcess } from '../servers/process-meter.ts';
import { Progress } from '../progress.ts';
import { startPlaying } from '../load/start-playing.ts';
import { startTarget, type Target } from '../servers/targets.ts';
import { median, rounded, textTable } from '../text-table.ts';

export interface OpsOptions {
  readonly players: number;
  readonly rateHz: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly connectsPerSecond: number;
  readonly pairs: number;
  readonly requestsPerSecond: number;
  readonly connections: number;
}

/** What a dashboard, a Prometheus and a few operators ask, lists included. */
const ROUTES = ['/v1/status', '/metrics', '/v1/matches?limit=100', '/v1/hosts', '/healthz', '/'];
/** The answers themselves are to be measured, not their budget. */
const CONFIG = '[ops]\nrequestsPerSecond = 10000\n';
const STOP_LIMIT_MS = 5_000;
/** Between two windows, so that the last answers of one do not fall into the next. */
const REST_MS = 500;

interface Window {
  readonly isAsked: boolean;
  readonly players: FleetReport;
  readonly hostCpuPercent: number;
  readonly asked: OpsLoadReport | undefined;
}

interface Run {
  readonly options: OpsOptions;
  readonly target: Target;
  readonly fleet: LoadFleet;
  readonly progress: Progress;
}

export async function opsBench(options: OpsOptions): Promise<Record<string, unknown>> {
  const target = await startTarget('host', options.rateHz, CONFIG);
  const fleet = new LoadFleet({ players: options.players, processes: 0, target });
  const run = { options, target, fleet, progress: new Progress() };
  try {
    await startPlaying(run, options);
    const windows: Window[] = [];
    for (let pair = 0; pair < options.pairs; pair += 1) {
      for (const isAsked of pair % 2 === 0 ? [false, true] : [true, false]) {
        windows.push(await measure(run, { isAsked, label: `pair ${pair + 1}` }));
      }
    }
    return resultsOf(options, windows);
  } finally {
    await fleet.stop();
    await target.stop();
  }
}

async function measure(
  { options, target, fleet, progress }: Run,
  { isAsked, label }: { isAsked: boolean; label: string },
): Promise<Window> {
  const { seconds, rateHz } = options;
  await sleep(REST_MS);
  let cpuMicros = 0;
  const asking = isAsked ? ask(options, target) : undefined;
  const measuring = fleet.measure({
    seconds,
    rateHz,
    onStart: () => {
      cpuMicros = -cpuOf(target);
    },
    onEnd: () => {
      cpuMicros += cpuOf(target);
    },
  });
  const text = `${label}, ${isAsked ? 'asked' : 'quiet'}`;
  const players = await progress.timed(text, measuring, seconds * 1000);
  const hostCpuPercent = rounded(cpuMicros / seconds / 10_000, 0);
  return { isAsked, players, hostCpuPercent, asked: await asking };
}

/** Asks for a little longer than the window, from before its start. */
async function ask(options: OpsOptions, target: Target): Promise<OpsLoadReport> {
  const child = forkScript(new URL('ops-load-process.ts', import.meta.url), []);
  await once(child, 'message');
  const order: OpsLoadOrder = {
    url: `http://127.0.0.1:${target.opsPort}`,
    routes: ROUTES,
    connections: options.connections,
    requestsPerSecond: options.requestsPerSecond,
    seconds: options.seconds + 1,
  };
  const answer = once(child, 'message');
  child.send(order);
  // Our own script's second message.
  const [report] = (await answer) as [OpsLoadReport];
  await stopChild(child, STOP_LIMIT_MS);
  return report;
}

function resultsOf(options: OpsOptions, windows: readonly Window[]): Record<string, unknown> {
  const quiet = sideOf(windows.filter(({ isAsked }) => !isAsked));
  const asked = sideOf(windows.filter(({ isAsked }) => isAsked));
  const requests = windows.flatMap((window) => window.asked ?? []);
  const sum = (of: (one: OpsLoadReport) => number): number =>
    requests.reduce((total, one) => total + of(one), 0);
  const p99 = { quiet: quiet.latencyMs.p99, asked: asked.latencyMs.p99 };
  const p99Pairs = pairsOf(windows);
  const results = {
    ...options,
    quiet,
    asked,
    p99Ratio: rounded(p99.asked / p99.quiet, 3),
    p99Pairs,
    verdict: opsVerdict(p99Pairs),
    requests: {
      perSecond: rounded(median(requests.map((one) => one.requestsPerSecond)), 0),
      succeeded: sum((one) => one.succeeded),
      refused: sum((one) => one.refused),
      failed: sum((one) => one.failed),
      p99Ms: median(requests.map((one) => one.latencyMs.p99)),
    },
  };
  console.log(resultText(results));
  return results;
}

interface Side {
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly ageMs: { readonly p50: number; readonly p99: number };
  readonly delivered: number;
  readonly expected: number;
  readonly dropped: number;
  /** Median over the windows. */
  readonly hostCpuPercent: number;
}

function sideOf(windows: readonly Window[]): Side {
  const [latency, age] = [new LatencyHistogram(), new LatencyHistogram()];
  for (const { players } of windows) {
    latency.merge(players.inputToState.export());
    age.merge(players.stateAge.export());
  }
  const sum = (of: (report: FleetReport) => number): number =>
    windows.reduce((total, { players }) => total + of(players), 0);
  return {
    latencyMs: percentiles(latency),
    ageMs: percentiles(age),
    delivered: sum((report) => report.delivered),
    expected: sum((report) => report.expected),
    dropped: Math.max(...windows.map(({ players }) => players.status.closed)),
    hostCpuPercent: median(windows.map((window) => window.hostCpuPercent)),
  };
}

function percentiles(histogram: LatencyHistogram): { readonly p50: number; readonly p99: number } {
  return { p50: rounded(histogram.percentileMs(50)), p99: rounded(histogram.percentileMs(99)) };
}

/** The two windows of each pair, whichever came first. */
function pairsOf(windows: readonly Window[]): readonly P99Pair[] {
  const pairs: P99Pair[] = [];
  for (let at = 0; at + 1 < windows.length; at += 2) {
    const pair = windows.slice(at, at + 2);
    const p99 = (isAsked: boolean): number =>
      pair.find((one) => one.isAsked === isAsked)?.players.inputToState.percentileMs(99) ?? 0;
    pairs.push({ quietMs: rounded(p99(false)), askedMs: rounded(p99(true)) });
  }
  return pairs;
}

function resultText(results: {
  readonly quiet: Side;
  readonly asked: Side;
  readonly p99Pairs: readonly P99Pair[];
  readonly verdict: OpsVerdict;
  readonly requests: {
    readonly perSecond: number;
    readonly p99Ms: number;
    readonly refused: number;
  };
}): string {
  const rows = [
    ['quiet', results.quiet],
    ['asked', results.asked],
  ] as const;
  const table = textTable(
    ['players', 'p50 ms', 'p99 ms', 'age p99', 'delivered', 'expected', 'dropped', 'host CPU %'],
    rows.map(([name, side]) => [
      name,
      side.latencyMs.p50,
      side.latencyMs.p99,
      side.ageMs.p99,
      side.delivered,
      side.expected,
      side.dropped,
      side.hostCpuPercent,
    ]),
  );
  const { perSecond, p99Ms, refused } = results.requests;
  const asked = `${perSecond} answers a second, p99 ${p99Ms} ms, ${refused} refused`;
  const pairs = results.p99Pairs.map(({ quietMs, askedMs }) => `${quietMs} -> ${askedMs}`);
  const spread = `players' p99 quiet -> asked, pair by pair: ${pairs.join(', ')} ms`;
  return `${table}\n\n${asked}; ${spread}\n${verdictText(results.verdict)}`;
}

function cpuOf({ pid }: Target): number {
  const { userMicros, systemMicros } = readProcess(pid);
  return userMicros + systemMicros;
}
