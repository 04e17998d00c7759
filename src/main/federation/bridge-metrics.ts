/** What a host's bridge has carried, refused and replicated, as metrics. Pure. Main thread. */

import type { BridgeCounts } from '../../cluster-bridge/bridge-messages.ts';
import { LinkRefusal } from '../../cluster-bridge/link/link-refusal.ts';
import type {
  ChannelTraffic,
  LinkTrafficCounts,
  TrafficChannel,
} from '../../cluster-bridge/link/link-traffic.ts';
import type { ReplicaCounts } from '../../cluster-bridge/replica/replica.ts';
import {
  counter,
  counterBy,
  gauge,
  one,
  type MetricFamily,
  type MetricSample,
} from '../ops/metric-family.ts';
import { linkBytes } from './link-rates.ts';

const SECOND_MS = 1_000;
const CHANNEL_WORDS: readonly (readonly [TrafficChannel, string])[] = [
  ['link', 'link'],
  ['summary', 'summary'],
  ['control', 'control'],
  ['replica', 'replica'],
  ['recordsUp', 'records-up'],
  ['recordsDown', 'records-down'],
];
/** Ends that are nobody's fault and not counted: see TcpTransport. */
const UNCOUNTED: ReadonlySet<string> = new Set([
  LinkRefusal.self,
  LinkRefusal.duplicateLink,
  LinkRefusal.lost,
  LinkRefusal.silent,
]);
/** Each of them is shown before it happens. */
const NO_REFUSALS: Readonly<Record<string, number>> = Object.fromEntries(
  [...Object.values(LinkRefusal), 'slow-peer', 'bad-message']
    .filter((word) => !UNCOUNTED.has(word))
    .map((word) => [word, 0]),
);

export function bridgeMetrics(counts: BridgeCounts): readonly MetricFamily[] {
  const { peers, routes, guests, recordsUp, recordsDown, waitingBytes, untimely, refusals } =
    counts;
  return [
    one('longhouse_bridge_peers', 'Hosts that are linked with this one.', peers),
    one(
      'longhouse_bridge_routes',
      'Matches on other hosts that players of this one are in.',
      routes,
    ),
    one('longhouse_bridge_guests', 'Players of other hosts who play here.', guests),
    counterBy(
      {
        name: 'longhouse_bridge_records_total',
        help: 'Records over links: `up` to the host of a match, `down` from it.',
        label: 'direction',
      },
      { up: recordsUp, down: recordsDown },
    ),
    counterBy(
      {
        name: 'longhouse_bridge_refusals_total',
        help: 'Links to other hosts that were refused, given up or closed for a fault, by word.',
        label: 'reason',
      },
      { ...NO_REFUSALS, ...refusals },
    ),
    one(
      'longhouse_bridge_waiting_bytes',
      'What waits for links that take less than they are sent.',
      waitingBytes,
    ),
    counterBy(
      {
        name: 'longhouse_bridge_untimely_records_total',
        help: "Records that waited for main's order (`early`), or were of a player who is not here (`stray`).",
        label: 'kind',
      },
      untimely,
    ),
    ...trafficMetrics(counts),
  ];
}

export function replicaMetrics(counts: ReplicaCounts | undefined): readonly MetricFamily[] {
  const { entriesSent = 0, entriesTaken = 0, batchesSent = 0, batchesTaken = 0 } = counts ?? {};
  return [
    counterBy(
      {
        name: 'longhouse_replica_entries_total',
        help: 'Replicated entries: `sent` to other hosts, `taken` from them and new here.',
        label: 'direction',
      },
      { sent: entriesSent, taken: entriesTaken },
    ),
    counterBy(
      {
        name: 'longhouse_replica_batches_total',
        help: 'Batches of replicated entries: `sent` to other hosts, `taken` from them.',
        label: 'direction',
      },
      { sent: batchesSent, taken: batchesTaken },
    ),
    counter('longhouse_replica_repairs_total', 'Times that everything was asked of a host.', [
      { value: counts?.repairs ?? 0 },
    ]),
    gauge(
      'longhouse_replica_behind_seconds',
      'For how long a linked host has lacked something that is here.',
      (counts?.behind ?? []).map(({ hostId, ms }) => ({
        labels: { peer: hostId },
        value: ms / SECOND_MS,
      })),
    ),
  ];
}

function trafficMetrics({ traffic, links }: BridgeCounts): readonly MetricFamily[] {
  return [
    counter(
      'longhouse_bridge_bytes_total',
      'Bytes of frames over links, by channel.',
      byChannel(traffic, 'bytesSent', 'bytesReceived'),
    ),
    counter(
      'longhouse_bridge_frames_total',
      'Frames over links, by channel.',
      byChannel(traffic, 'framesSent', 'framesReceived'),
    ),
    counter(
      'longhouse_bridge_link_bytes_total',
      'Bytes of frames over the link to a host that is linked now.',
      links.flatMap(({ hostId, traffic: ofLink }) => [
        { labels: { peer: hostId, direction: 'sent' }, value: linkBytes(ofLink, 'bytesSent') },
        {
          labels: { peer: hostId, direction: 'received' },
          value: linkBytes(ofLink, 'bytesReceived'),
        },
      ]),
    ),
    gauge(
      'longhouse_bridge_link_backlog_bytes',
      'Bytes that the network has not taken yet, of each link.',
      links.map(({ hostId, backlogBytes }) => ({ labels: { peer: hostId }, value: backlogBytes })),
    ),
  ];
}

function byChannel(
  traffic: LinkTrafficCounts,
  sent: keyof ChannelTraffic,
  received: keyof ChannelTraffic,
): readonly MetricSample[] {
  return CHANNEL_WORDS.flatMap(([name, channel]) => [
    { labels: { direction: 'sent', channel }, value: traffic[name][sent] },
    { labels: { direction: 'received', channel }, value: traffic[name][received] },
  ]);
}
