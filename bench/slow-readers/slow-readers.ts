/**
 * The `slow-readers` bench: what players who stop reading cost those who play on. The bench's parent process.
 * One run, one host, one set of neighbors, measured twice: alone, and while others stall, are held to the cap, and closed.
 *
 *   neighbors play -> measured "before"
 *     -> others log in, queue for `mist`, stop reading; volatile states fill what their kernels hold (loopback: 4 MiB each)
 *     -> they leave for `flood`, whose states the host must keep -> measured "during", until all are closed -> rest
 */

import { fileURLToPath } from 'node:url';

import { every, sleep } from '../../src/shared/clock.ts';
import type { Timer } from '../../src/shared/clock.ts';
import type { FleetReport } from '../load/fleet-report.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import { readProcess } from '../servers/process-meter.ts';
import { Progress } from '../progress.ts';
import { StalledPlayers } from './stalled-players.ts';
import type { OutputCounts } from './stalled-players.ts';
import { startPlaying } from '../load/start-playing.ts';
import { startTarget } from '../servers/targets.ts';
import type { Target } from '../servers/targets.ts';
import { rounded, textTable } from '../text-table.ts';

export interface SlowReadersOptions {
  /** Players who go on playing, in matches of 16. */
  readonly players: number;
  readonly stalled: number;
  readonly rateHz: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly connectsPerSecond: number;
  /** What each stalled player is sent ten times a second, and the host has to keep. */
  readonly floodBytes: number;
}

const FIREHOSE = fileURLToPath(new URL('../../test/support/handlers/firehose.ts', import.meta.url));
const FLOOD_HZ = 10;
/** A second's worth stays below the cap, so that a gateway that is late does not close anyone yet. */
const MIST_BYTES = 20_000;
const MIST_HZ = 10;
export const FLOOD_MATCH_PLAYERS = 20;
const LIMIT_MS = 60_000;
/** After the last one was closed, for what is left to be collected. */
const REST_MS = 5_000;
const RSS_INTERVAL_MS = 50;

export async function slowReadersBench(
  options: SlowReadersOptions,
): Promise<Record<string, unknown>> {
  const target = await startTarget('host', options.rateHz, configOf(options));
  const fleet = new LoadFleet({ players: options.players, processes: 0, target });
  const stalled = new StalledPlayers({
    port: target.port,
    players: options.stalled,
    limitMs: LIMIT_MS,
  });
  try {
    return await measureBoth(options, { target, fleet, stalled, progress: new Progress() });
  } finally {
    stalled.close();
    await fleet.stop();
    await target.stop();
  }
}

interface Run {
  readonly target: Target;
  readonly fleet: LoadFleet;
  readonly stalled: StalledPlayers;
  readonly progress: Progress;
}

async function measureBoth(
  options: SlowReadersOptions,
  run: Run,
): Promise<Record<string, unknown>> {
  const { target, stalled, progress } = run;
  const { players, rateHz } = options;
  await startPlaying(run, options);
  const before = await measure('alone', options, run);

  await stalled.connect();
  const full = stalled.stallUntilFull('mist', () => readOutput(target), players * rateHz);
  await progress.step('stall', full, () => {
    return { share: stalled.stalled / options.stalled, text: `${stalled.stalled} stalled` };
  });
  const rss = new RssMeter(target.pid);
  stalled.command('queue flood');
  const during = await measure('beside stalled', options, run);
  const closed = await metric(target, CLOSED);
  await progress.timed('rest', sleep(REST_MS), REST_MS);
  const rssMiB = rss.stop();

  console.log(table([before, during]));
  const p99Ms = { before: p99Of(before), during: p99Of(during) };
  const summary =
    `${stalled.stalled} stalled, ${closed} closed as slow readers; neighbors' p99 ` +
    `${p99Ms.before} ms alone, ${p99Ms.during} ms beside them; ` +
    `RSS ${rssMiB.before} MiB before, ${rssMiB.peak} at most, ${rssMiB.after} after`;
  console.log(`\n${summary}`);
  return {
    players,
    rateHz,
    seconds: options.seconds,
    floodBytes: options.floodBytes,
    stalled: stalled.stalled,
    closed,
    p99Ms,
    p50Ms: { before: p50Of(before), during: p50Of(during) },
    delivered: { before: before.delivered, during: during.delivered },
    expected: { before: before.expected, during: during.expected },
    neighborsClosed: during.status.closed,
    errors: during.status.errors,
    rssMiB,
  };
}

function measure(label: string, options: SlowReadersOptions, run: Run): Promise<FleetReport> {
  const { seconds, rateHz } = options;
  const measuring = run.fleet.measure({
    seconds,
    rateHz,
    onStart: () => {},
    onEnd: () => {},
  });
  return run.progress.timed(`measure ${label}`, measuring, seconds * 1000);
}

/** Resident memory of a process: at the start, at its highest, at the end. */
class RssMeter {
  readonly #pid: number;
  readonly #beforeMiB: number;
  #peakMiB: number;
  readonly #timer: Timer;

  constructor(pid: number) {
    this.#pid = pid;
    this.#beforeMiB = this.#read();
    this.#peakMiB = this.#beforeMiB;
    this.#timer = every(() => {
      this.#peakMiB = Math.max(this.#peakMiB, this.#read());
    }, RSS_INTERVAL_MS);
  }

  stop(): { readonly before: number; readonly peak: number; readonly after: number } {
    this.#timer.cancel();
    const after = rounded(this.#read(), 0);
    return { before: rounded(this.#beforeMiB, 0), peak: rounded(this.#peakMiB, 0), after };
  }

  #read(): number {
    return readProcess(this.#pid).rssKib / 1024;
  }
}

async function readOutput(target: Target): Promise<OutputCounts> {
  const delivered = await metric(target, 'longhouse_gateway_messages_out_total');
  const superseded = await metric(target, 'longhouse_gateway_superseded_total');
  return { delivered, superseded };
}

const CLOSED = 'longhouse_closed_connections_total{reason="slow-reader"}';

/** A metric of the host, summed over the labels that `name` leaves open; 0 where it is not there. */
async function metric({ opsPort }: Target, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

function configOf({ floodBytes }: SlowReadersOptions): string {
  return `
[modes.flood]
handler = ${JSON.stringify(FIREHOSE)}
teams = 1
teamSize = ${FLOOD_MATCH_PLAYERS}
tickHz = ${FLOOD_HZ}
settings = { bytes = ${floodBytes} }
[modes.mist]
handler = ${JSON.stringify(FIREHOSE)}
teams = 1
teamSize = ${FLOOD_MATCH_PLAYERS}
tickHz = ${MIST_HZ}
settings = { bytes = ${MIST_BYTES}, volatile = true }
`;
}

function table(reports: readonly FleetReport[]): string {
  const headings = ['neighbors', 'p50 ms', 'p99 ms', 'max ms', 'delivered', 'expected', 'closed'];
  const rows = reports.map((report, index) => [
    index === 0 ? 'alone' : 'beside stalled',
    p50Of(report),
    p99Of(report),
    rounded(report.inputToState.maxMs),
    report.delivered,
    report.expected,
    report.status.closed,
  ]);
  return textTable(headings, rows);
}

function p50Of(report: FleetReport): number {
  return rounded(report.inputToState.percentileMs(50));
}

function p99Of(report: FleetReport): number {
  return rounded(report.inputToState.percentileMs(99));
}
