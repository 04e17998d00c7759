/**
 * The `hop` bench: what it costs a player that his match runs on another host. The bench's parent process.
 * Two linked hosts, half of the players on each. Local and mixed matches alternate on the same hosts, so that a machine that
 * slows down does so for both.
 *
 *   answers, no load -> local: 16 of one host a match, CPU -> mixed: 8 + 8 a match, CPU, then answers beside them -> again
 */

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { ANSWER_MODE, HOP_HOSTS, MATCH_PREFIX, startHopNetwork } from './hop-network.ts';
import { hopResults, hopTables, type Answers, type HopLoad, type HopRun } from './hop-report.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import type { LoadModes } from '../load/load-messages.ts';
import { readMachineBusyMicros, readProcess } from '../servers/process-meter.ts';
import { Progress } from '../progress.ts';
import type { Target } from '../servers/targets.ts';
import { MATCH_PLAYERS } from '../load/wire.ts';

export interface HopOptions {
  /** A multiple of HOP_PLAYERS_STEP. */
  readonly players: number;
  readonly rateHz: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly runs: number;
  readonly connectsPerSecond: number;
}

/** Full matches of each host alone, and of both halves. */
export const HOP_PLAYERS_STEP: number = MATCH_PLAYERS * HOP_HOSTS;
const SEATS_EACH = MATCH_PLAYERS / HOP_HOSTS;
/** Inputs a second of each player of the match that answers at once: they wait for nobody, so few are enough. */
const ANSWER_HZ = 50;
const LIMIT_MS = 60_000;
const POLL_MS = 100;

type Kind = HopLoad['kind'];

interface Run {
  readonly options: HopOptions;
  readonly targets: readonly Target[];
  readonly progress: Progress;
}

export async function hopBench(options: HopOptions): Promise<Record<string, unknown>> {
  const matches = options.players / MATCH_PLAYERS;
  const network = await startHopNetwork({ matches, rateHz: options.rateHz });
  const run: Run = { options, targets: network.targets, progress: new Progress() };
  try {
    const runs: HopRun[] = [];
    for (let number = 1; number <= options.runs; number += 1) {
      const quiet = await answers(run, `${number}: answers, quiet`);
      const local = await load(run, 'local', String(number));
      const mixed = await load(run, 'mixed', String(number));
      runs.push({ quiet, local: local.load, mixed: mixed.load, loaded: mixed.answers ?? quiet });
    }
    console.log(hopTables(options, runs));
    return hopResults(options, runs);
  } finally {
    await network.stop();
  }
}

/** One load from connect to leave: its CPU time, and beside mixed matches the answers. */
async function load(
  run: Run,
  kind: Kind,
  label: string,
): Promise<{ readonly load: HopLoad; readonly answers: Answers | undefined }> {
  const { options, progress } = run;
  const { players, rateHz, warmupSeconds } = options;
  const fleets = fleetsOf(run, players / HOP_HOSTS);
  try {
    await connect(run, fleets, `${label}: connect`);
    await Promise.all(fleets.map((fleet, host) => fleet.queue(LIMIT_MS, modesOf(kind, host, run))));
    const proxied = sum(fleets.map((fleet) => fleet.status().proxied));
    if (proxied !== (kind === 'local' ? 0 : players / HOP_HOSTS)) {
      throw new Error(`Cannot measure ${kind} matches: ${proxied} of ${players} are proxied`);
    }
    for (const fleet of fleets) fleet.play(rateHz);
    await progress.timed(`${label}: warm up`, sleep(warmupSeconds * 1000), warmupSeconds * 1000);
    const measured = await measure(run, fleets, `${label}: ${kind}`);
    const beside =
      kind === 'local' ? undefined : await answers(run, `${label}: answers beside them`);
    return { load: { kind, proxied, ...measured }, answers: beside };
  } finally {
    await leave(run, fleets);
  }
}

