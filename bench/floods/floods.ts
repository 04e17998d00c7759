/**
 * The `floods` bench: what those who play notice while others connect without end. The bench's parent process.
 * One host, one set of players, measured alone and under each flood, with a rest after each for memory to come back.
 *
 *   players play -> measured alone -> flood from one address, measured -> rest -> flood from many addresses, measured -> rest
 *
 * The attacker has the same cores as the host and the players: what it takes is in the table, beside what the host spent.
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import { sleep } from '../../src/shared/clock.ts';
import { forkScript, stopChild } from '../servers/children.ts';
import type { FleetReport } from '../load/fleet-report.ts';
import type { FloodOrder, FloodReport } from './flood-messages.ts';
import { resultText, verdictOf, type FloodRow } from './floods-report.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import { linesBySecondMax } from './log-lines.ts';
import { readMachineBusyMicros, readProcess } from '../servers/process-meter.ts';
import { Progress } from '../progress.ts';
import { startPlaying } from '../load/start-playing.ts';
import { startTarget, type Target } from '../servers/targets.ts';
import { rounded } from '../text-table.ts';

export interface FloodsOptions {
  readonly players: number;
  readonly rateHz: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly connectsPerSecond: number;
  /** Connects a second from one address, and from `addresses` of them. */
  readonly oneRate: number;
  readonly manyRate: number;
  readonly addresses: number;
  readonly holdMs: number;
}

interface Attack {
  readonly name: string;
  readonly rate: number;
  readonly addresses: number;
}

/** The players' own addresses are trusted, as those of a proxy would be; the attacker's have the default limits. */
const CONFIG = '[limits]\nunlimitedAddresses = ["127.1.0.0/16"]\n';
const STOP_LIMIT_MS = 5_000;
/** The flood is at its rate before the window opens. */
const LEAD_SECONDS = 1;
/** After a flood: sockets closed, buffers collected. */
const REST_SECONDS = 12;
const ALONE: Attack = { name: 'alone', rate: 0, addresses: 0 };

interface Run {
  readonly options: FloodsOptions;
  readonly target: Target;
  readonly fleet: LoadFleet;
  readonly progress: Progress;
}

export async function floodsBench(options: FloodsOptions): Promise<Record<string, unknown>> {
  const target = await startTarget('host', options.rateHz, CONFIG);
  const fleet = new LoadFleet({ players: options.players, processes: 0, target });
  const run = { options, target, fleet, progress: new Progress() };
  try {
    await startPlaying(run, options);
    const rows = [await measure(run, ALONE)];
    for (const attack of attacksOf(options)) rows.push(await measure(run, attack));
    const verdict = verdictOf(rows);
    console.log(resultText(rows, verdict));
    return { ...options, rows, verdict };
  } finally {
    await fleet.stop();
    await target.stop();
  }
}

function attacksOf({ oneRate, manyRate, addresses }: FloodsOptions): readonly Attack[] {
  return [
    { name: 'one address', rate: oneRate, addresses: 1 },
    { name: `${addresses} addresses`, rate: manyRate, addresses },
  ];
}

async function measure(run: Run, attack: Attack): Promise<FloodRow> {
  const { options, target, fleet, progress } = run;
  const { seconds, rateHz } = options;
  const rssBeforeKib = readProcess(target.pid).rssKib;
  const logFrom = readFileSync(target.logPath, 'utf8').length;
  const countsBefore = await refusalsOf(target);
  const attacker = attack.rate > 0 ? await Attacker.start(options, target, attack) : undefined;
  await sleep(LEAD_SECONDS * 1000);
  let cpuMicros = 0;
  let busyMicros = 0;
  const measuring = fleet.measure({
    seconds,
    rateHz,
    onStart: () => {
      cpuMicros = -cpuOf(target);
      busyMicros = -readMachineBusyMicros();
    },
    onEnd: () => {
      cpuMicros += cpuOf(target);
      busyMicros += readMachineBusyMicros();
    },
  });
  const report = await progress.timed(`measure ${attack.name}`, measuring, seconds * 1000);
  const flood = await attacker?.stop();
  await progress.timed('rest', sleep(REST_SECONDS * 1000), REST_SECONDS * 1000);
  const log = readFileSync(target.logPath, 'utf8').slice(logFrom);
  const rssMib = { before: mib(rssBeforeKib), after: mib(readProcess(target.pid).rssKib) };
  const refusals = difference(countsBefore, await refusalsOf(target));
  return {
    name: attack.name,
    ...playersOf(report),
    flood: flood === undefined ? null : floodOf(flood, refusals),
    cpuPercent: {
      host: percent(cpuMicros, seconds),
      players: percent(report.cpuMicros, seconds),
      attacker: flood === undefined ? 0 : percent(flood.cpuMicros, flood.seconds),
      machine: percent(busyMicros, seconds),
    },
    logLinesPerSecondMax: linesBySecondMax(log),
    rssMib,
  };
}

class Attacker {
  readonly #child: ReturnType<typeof forkScript>;
  readonly #order: FloodOrder;

  constructor(child: ReturnType<typeof forkScript>, order: FloodOrder) {
    this.#child = child;
    this.#order = order;
    child.send(order);
  }

  static async start(options: FloodsOptions, target: Target, attack: Attack): Promise<Attacker> {
    const child = forkScript(new URL('flood-process.ts', import.meta.url), []);
    await once(child, 'message');
    return new Attacker(child, {
      kind: 'flood',
      port: target.port,
      connectsPerSecond: attack.rate,
      addresses: attack.addresses,
      holdMs: options.holdMs,
    });
  }

  async stop(): Promise<FloodReport> {
    const answer = once(this.#child, 'message');
    this.#child.send({ ...this.#order, kind: 'stop' });
    // Our own script's second message.
    const [report] = (await answer) as [FloodReport];
    await stopChild(this.#child, STOP_LIMIT_MS);
    return report;
  }
}

function playersOf(report: FleetReport): Pick<FloodRow, 'ageMs' | 'latencyMs' | 'players'> {
  const { stateAge, inputToState, status, delivered, expected } = report;
  return {
    ageMs: { p50: rounded(stateAge.percentileMs(50)), p99: rounded(stateAge.percentileMs(99)) },
    latencyMs: {
      p50: rounded(inputToState.percentileMs(50)),
      p99: rounded(inputToState.percentileMs(99)),
    },
    players: { dropped: status.closed, delivered, expected, errors: status.errors },
  };
}

function floodOf(
  flood: FloodReport,
  refusals: Readonly<Record<string, number>>,
): FloodRow['flood'] {
  const { begun, accepted, refused, failed, seconds } = flood;
  const perSecond = Math.round(begun / seconds);
  return { perSecond, begun, accepted, refused, failed, refusals };
}

/** Connections that the host refused or closed, by reason. */
async function refusalsOf({ opsPort }: Target): Promise<Record<string, number>> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  const samples = (await response.text()).matchAll(
    /^longhouse_closed_connections_total\{reason="([^"]+)"\} (\d+)$/gm,
  );
  return Object.fromEntries(
    Array.from(samples, ([, reason = '', count]) => [reason, Number(count)]),
  );
}

function difference(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  const rows = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)]);
  return Object.fromEntries(rows.filter(([, count]) => count !== 0));
}

function cpuOf({ pid }: Target): number {
  const { userMicros, systemMicros } = readProcess(pid);
  return userMicros + systemMicros;
}

function percent(micros: number, seconds: number): number {
  return rounded(micros / seconds / 10_000, 0);
}

function mib(kib: number): number {
  return rounded(kib / 1024, 1);
}
