/** From nobody to all players of a fleet in matches, playing and warm: what a bench does before it measures. The bench's parent process. */

import { sleep } from '../../src/shared/clock.ts';
import type { LoadFleet } from './load-fleet.ts';
import type { Progress } from '../progress.ts';

const LIMIT_MS = 60_000;

export interface PlayingOptions {
  readonly players: number;
  readonly connectsPerSecond: number;
  readonly rateHz: number;
  readonly warmupSeconds: number;
}

/** Rejects where not all are connected, or not all in a match, within a minute each. */
export async function startPlaying(
  { fleet, progress }: { readonly fleet: LoadFleet; readonly progress: Progress },
  { players, connectsPerSecond, rateHz, warmupSeconds }: PlayingOptions,
): Promise<void> {
  await fleet.ready();
  await progress.step('connect', fleet.connect(connectsPerSecond, LIMIT_MS), () => {
    const { inLobby } = fleet.status();
    return { share: inLobby / players, text: `${inLobby} of ${players}` };
  });
  await fleet.queue(LIMIT_MS);
  fleet.play(rateHz);
  await progress.timed('warm up', sleep(warmupSeconds * 1000), warmupSeconds * 1000);
}
