/**
 * What a network knows of streams that stand still: where their homes think that they are and how they came there, and what the
 * bridges counted. For the message of a failure. Runs in test processes.
 */

import type { CutNetwork } from './cut-network.ts';
import { metricSum } from './host-facts.ts';
import type { StreamClient } from './stream-client.ts';

/** More would be read by nobody. */
const STREAMS_MAX = 3;
const EVENTS_MAX = 12;
const COUNTS: readonly string[] = [
  'longhouse_bridge_routes',
  'longhouse_bridge_guests',
  'longhouse_bridge_waiting_bytes',
  'longhouse_bridge_untimely_records_total',
];

export async function explainStreams(
  network: CutNetwork,
  busy: readonly StreamClient[],
): Promise<string> {
  const streams = await Promise.all(
    busy.slice(0, STREAMS_MAX).map(async ({ name, home, story }) => {
      const player = await network.ask(home, 'GET', `/v1/players/${name}`);
      const life = await network.ask(home, 'GET', `/v1/players/${name}/life`);
      const { events } = life.body;
      const last = Array.isArray(events) ? events.slice(-EVENTS_MAX) : life.body;
      return { name, story, player: player.body, last };
    }),
  );
  const counts = await Promise.all(
    network.ids.map(async (id) => {
      const host = network.host(id);
      const values = COUNTS.map(async (name) => [name, await metricSum(host, name)]);
      return { id, ...Object.fromEntries(await Promise.all(values)) };
    }),
  );
  return JSON.stringify({ count: busy.length, streams, counts }, undefined, 1);
}
