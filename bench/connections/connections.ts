/**
 * The `connections` bench: what a connected, logged-in player in a lobby costs in memory, and how fast they can come.
 * The bench's parent process. Memory is the server process's RSS from outside, all players there minus nobody there: once
 * soon after the last login, garbage of the logins and all, and if asked once more when that has been collected.
 */

import { env } from 'node:process';
import { sleep } from '../../src/shared/clock.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import { readProcess, type ProcessReading } from '../servers/process-meter.ts';
import { Progress, type ProgressState } from '../progress.ts';
import { startTarget } from '../servers/targets.ts';
import type { Target, TargetKind } from '../servers/targets.ts';
import { rounded, textTable } from '../text-table.ts';

export interface ConnectionsOptions {
  readonly players: number;
  readonly connectsPerSecond: number;
  /** How long all stay connected before memory and losses are read. */
  readonly holdSeconds: number;
  /** Read once more without garbage, before and after. */
  readonly rest: boolean;
  readonly kinds: readonly TargetKind[];
  readonly processes: number;
}

interface ConnectionsRun {
  readonly kind: TargetKind;
  readonly players: number;
  readonly kibPerPlayer: number;
  /** Both with nobody and with all there, the garbage has been collected; 0 where that was not asked for. */
  readonly kibPerPlayerAtRest: number;
  readonly connectsPerSecond: number;
  readonly emptyMib: number;
  readonly fullMib: number;
  readonly emptyAtRestMib: number;
  readonly fullAtRestMib: number;
  readonly cpuMicrosPerConnect: number;
  readonly closed: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** An empty server is read once its start-up garbage has had time to go. */
const EMPTY_SETTLE_MS = 2000;
const CONNECT_SPARE_MS = 30_000;
/** The second time for what the first has freed, and for pages to be given back. */
const REST_ROUNDS = 2;
const REST_ROUND_MS = 4_000;
const NO_REST = Promise.resolve(0);

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
  if (options.rest) console.log(restTable(runs));
  const [first, ...others] = runs;
  return { ...first, ...Object.fromEntries(others.map((run) => [run.kind, run])) };
}

/** After a full collection, so without V8's garbage. */
function restTable(runs: readonly ConnectionsRun[]): string {
  const headings = ['server, at rest', 'KiB/player', 'empty MiB', 'full MiB'];
  const rows = runs.map((run) => [
    run.kind,
    run.kibPerPlayerAtRest,
    run.emptyAtRestMib,
    run.fullAtRestMib,
  ]);
  return `\n${textTable(headings, rows)}`;
}

async function runOnce(
  options: ConnectionsOptions,
  kind: TargetKind,
  progress: Progress,
): Promise<ConnectionsRun> {
  const { players } = options;
  const target = await startMeasured(kind, options.rest);
  const fleet = new LoadFleet({ players, processes: options.processes, target });
  try {
    await fleet.ready();
    await sleep(EMPTY_SETTLE_MS);
    const empty = readProcess(target.pid);
    const rest = (text: string): Promise<number> =>
      options.rest ? progress.step(`${kind}: rest, ${text}`, restKib(target.pid), waits) : NO_REST;
    const emptyAtRestKib = await rest('empty');
    const beginning = readProcess(target.pid);
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
    const fullAtRestKib = await rest('full');
    const { closed, inLobby, errors } = fleet.status();
    const cpuMicros = cpuOf(connected) - cpuOf(beginning);
    return {
      kind,
      players: inLobby - closed,
      kibPerPlayer: rounded((full.rssKib - empty.rssKib) / players),
      kibPerPlayerAtRest: rounded((fullAtRestKib - emptyAtRestKib) / players),
      connectsPerSecond: rounded(inLobby / seconds, 0),
      cpuMicrosPerConnect: rounded(cpuMicros / players, 0),
      emptyMib: rounded(empty.rssKib / 1024, 0),
      fullMib: rounded(full.rssKib / 1024, 0),
      emptyAtRestMib: rounded(emptyAtRestKib / 1024, 0),
      fullAtRestMib: rounded(fullAtRestKib / 1024, 0),
      closed,
      errors,
    };
  } finally {
    await fleet.stop();
    await target.stop();
  }
}

/** Resident memory without garbage. */
async function restKib(pid: number): Promise<number> {
  for (let round = 0; round < REST_ROUNDS; round += 1) {
    process.kill(pid, 'SIGUSR2');
    await sleep(REST_ROUND_MS);
  }
  return readProcess(pid).rssKib;
}

/** A server whose garbage can be collected by a signal, if that is wanted. */
async function startMeasured(kind: TargetKind, isCollected: boolean): Promise<Target> {
  const before = env['NODE_OPTIONS'];
  const collector = new URL('collect-on-signal.ts', import.meta.url).href;
  if (isCollected) env['NODE_OPTIONS'] = `${before ?? ''} --import ${collector}`;
  try {
    return await startTarget(kind, 1);
  } finally {
    if (before === undefined) delete env['NODE_OPTIONS'];
    else env['NODE_OPTIONS'] = before;
  }
}

function cpuOf({ userMicros, systemMicros }: ProcessReading): number {
  return userMicros + systemMicros;
}

function waits(): ProgressState {
  return { share: 0, text: 'while it collects garbage' };
}
