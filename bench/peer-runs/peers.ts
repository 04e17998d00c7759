/**
 * The `peers` bench: the relay workload on this host and on what a person would otherwise pick. The bench's parent process.
 * Runs alternate (all peers once, then all again), so that a machine that slows down does so for all of them; figures are
 * medians. The knee of each comes afterwards, on fresh servers at rising rates.
 */

import { messageOf } from '../../src/shared/errors.ts';
import { brokenStep, stepOf } from './knee-step.ts';
import { kneeOf, nextRateHz } from './peers-knee.ts';
import type { Knee, KneeStep } from './peers-knee.ts';
import { installPeers } from './peers-install.ts';
import { INSTALLED_PEERS, peerShortage, peerVersion } from './peer-targets.ts';
import type { PeerName } from './peer-targets.ts';
import { peersResults, peersText } from './peers-report.ts';
import type { PeerRow, SkippedPeer } from './peers-report.ts';
import { rowOf } from './peers-row.ts';
import { runPeer } from './peers-run.ts';
import type { PeerLoad, PeerRun } from './peers-run.ts';
import { Progress } from '../progress.ts';

/** A step of the search needs no memory, and less time: what it looks for is not subtle. */
const KNEE_SECONDS_MAX = 3;
const SETTLE_MS = 1000;

export interface PeersOptions extends Omit<PeerLoad, 'settleMs'> {
  readonly peers: readonly PeerName[];
  readonly runs: number;
  /** Steps of the search for each knee; 0 for none. */
  readonly kneeSteps: number;
  readonly rateHzMax: number;
}

export async function peersBench(options: PeersOptions): Promise<Record<string, unknown>> {
  if (options.peers.some((peer) => INSTALLED_PEERS.has(peer))) installPeers();
  const progress = new Progress();
  const skipped: SkippedPeer[] = [];
  const running = options.peers.filter((peer) => {
    const why = peerShortage(peer, options.players);
    if (why !== undefined) skipped.push({ peer, why });
    return why === undefined;
  });
  for (const { peer, why } of skipped) console.error(`${peer} is left out: ${why}`);
  const load = { ...options, settleMs: SETTLE_MS };
  const runs: PeerRun[] = [];
  for (let number = 1; number <= options.runs; number += 1) {
    for (const peer of running) {
      const label = `${peer} ${number}`;
      const run = await tryRun(peer, load, { progress, label });
      if (typeof run === 'string') skipped.push({ peer, why: `run ${number}: ${run}` });
      else runs.push(run);
    }
  }
  const rows: PeerRow[] = [];
  for (const peer of running) {
    const own = runs.filter((run) => run.peer === peer);
    if (own.length === 0) continue;
    const knee = options.kneeSteps > 0 ? await findKnee(options, own, progress) : undefined;
    rows.push(rowOf(options, own, { knee, version: peerVersion(peer) }));
  }
  const results = peersResults(options, rows, skipped);
  console.log(peersText(results));
  return { ...results };
}

/** A run's figures, or why there are none: one peer that collapses does not end the bench. */
async function tryRun(
  peer: PeerName,
  load: PeerLoad,
  show: { readonly progress: Progress; readonly label: string },
): Promise<PeerRun | string> {
  try {
    return await runPeer(peer, load, show);
  } catch (error) {
    const why = messageOf(error);
    console.error(`${show.label}: ${why}`);
    return why;
  }
}

async function findKnee(
  options: PeersOptions,
  runs: readonly PeerRun[],
  progress: Progress,
): Promise<Knee> {
  const [first] = runs;
  if (first === undefined) return kneeOf([]);
  const { peer } = first;
  const seconds = Math.min(options.seconds, KNEE_SECONDS_MAX);
  // The runs at the given rate are the first step; the best of them, as noise only ever makes them worse.
  const tried = runs.map((run) => stepOf(options.rateHz, run));
  const steps: KneeStep[] = [tried.find((step) => step.isPassed) ?? tried[0] ?? brokenStep(0, '')];
  for (let count = 0; count < options.kneeSteps; count += 1) {
    const rateHz = nextRateHz(steps, options.rateHzMax);
    if (rateHz === undefined) break;
    const label = `${peer} at ${rateHz} Hz`;
    const run = await tryRun(
      peer,
      { ...options, rateHz, seconds, settleMs: 0 },
      { progress, label },
    );
    steps.push(typeof run === 'string' ? brokenStep(rateHz, run) : stepOf(rateHz, run));
  }
  return kneeOf(steps);
}
