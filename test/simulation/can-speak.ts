/** Whether two simulated hosts can speak with each other now. Test files only. */

import type { SimHost } from './sim-host.ts';
import type { Simulation } from './simulation.ts';

/** Both could have told each other anything, were it so for long. */
export function canSpeak({ network }: Simulation, one: SimHost, other: SimHost): boolean {
  const isPaused = [one, other].some(
    ({ process }) => process.isPaused('main') || process.isPaused('bridge'),
  );
  return !isPaused && (one === other || network.isGood(one.hostId, other.hostId));
}