async function measure(
  { options, targets, progress }: Run,
  fleets: readonly LoadFleet[],
  label: string,
): Promise<Omit<HopLoad, 'kind' | 'proxied'>> {
  const { seconds, rateHz } = options;
  let cpuMicros = 0;
  let busyMicros = 0;
  const reports = fleets.map((fleet, index) =>
    fleet.measure({
      seconds,
      rateHz,
      onStart: () => {
        if (index > 0) return;
        cpuMicros = -cpuOf(targets);
        busyMicros = -readMachineBusyMicros();
      },
      onEnd: () => {
        if (index > 0) return;
        cpuMicros += cpuOf(targets);
        busyMicros += readMachineBusyMicros();
      },
    }),
  );
  const done = await progress.timed(label, Promise.all(reports), seconds * 1000);
  return { cpuMicros, busyMicros, reports: done };
}

/** Sixteen players whose match answers at once: eight local to it, eight proxied, in the same seconds. */
async function answers(run: Run, label: string): Promise<Answers> {
  const { options, progress } = run;
  const fleets = fleetsOf(run, SEATS_EACH, options.players);
  try {
    await connect(run, fleets, label);
    const modes: LoadModes = { kind: 'one', mode: ANSWER_MODE };
    await Promise.all(fleets.map((fleet) => fleet.queue(LIMIT_MS, modes)));
    const proxied = fleets.map((fleet) => fleet.status().proxied);
    for (const fleet of fleets) fleet.play(ANSWER_HZ);
    await sleep(options.warmupSeconds * 1000);
    const { seconds } = options;
    const window = { seconds, rateHz: ANSWER_HZ, onStart: () => {}, onEnd: () => {} };
    const measuring = Promise.all(fleets.map((fleet) => fleet.measure(window)));
    const reports = await progress.timed(label, measuring, seconds * 1000);
    const there = reports[proxied.indexOf(SEATS_EACH)];
    const here = reports[proxied.indexOf(0)];
    if (here === undefined || there === undefined) {
      throw new Error(`Cannot compare answers: ${proxied.join(' and ')} players are proxied`);
    }
    return { local: here, proxied: there };
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
  }
}

function fleetsOf({ targets }: Run, players: number, firstPlayer = 0): readonly LoadFleet[] {
  return targets.map(
    (target, host) =>
      new LoadFleet({ players, processes: 1, target, firstPlayer: firstPlayer + host * players }),
  );
}

async function connect(
  { options, progress }: Run,
  fleets: readonly LoadFleet[],
  label: string,
): Promise<void> {
  await Promise.all(fleets.map((fleet) => fleet.ready()));
  const players = sum(fleets.map((fleet) => fleet.players));
  const perSecond = options.connectsPerSecond / fleets.length;
  const connecting = Promise.all(fleets.map((fleet) => fleet.connect(perSecond, LIMIT_MS)));
  await progress.step(label, connecting, () => {
    const inLobby = sum(fleets.map((fleet) => fleet.status().inLobby));
    return { share: inLobby / players, text: `${inLobby} of ${players}` };
  });
}

/** Which mode a player queues for: the first `n` of a host's players fill match 0, or half of it, and so on. */
function modesOf(kind: Kind, host: number, { options }: Run): LoadModes {
  const playersEach = kind === 'local' ? MATCH_PLAYERS : SEATS_EACH;
  const firstMatch = kind === 'local' ? 0 : (host * options.players) / HOP_HOSTS / playersEach;
  return { kind: 'each', prefix: MATCH_PREFIX, first: -firstMatch, playersEach };
}

/** Ends the load; resolves when no match runs any more, so that the next one starts on idle hosts. */
async function leave({ targets }: Run, fleets: readonly LoadFleet[]): Promise<void> {
  await Promise.all(fleets.map((fleet) => fleet.stop()));
  const deadlineMs = systemClock.nowMs() + LIMIT_MS;
  for (const target of targets) {
    while ((await matchesOn(target)) > 0) {
      if (!target.alive() || systemClock.nowMs() > deadlineMs) {
        throw new Error(`Cannot go on: matches without players still run; see ${target.logPath}`);
      }
      await sleep(POLL_MS);
    }
  }
}

async function matchesOn({ opsPort }: Target): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/v1/status`);
  // The host's own schema holds this shape.
  const { matches } = (await response.json()) as { readonly matches: { readonly host: number } };
  return matches.host;
}

function cpuOf(targets: readonly Target[]): number {
  return sum(
    targets.map(({ pid }) => {
      const { userMicros, systemMicros } = readProcess(pid);
      return userMicros + systemMicros;
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
