/** One peer's runs as one row of the table: medians over the runs, so that one bad moment decides nothing; counts added. Pure. */

import { beyondTickMs } from './peers-knee.ts';
import type { Knee } from './peers-knee.ts';
import type { PeerRow } from './peers-report.ts';
import type { PeerLoad, PeerRun } from './peers-run.ts';
import { median, rounded } from '../text-table.ts';

export function rowOf(
  load: Pick<PeerLoad, 'players' | 'rateHz'>,
  runs: readonly PeerRun[],
  { knee, version }: { readonly knee: Knee | undefined; readonly version: string },
): PeerRow {
  const [first] = runs;
  if (first === undefined) throw new Error('Cannot make a row: no run');
  const medianOf = (figure: (run: PeerRun) => number, digits = 2): number =>
    rounded(median(runs.map(figure)), digits);
  const total = (count: (run: PeerRun) => number): number =>
    runs.reduce((sum, run) => sum + count(run), 0);
  const ageP99Ms = medianOf((run) => run.report.stateAge.percentileMs(99));
  return {
    peer: first.peer,
    version,
    players: load.players,
    rateHz: load.rateHz,
    cpuMicrosPerMessage: medianOf((run) => run.cpuMicrosPerMessage),
    proxyMicrosPerMessage:
      first.proxyMicrosPerMessage === null
        ? null
        : medianOf((run) => run.proxyMicrosPerMessage ?? Number.NaN),
    cpuMicrosEach: runs.map((run) => rounded(run.cpuMicrosPerMessage)),
    kibPerPlayer: medianOf((run) => run.kibPerPlayer),
    rssMib: medianOf((run) => run.rssMib, 0),
    cpuMicrosPerConnect: medianOf((run) => run.cpuMicrosPerConnect, 0),
    p50Ms: medianOf((run) => run.report.inputToState.percentileMs(50)),
    p99Ms: medianOf((run) => run.report.inputToState.percentileMs(99)),
    ageMs: { p50: medianOf((run) => run.report.stateAge.percentileMs(50)), p99: ageP99Ms },
    beyondTickP99Ms: rounded(beyondTickMs(ageP99Ms, load.rateHz)),
    sendLagP99Ms: medianOf((run) => run.report.sendLag.percentileMs(99)),
    serverCpuPercent: medianOf((run) => run.serverCpuPercent, 0),
    loadCpuPercent: medianOf((run) => run.loadCpuPercent, 0),
    otherCpuPercent: medianOf((run) => run.otherCpuPercent, 0),
    delivered: total((run) => run.report.delivered),
    expected: total((run) => run.report.expected),
    closed: total((run) => run.report.status.closed),
    errors: total((run) => Object.values(run.report.status.errors).reduce((sum, n) => sum + n, 0)),
    kneePerSecond: knee?.perSecond ?? null,
    knee: knee ?? null,
  };
}
