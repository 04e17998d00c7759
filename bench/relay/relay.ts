/**
 * The `relay` bench: what one delivered state costs this host, beside a bare node:net relay doing the same work in turn.
 * The bench's parent process. Each run is a fresh server and fresh load clients; host and bare relay alternate, so that a
 * machine that slows down or speeds up does so for both.
 *
 *   start -> connect, lobby -> all queue at once -> first states -> inputs, warm-up -> measured window -> stop
 */

import { sleep } from '../../src/shared/clock.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import { readMachineBusyMicros, readProcess } from '../servers/process-meter.ts';
import type { ProcessReading } from '../servers/process-meter.ts';
import { Progress } from '../progress.ts';
import { resultsOf, runsTables, summary } from './relay-report.ts';
import type { RelayOptions, RelayRun } from './relay-report.ts';
import { startTarget } from '../servers/targets.ts';
import type { Target, TargetKind } from '../servers/targets.ts';

const QUEUE_LIMIT_MS = 60_000;
const CONNECT_SPARE_MS = 30_000;

export async function relayBench(options: RelayOptions): Promise<Record<string, unknown>> {
  const progress = new Progress();
  const runs: RelayRun[] = [];
  for (let number = 1; number <= options.runs; number += 1) {
    for (const kind of options.kinds) {
      runs.push(await runOnce(options, kind, { progress, label: `${kind} ${number}` }));
    }
  }
  console.log(runsTables(runs));
  const results = resultsOf(options, runs);
  console.log(`\n${summary(results)}`);
  return { ...results };
}

async function runOnce(
  options: RelayOptions,
  kind: TargetKind,
  { progress, label }: { readonly progress: Progress; readonly label: string },
): Promise<RelayRun> {
  const { players, rateHz, warmupSeconds } = options;
  const target = await startTarget(kind, rateHz);
  const fleet = new LoadFleet({ players, processes: options.processes, target });
  try {
    await fleet.ready();
    const limitMs = (players / options.connectsPerSecond) * 2000 + CONNECT_SPARE_MS;
    const connecting = fleet.connect(options.connectsPerSecond, limitMs);
    await progress.step(`${label}: connect`, connecting, () => {
      const { inLobby } = fleet.status();
      return { share: inLobby / players, text: `${inLobby} of ${players}` };
    });
    await progress.step(`${label}: queue`, fleet.queue(QUEUE_LIMIT_MS), () => {
      const { inMatch } = fleet.status();
      return { share: inMatch / players, text: `${inMatch} of ${players} in matches` };
    });
    fleet.play(rateHz);
    await progress.timed(`${label}: warm up`, sleep(warmupSeconds * 1000), warmupSeconds * 1000);
    return await measure(options, { progress, label, target, fleet });
  } finally {
    await fleet.stop();
    await target.stop();
  }
}

async function measure(
  { seconds, rateHz }: RelayOptions,
  run: {
    readonly progress: Progress;
    readonly label: string;
    readonly target: Target;
    readonly fleet: LoadFleet;
  },
): Promise<RelayRun> {
  const { target, fleet } = run;
  let before: ProcessReading = readProcess(target.pid);
  let after: ProcessReading = before;
  let busyMicros = 0;
  const measuring = fleet.measure({
    seconds,
    rateHz,
    onStart: () => {
      before = readProcess(target.pid);
      busyMicros = -readMachineBusyMicros();
    },
    onEnd: () => {
      after = readProcess(target.pid);
      busyMicros += readMachineBusyMicros();
    },
  });
  const report = await run.progress.timed(`${run.label}: measure`, measuring, seconds * 1000);
  const systemMicros = after.systemMicros - before.systemMicros;
  const cpuMicros = after.userMicros - before.userMicros + systemMicros;
  return {
    kind: target.kind,
    cpuMicrosPerMessage: cpuMicros / report.arrived,
    systemMicrosPerMessage: systemMicros / report.arrived,
    serverCpuPercent: cpuMicros / seconds / 10_000,
    loadCpuPercent: report.cpuMicros / seconds / 10_000,
    otherCpuPercent: Math.max(0, (busyMicros - cpuMicros - report.cpuMicros) / seconds / 10_000),
    rssMib: after.rssKib / 1024,
    report,
  };
}
