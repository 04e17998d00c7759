/**
 * The `capacity` bench: this machine's knee, what a player costs here, and what that makes of 18,000 to 1,000,000 players.
 * The bench's parent process.
 *
 *   relay at rising rates until states come late or not at all -> many players, slowly: memory, log-ins
 *     -> two linked hosts: a proxied message -> an idle network -> arithmetic
 */

import { messageOf } from '../../src/shared/errors.ts';
import { bridgeTrafficBench } from '../bridge-traffic/bridge-traffic.ts';
import { hopBench } from '../hop/hop.ts';
import { brokenStep, stepOf } from '../peer-runs/knee-step.ts';
import { kneeOf, nextRateHz } from '../peer-runs/peers-knee.ts';
import type { Knee, KneeStep } from '../peer-runs/peers-knee.ts';
import { runPeer } from '../peer-runs/peers-run.ts';
import type { PeerLoad, PeerRun, RunDisplay } from '../peer-runs/peers-run.ts';
import { Progress } from '../progress.ts';
import { rounded } from '../text-table.ts';
import { capacityText, kneeText } from './capacity-report.ts';
import { capacityOf, capacityRows, figureRows, POPULATIONS } from './capacity-sums.ts';
import type { CapacityAssumed, CapacityMeasured } from './capacity-sums.ts';

export interface CapacityOptions {
  readonly assumed: CapacityAssumed;
  readonly players: number;
  readonly connectsPerSecond: number;
  readonly rateHzMax: number;
  readonly size: CapacitySize;
}

/** How long it all takes. */
export interface CapacitySize {
  readonly kneeStepsMax: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Players whose memory and log-ins are measured: a heap's first growth weighs little on many. */
  readonly crowdPlayers: number;
  readonly hop: { readonly players: number; readonly seconds: number; readonly runs: number };
  readonly idle: { readonly hosts: number; readonly players: number; readonly seconds: number };
}

interface Step {
  readonly knee: KneeStep;
  /** Undefined where it broke off. */
  readonly run: PeerRun | undefined;
}

/** About two minutes. */
export const QUICK_SIZE: CapacitySize = {
  kneeStepsMax: 5,
  seconds: 3,
  warmupSeconds: 2,
  crowdPlayers: 4_800,
  hop: { players: 320, seconds: 4, runs: 1 },
  idle: { hosts: 2, players: 200, seconds: 8 },
};
/** About five minutes. */
export const FULL_SIZE: CapacitySize = {
  kneeStepsMax: 7,
  seconds: 8,
  warmupSeconds: 3,
  crowdPlayers: 18_000,
  hop: { players: 800, seconds: 6, runs: 2 },
  idle: { hosts: 3, players: 1_000, seconds: 12 },
};
/** Where the search begins: far below any knee, high enough for CPU time to be read. */
const FIRST_RATE_HZ = 2;
const CROWD_RATE_HZ = 1;
const SETTLE_MS = 1_000;
const HOP_RATE_HZ = 10;
const IDLE_SETTLE_SECONDS = 3;
const KIB = 1_024;
const PARTS = 5;

export async function capacityBench(options: CapacityOptions): Promise<Record<string, unknown>> {
  const { players, assumed } = options;
  const progress = new Progress();
  part(1, `the knee: ${players.toLocaleString('en-US')} players at rising rates`);
  const steps = await findSteps(options, progress);
  const knee = kneeOf(steps.map((step) => step.knee));
  console.log(kneeText(knee, players));
  const play = ofPlay(steps, knee, players);
  const { crowdPlayers } = options.size;
  part(2, `memory and log-ins of ${crowdPlayers.toLocaleString('en-US')} players`);
  const crowd = await ofCrowd(options, progress);
  console.log(`${crowd.kibPerPlayer} KiB a player, ${crowd.cpuMicrosPerConnect} us a log-in`);
  part(3, 'a message to a player whose match runs on another host');
  const proxied = await proxiedCpuRatio(options);
  part(4, 'links of hosts whose players are idle');
  const linkBytesPerSecond = await idleLinkBytes(options);
  const measured = { ...play, ...crowd, proxiedCpuRatio: proxied, linkBytesPerSecond };
  const all = POPULATIONS.map((population) => capacityOf(population, measured, assumed));
  const figures = figureRows(measured, assumed);
  const rows = capacityRows(all);
  part(5, 'what it would take');
  console.log(capacityText({ figures, rows, all, rateHz: assumed.rateHz }));
  return {
    measured,
    assumed,
    measuredAtPlayers: players,
    knee,
    populations: POPULATIONS,
    figures,
    rows,
  };
}

/** Says what the lines below are about. */
function part(number: number, what: string): void {
  console.log(`\n== ${number} of ${PARTS}: ${what} ==\n`);
}

