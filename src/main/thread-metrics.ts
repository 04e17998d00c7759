/** Metrics of gateways and match workers, read from the memory that they share with main. Main thread. */

import { counterTable, sumReason } from '../shared/counter-table.ts';
import { workerTimings, type HostMemory, type HostTables } from '../shared/host-memory.ts';
import { Reason, reasonWord } from '../shared/reason.ts';
import { ringWaitingBytes } from '../shared/spsc-ring.ts';
import { readTiming, TIMING_BOUNDS_MS, type Timing } from '../shared/timing-table.ts';
import { WorkerState } from '../shared/worker-table.ts';
import { counter, gauge, histogram, type MetricFamily } from './ops/metric-family.ts';

interface ThreadParts {
  readonly tables: HostTables;
  readonly memory: HostMemory;
}

export function threadMetrics(parts: ThreadParts): readonly MetricFamily[] {
  return [
    ...gatewayCounters(parts),
    ...workerCounters(parts),
    ...timings(parts),
    ringFill(parts, 'up'),
    ringFill(parts, 'down'),
  ];
}

function gatewayCounters({ tables, memory }: ThreadParts): readonly MetricFamily[] {
  const counters = counterTable.view(memory.counters, memory.sizes.gateways);
  const reasons = Object.values(Reason)
    .map((reason) => ({
      labels: { reason: reasonWord(reason) },
      value: sumReason(counters, reason),
    }))
    .filter(({ value }) => value > 0);
  const { gateways } = tables;
  const of = (name: string, help: string, values: Float64Array): MetricFamily =>
    counter(name, help, Array.from(values, gatewaySample));
  return [
    counter(
      'longhouse_closed_connections_total',
      'Connections refused or closed, by reason.',
      reasons,
    ),
    of('longhouse_gateway_bytes_in_total', 'Bytes read from sockets.', gateways.bytesIn),
    of('longhouse_gateway_bytes_out_total', 'Bytes written to sockets.', gateways.bytesOut),
    of(
      'longhouse_gateway_messages_in_total',
      'Inputs and commands handed to handlers.',
      gateways.messagesIn,
    ),
    of('longhouse_gateway_messages_out_total', 'Messages to clients.', gateways.messagesOut),
    of('longhouse_gateway_socket_writes_total', 'Socket writes.', gateways.writes),
    of(
      'longhouse_gateway_broken_events_total',
      'Events of matches on other hosts that could not be read.',
      gateways.brokenEvents,
    ),
    of('longhouse_gateway_pauses_total', 'Times a socket was paused.', gateways.pauses),
    of(
      'longhouse_gateway_superseded_total',
      'Volatile messages replaced by newer ones for slow readers.',
      gateways.volatileDropped,
    ),
  ];
}

function gatewaySample(
  value: number,
  gateway: number,
): { labels: { gateway: string }; value: number } {
  return { labels: { gateway: String(gateway) }, value };
}

function workerCounters({ tables: { workers } }: ThreadParts): readonly MetricFamily[] {
  const rows = liveRows(workers.state);
  const of = (value: (row: number) => number | undefined) =>
    rows.map((row) => ({ labels: { worker: String(row) }, value: value(row) ?? 0 }));
  return [
    counter(
      'longhouse_worker_busy_seconds_total',
      'Time that a match worker spent in callbacks of handlers.',
      of((row) => (workers.busyMicros[row] ?? 0) / 1e6),
    ),
    counter(
      'longhouse_worker_ticks_late_total',
      'Ticks that ran more than half an interval late.',
      of((row) => workers.ticksLate[row]),
    ),
    counter(
      'longhouse_worker_ticks_skipped_total',
      'Ticks that were never run.',
      of((row) => workers.ticksSkipped[row]),
    ),
  ];
}

function timings({ tables }: ThreadParts): readonly MetricFamily[] {
  const bounds = TIMING_BOUNDS_MS.map((ms) => ms / 1_000);
  const gateways = Array.from({ length: tables.gateways.capacity }, (_, row) => {
    return { thread: `gateway-${row}`, row };
  });
  const workers = liveRows(tables.workers.state).map((row) => {
    return { thread: `worker-${row}`, row: workerTimings(tables, row) };
  });
  const family = (
    what: Timing,
    threads: typeof gateways,
    { name, help }: { name: string; help: string },
  ): MetricFamily =>
    histogram(
      { name, help, bounds },
      threads.map(({ thread, row }) => {
        const { counts, sumMs } = readTiming(tables.timings, row, what);
        return { labels: { thread }, counts, sum: sumMs / 1_000 };
      }),
    );
  return [
    family('turns', [...gateways, ...workers], {
      name: 'longhouse_turn_seconds',
      help: 'Turns of the event loop of gateways and match workers.',
    }),
    family('lateTicks', workers, {
      name: 'longhouse_tick_late_seconds',
      help: 'Worst lateness of a tick in each tenth of a second with ticks.',
    }),
    family('handOffs', gateways, {
      name: 'longhouse_hand_off_seconds',
      help: 'Hand-offs of players from one handler to another, from LEAVE to JOIN.',
    }),
  ];
}

/** The fullest ring of each gateway. */
function ringFill({ memory }: ThreadParts, direction: 'up' | 'down'): MetricFamily {
  const samples = memory.rings[direction].map((rings, gateway) => {
    const shares = rings.map((ring) => ringWaitingBytes(ring) / ring.byteLength);
    return { labels: { gateway: String(gateway) }, value: Math.max(0, ...shares) };
  });
  const way = direction === 'up' ? 'to match workers' : 'from match workers';
  const help = `How full the fullest ring ${way} is, by gateway.`;
  return gauge(`longhouse_ring_${direction}_fill_ratio`, help, samples);
}

function liveRows(state: Int32Array): readonly number[] {
  return Array.from(state.keys()).filter((row) => state[row] !== WorkerState.free);
}
