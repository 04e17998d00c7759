/** Which host runs a match across hosts. Pure. Main thread. */

import type { HeardSummary } from './host-summary.ts';

/** A proxied player costs about as much again on its home: a host may be this much busier for each share of players kept. */
const PROXY_LOAD = 0.05;

export interface PlacementRequest {
  readonly hosts: readonly HeardSummary[];
  /** How many of the match's players each host is the home of. */
  readonly playersByHost: ReadonlyMap<string, number>;
}

/**
 * The host with the least load, weighed against how many of the players would have to be proxied; ties go to the lower id.
 * Draining hosts and full ones never. Undefined when there is none.
 */
export function placeMatch({ hosts, playersByHost }: PlacementRequest): string | undefined {
  let players = 0;
  for (const count of playersByHost.values()) players += count;
  let best: { readonly hostId: string; readonly score: number } | undefined;
  for (const { hostId, state, load } of hosts) {
    if (state !== 'up') continue;
    const proxiedShare = players === 0 ? 0 : 1 - (playersByHost.get(hostId) ?? 0) / players;
    const score = load + PROXY_LOAD * proxiedShare;
    const isBetter =
      best === undefined || score < best.score || (score === best.score && hostId < best.hostId);
    if (isBetter) best = { hostId, score };
  }
  return best?.hostId;
}
