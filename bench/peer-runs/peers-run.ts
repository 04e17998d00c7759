/**
 * One run of one peer: a fresh server, fresh load clients, memory and CPU of the server's processes. The bench's parent process.
 *
 *   start -> empty memory -> connect, log in -> memory -> all queue -> first states -> inputs, warm-up -> window -> stop
 */

import { sleep } from '../../src/shared/clock.ts';
import type { FleetReport } from '../load/fleet-report.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import { startPeer } from './peer-targets.ts';
import type { PeerName, PeerTarget } from './peer-targets.ts';
import { readMachineBusyMicros, readProcess } from '../servers/process-meter.ts';
import type { Progress } from '../progress.ts';

export interface PeerLoad {
  readonly players: number;
  readonly rateHz: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly connectsPerSecond: number;
  /** Load client processes, 0 for as many as the players need. */
  readonly processes: number;
  /** How long a server rests before its memory is read, empty and full. */
  readonly settleMs: number;
}

export interface PeerRun {
  readonly peer: PeerName;
  readonly cpuMicrosPerMessage: number;
  /** Of that, the proxy's; null where there is none. */
  readonly proxyMicrosPerMessage: number | null;
  /** Resident memory with nobody there. */
  readonly emptyMib: number;
  /** Growth of resident memory from an empty server to all players logged in. */
  readonly kibPerPlayer: number;
  readonly cpuMicrosPerConnect: number;
  /** While all play. */
  readonly rssMib: number;
  readonly serverCpuPercent: number;
  readonly loadCpuPercent: number;
  /** What all else on the machine used or took away, in percent of one core. */
  readonly otherCpuPercent: number;
  readonly arrivedPerSecond: number;
  readonly report: FleetReport;
}

export interface RunDisplay {
  readonly progress: Progress;
  readonly label: string;
}

const QUEUE_LIMIT_MS = 60_000;
const CONNECT_SPARE_MS = 30_000;

export async function runPeer(peer: PeerName, load: PeerLoad, show: RunDisplay): Promise<PeerRun> {
  return await runTarget(await startPeer(peer, load.rateHz, load.players), load, show);
}

/** The same on a server that has been started already; stops it. */
export async function runTarget(
  target: PeerTarget,
  load: PeerLoad,
  { progress, label }: RunDisplay,
): Promise<PeerRun> {
  const { players, rateHz, warmupSeconds } = load;
  const fleet = new LoadFleet({ players, processes: load.processes, target });
  try {
    await fleet.ready();
    await sleep(load.settleMs);
    const empty = readAll(target.pids);
    const limitMs = (players / load.connectsPerSecond) * 2000 + CONNECT_SPARE_MS;
    const connecting = fleet.connect(load.connectsPerSecond, limitMs);
    await progress.step(`${label}: connect`, connecting, () => {
      const { inLobby } = fleet.status();
      return { share: inLobby / players, text: `${inLobby} of ${players}` };
    });
    await sleep(load.settleMs);
    const connected = readAll(target.pids);
    await progress.step(`${label}: queue`, fleet.queue(QUEUE_LIMIT_MS), () => {
      const { inMatch } = fleet.status();
      return { share: inMatch / players, text: `${inMatch} of ${players} in matches` };
    });
    fleet.play(rateHz);
    await progress.timed(`${label}: warm up`, sleep(warmupSeconds * 1000), warmupSeconds * 1000);
    const playing = await measure(load, target, { fleet, progress, label });
    return {
      peer: target.kind,
      ...playing,
      emptyMib: empty.rssKib / 1024,
      kibPerPlayer: (connected.rssKib - empty.rssKib) / players,
      cpuMicrosPerConnect: (connected.cpuMicros - empty.cpuMicros) / players,
    };
  } finally {
    await fleet.stop();
    await target.stop();
  }
}

async function measure(
  { seconds, rateHz }: PeerLoad,
  target: PeerTarget,
  run: { readonly fleet: LoadFleet; readonly progress: Progress; readonly label: string },
): Promise<Omit<PeerRun, 'peer' | 'emptyMib' | 'kibPerPlayer' | 'cpuMicrosPerConnect'>> {
  const proxyPids = target.proxyPid === undefined ? [] : [target.proxyPid];
  let before = readAll(target.pids);
  let after = before;
  let proxyMicros = 0;
  let busyMicros = 0;
  const measuring = run.fleet.measure({
    seconds,
    rateHz,
    onStart: () => {
      before = readAll(target.pids);
      proxyMicros = -readAll(proxyPids).cpuMicros;
      busyMicros = -readMachineBusyMicros();
    },
    onEnd: () => {
      after = readAll(target.pids);
      proxyMicros += readAll(proxyPids).cpuMicros;
      busyMicros += readMachineBusyMicros();
    },
  });
  const report = await run.progress.timed(`${run.label}: measure`, measuring, seconds * 1000);
  if (report.arrived === 0) throw new Error('Cannot measure: no state arrived in the window');
  const cpuMicros = after.cpuMicros - before.cpuMicros;
  const percentOf = (micros: number): number => micros / seconds / 10_000;
  return {
    cpuMicrosPerMessage: cpuMicros / report.arrived,
    proxyMicrosPerMessage: target.proxyPid === undefined ? null : proxyMicros / report.arrived,
    rssMib: after.rssKib / 1024,
    serverCpuPercent: percentOf(cpuMicros),
    loadCpuPercent: percentOf(report.cpuMicros),
    otherCpuPercent: Math.max(0, percentOf(busyMicros - cpuMicros - report.cpuMicros)),
    arrivedPerSecond: report.arrived / seconds,
    report,
  };
}

/** CPU time and memory of some processes together. */
function readAll(pids: readonly number[]): { readonly cpuMicros: number; readonly rssKib: number } {
  const readings = pids.map((pid) => readProcess(pid));
  return {
    cpuMicros: readings.reduce((sum, one) => sum + one.userMicros + one.systemMicros, 0),
    rssKib: readings.reduce((sum, one) => sum + one.rssKib, 0),
  };
}
