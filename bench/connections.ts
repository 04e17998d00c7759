/**
 * The `connections` bench: what a connected, logged-in player in a lobby costs in memory, and how fast they can come.
 * The bench's parent process. Memory is the server process's RSS from outside, all players there minus nobody there.
 */

import { sleep } from '../src/shared/clock.ts';
import { LoadFleet } from './load-fleet.ts';
import { readProcess } from './process-meter.ts';
import { Progress } from './progress.ts';
import { startTarget } from './targets.ts';
import type { TargetKind } from './targets.ts';
import { rounded, textTable } from './text-table.ts';

export interface ConnectionsOptions {
  readonly players: number;
  readonly connectsPerSecond: number;
  /** How long all stay connected before memory and losses are read. */
  readonly holdSeconds: number;
  readonly kinds: readonly TargetKind[];
  readonly processes: number;
}

interface ConnectionsRun {
  readonly kind: TargetKind;
  readonly players: number;
  readonly kibPerPlayer: number;
  readonly connectsPerSecond: number;
  readonly emptyMib: number;
  readonly fullMib: number;
  readonly cpuMicrosPerConnect: number;
  readonly closed: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** An empty server is read once its start-up garbage has had time to go. */
const EMPTY_SETTLE_MS = 2000;
const CONNECT_SPARE_MS = 30_000;

export async function connectionsBench(
  options: ConnectionsOptions,
): Promise<Record<string, unknown>> {
  const progress = new Progress();
  const runs: ConnectionsRun[] = [];
  for (const kind of options.kinds) runs.push(await runOnce(options, kind, progress));
  const headings = ['server', 'players', 'KiB/player', 'connects/s', 'us/connect'];
  const memory = ['empty MiB', 'full MiB', 'closed', 'errors'];
  const rows = runs.map((run) => [
    run.kind,
    run.players,
    run.kibPerPlayer,
    run.connectsPerSecond,
    run.cpuMicrosPerConnect,
    run.emptyMib,
    run.fullMib,
    run.closed,
    JSON.stringify(run.errors),
  ]);
  console.log(textTable([...headings, ...memory], rows));
  const [first, ...others] = runs;
  return { ...first, ...Object.fromEntries(others.map((run) => [run.kind, run])) };
}

async function runOnce(
  options: ConnectionsOptions,
  kind: TargetKind,
  progress: Progress,
): Promise<ConnectionsRun> {
  const { players } = options;
  const target = await startTarget(kind, 1);
  const fleet = new LoadFleet({ players, processes: options.processes, target });
  try {
    await fleet.ready();
    await sleep(EMPTY_SETTLE_MS);
    const empty = readProcess(target.pid);
    const limitMs = (players / options.connectsPerSecond) * 2000 + CONNECT_SPARE_MS;
    const connecting = fleet.connect(options.connectsPerSecond, limitMs);
    const seconds = await progress.step(`${kind}: connect`, connecting, () => {
      const { inLobby } = fleet.status();
      return { share: inLobby / players, text: `${inLobby} of ${players} in lobbies` };
    });
    const connected = readProcess(target.pid);
    const holdMs = options.holdSeconds * 1000;
    await progress.timed(`${kind}: hold`, sleep(holdMs), holdMs);
    const full = readProcess(target.pid);
    const { closed, inLobby, errors } = fleet.status();
    const cpuMicros =
      connected.userMicros + connected.systemMicros - empty.userMicros - empty.systemMicros;
    return {
      kind,
      players: inLobby - closed,
      kibPerPlayer: rounded((full.rssKib - empty.rssKib) / players),
      connectsPerSecond: rounded(inLobby / seconds, 0),
      cpuMicrosPerConnect: rounded(cpuMicros / players, 0),
      emptyMib: rounded(empty.rssKib / 1024, 0),
      fullMib: rounded(full.rssKib / 1024, 0),
      closed,
      errors,
    };
  } finally {
    await fleet.stop();
    await target.stop();
  }
}