async function findSteps(options: CapacityOptions, progress: Progress): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let rateHz: number | undefined = FIRST_RATE_HZ;
  while (rateHz !== undefined && steps.length < options.size.kneeStepsMax) {
    const label = `${options.players} at ${rateHz} Hz`;
    steps.push(await tryStep(loadOf(options, rateHz), { progress, label }));
    rateHz = nextRateHz(
      steps.map(({ knee }) => knee),
      options.rateHzMax,
    );
  }
  return steps;
}

/** A host that collapses at a rate is an answer. */
async function tryStep(load: PeerLoad, show: RunDisplay): Promise<Step> {
  try {
    const run = await runPeer('longhouse', load, show);
    return { knee: stepOf(load.rateHz, run), run };
  } catch (error) {
    const why = messageOf(error);
    console.error(`${show.label}: ${why}`);
    return { knee: brokenStep(load.rateHz, why), run: undefined };
  }
}

function loadOf({ players, connectsPerSecond, size }: CapacityOptions, rateHz: number): PeerLoad {
  const { seconds, warmupSeconds } = size;
  const settleMs = SETTLE_MS;
  return { players, connectsPerSecond, processes: 0, rateHz, seconds, warmupSeconds, settleMs };
}

function ofPlay(
  steps: readonly Step[],
  knee: Knee,
  players: number,
): Pick<CapacityMeasured, 'cpuMicrosPerMessage' | 'kneePerSecond' | 'kneeHostCpuPercent'> {
  const passed = steps.flatMap(({ knee: { isPassed, rateHz }, run }) =>
    isPassed && run !== undefined ? [{ rateHz, run }] : [],
  );
  const best = passed.find(({ rateHz }) => rateHz === knee.rateHz)?.run;
  if (best === undefined || knee.perSecond === null || knee.rateHz === null) {
    const tried = steps.map((step) => `${step.knee.rateHz} Hz`).join(', ');
    throw new Error(
      `Cannot find the knee: ${players} players were too many at ${tried}; try fewer with --players`,
    );
  }
  const halfHz = knee.rateHz / 2;
  // The busier the threads, the more they find at each wake-up: a message is cheapest at the knee, and nobody runs there.
  const busy = passed.filter(({ rateHz }) => rateHz >= halfHz);
  return {
    cpuMicrosPerMessage: rounded(Math.max(...busy.map(({ run }) => run.cpuMicrosPerMessage))),
    kneePerSecond: knee.perSecond,
    kneeHostCpuPercent: rounded(best.serverCpuPercent, 0),
  };
}

async function ofCrowd(
  options: CapacityOptions,
  progress: Progress,
): Promise<
  Pick<CapacityMeasured, 'crowdPlayers' | 'emptyMib' | 'kibPerPlayer' | 'cpuMicrosPerConnect'>
> {
  const { crowdPlayers, run } = await crowdRun(options, progress);
  return {
    crowdPlayers,
    emptyMib: rounded(run.emptyMib, 0),
    kibPerPlayer: rounded(((run.rssMib - run.emptyMib) * KIB) / crowdPlayers),
    cpuMicrosPerConnect: rounded(run.cpuMicrosPerConnect, 0),
  };
}

/** As many as the size says, and where this machine cannot carry them, the players of the search: it has carried those. */
async function crowdRun(
  options: CapacityOptions,
  progress: Progress,
): Promise<{ readonly crowdPlayers: number; readonly run: PeerRun }> {
  const runOf = async (players: number): Promise<{ crowdPlayers: number; run: PeerRun }> => {
    const load = { ...loadOf(options, CROWD_RATE_HZ), players };
    const label = `${players} at ${CROWD_RATE_HZ} Hz`;
    return { crowdPlayers: players, run: await runPeer('longhouse', load, { progress, label }) };
  };
  try {
    return await runOf(options.size.crowdPlayers);
  } catch (error) {
    console.log(`with ${options.players} instead: ${messageOf(error)}`);
    return await runOf(options.players);
  }
}

async function proxiedCpuRatio(options: CapacityOptions): Promise<number> {
  const { hop, warmupSeconds } = options.size;
  const { connectsPerSecond } = options;
  const results = await hopBench({ ...hop, rateHz: HOP_RATE_HZ, warmupSeconds, connectsPerSecond });
  const ratio = results['cpuRatio'];
  if (typeof ratio !== 'number') throw new Error('Cannot measure the hop: it has no "cpuRatio"');
  return ratio;
}

async function idleLinkBytes({ size, connectsPerSecond }: CapacityOptions): Promise<number> {
  const { bytesPerSecond } = await bridgeTrafficBench({
    ...size.idle,
    connectsPerSecond,
    processes: 1,
    settleSeconds: IDLE_SETTLE_SECONDS,
  });
  return bytesPerSecond.bothWaysMax;
}
