/**
 * Metrics as Prometheus reads them: text format 0.0.4. Pure; main thread.
 *
 * Ours and not prom-client: its registry keeps every value a second time and is told of each change; here all values
 * stand in shared tables and books already, and are read when somebody asks.
 */

import type { HostStatus } from './host-status.ts';
import { gauge, one, type MetricFamily, type MetricSample } from './metric-family.ts';

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** All families as one page. Families of one name must not come twice. */
export function metricsText(families: readonly MetricFamily[]): string {
  return families.map(familyText).join('');
}

/** The families that follow from the status page's figures. */
export function statusMetrics(status: HostStatus): readonly MetricFamily[] {
  const { players, matches, queues } = status;
  return [
    gauge('longhouse_info', 'Always 1; the labels say what runs.', [
      { labels: { host: status.hostId, version: status.version }, value: 1 },
    ]),
    one('longhouse_uptime_seconds', 'Seconds since the host was ready.', status.uptimeSeconds),
    one('longhouse_ready', '1 while the host takes new players.', status.notReady === null ? 1 : 0),
    one('longhouse_player_capacity', 'Players that this host takes at once.', status.capacity),
    one('longhouse_practice_players', 'Practice players of this host.', status.practicePlayers),
    one('longhouse_lobbies', 'Lobbies open on this host.', status.lobbies),
    gauge('longhouse_players', 'Players logged in, practice players not counted.', scopes(players)),
    gauge('longhouse_matches', 'Matches running.', scopes(matches)),
    one('longhouse_hosts_known', 'Hosts that belong to the network.', players.hostsKnown),
    one(
      'longhouse_hosts_heard',
      'Hosts that are in the totals of the network.',
      players.hostsHeard,
    ),
    gauge('longhouse_queue_players', 'Players waiting for a match, by mode.', queueScopes(queues)),
    gauge(
      'longhouse_queue_oldest_seconds',
      'Wait of the oldest ticket, by mode.',
      Object.entries(queues).map(([mode, queue]) => {
        return { labels: { mode }, value: queue.oldestMs / 1000 };
      }),
    ),
    ...threadMetrics(status),
  ];
}

function threadMetrics({ workers, gateways }: HostStatus): readonly MetricFamily[] {
  const ofWorkers = (value: (worker: HostStatus['workers'][number]) => number) =>
    workers.map((worker) => ({ labels: { worker: String(worker.worker) }, value: value(worker) }));
  const ofGateways = (value: (gateway: HostStatus['gateways'][number]) => number) =>
    gateways.map((row) => ({ labels: { gateway: String(row.gateway) }, value: value(row) }));
  return [
    gauge(
      'longhouse_worker_load_ratio',
      'Share of the last second that a match worker worked.',
      ofWorkers((worker) => worker.load),
    ),
    gauge(
      'longhouse_worker_players',
      'Players in the matches and lobbies of a match worker.',
      ofWorkers((worker) => worker.players),
    ),
    gauge(
      'longhouse_worker_handlers',
      'Matches and lobbies of a match worker.',
      ofWorkers((worker) => worker.handlers),
    ),
    gauge(
      'longhouse_worker_heap_bytes',
      'JavaScript heap of a match worker.',
      ofWorkers((worker) => worker.heapBytes),
    ),
    gauge(
      'longhouse_worker_external_bytes',
      'Memory of a match worker outside its heap.',
      ofWorkers((worker) => worker.externalBytes),
    ),
    gauge(
      'longhouse_gateway_connections',
      'Open sockets of a gateway.',
      ofGateways((gateway) => gateway.connections),
    ),
  ];
}

function familyText({ name, help, type, samples }: MetricFamily): string {
  const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  return head + samples.map((sample) => sampleText(name, sample)).join('');
}

function sampleText(name: string, { suffix = '', labels = {}, value }: MetricSample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  const where = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${suffix}${where} ${valueText(value)}\n`;
}

function valueText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function scopes(counts: { readonly host: number; readonly network: number }): MetricSample[] {
  return [
    { labels: { scope: 'host' }, value: counts.host },
    { labels: { scope: 'network' }, value: counts.network },
  ];
}

function queueScopes(queues: HostStatus['queues']): MetricSample[] {
  return Object.entries(queues).flatMap(([mode, queue]) =>
    scopes(queue).map(({ labels, value }) => ({ labels: { mode, ...labels }, value })),
  );
}
