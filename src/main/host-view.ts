/** What operators see of a running host, read from the shared tables. Main thread. */

import type { HeardSummary } from '../cluster-bridge/federation/host-summary.ts';
import { systemClock } from '../shared/clock.ts';
import { GatewayState } from '../shared/gateway-table.ts';
import type { HostTables } from '../shared/host-memory.ts';
import { HOST_SILENT_MS, networkTotals } from '../shared/host-table.ts';
import { WorkerState } from '../shared/worker-table.ts';
import type { HostConfig } from './config/host-config.ts';
import type { HandlerRows } from './handler-rows.ts';
import type { ModeRows } from './mode-rows.ts';
import type { GatewayStatus, HostStatus, QueueStatus, WorkerStatus } from './ops/host-status.ts';

export interface HostViewOptions {
  readonly config: HostConfig;
  readonly version: string;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly modeRows: ModeRows;
  readonly startedMs: number;
}

export class HostView {
  readonly #options: HostViewOptions;
  /** Why the host takes no new players now; undefined when it does. */
  notReady: string | undefined = 'starting';

  /** What the other hosts of the network said last. */
  others: (sinceMs: number) => readonly HeardSummary[] = () => [];

  /** The one in force. */
  config: HostConfig;

  constructor(options: HostViewOptions) {
    this.#options = options;
    this.config = options.config;
  }

  status(): HostStatus {
    const { config, version, tables, startedMs } = this.#options;
    const nowMs = systemClock.nowMs();
    const totals = networkTotals(tables.hosts, nowMs);
    return {
      hostId: config.host.id,
      version,
      uptimeSeconds: Math.floor((nowMs - startedMs) / 1000),
      players: {
        host: tables.hosts.players[0] ?? 0,
        network: totals.players,
        hostsHeard: totals.hostsHeard,
        hostsKnown: totals.hostsKnown,
        ageMs: totals.ageMs,
      },
      matches: { host: tables.hosts.matches[0] ?? 0, network: totals.matches },
      queues: this.#queues(nowMs),
      workers: this.#workers(),
      gateways: this.#gateways(),
      lobbies: tables.hosts.lobbies[0] ?? 0,
      practicePlayers: tables.hosts.bots[0] ?? 0,
      capacity: config.players.capacity,
      notReady: this.notReady ?? null,
    };
  }

  readiness(): { readonly ready: boolean; readonly why: string | undefined } {
    return { ready: this.notReady === undefined, why: this.notReady };
  }

  #queues(nowMs: number): Record<string, QueueStatus> {
    const { tables, modeRows } = this.#options;
    const config = this.config;
    const others = this.others(nowMs - HOST_SILENT_MS);
    const queues: Record<string, QueueStatus> = {};
    for (const { row, name: mode } of modeRows.listings(config.modes)) {
      const waiting = tables.queues.waiting[row] ?? 0;
      const sinceMs = tables.queues.oldestSinceMs[row] ?? 0;
      const oldestMs = sinceMs === 0 ? 0 : Math.max(0, Math.round(nowMs - sinceMs));
      const elsewhere = others.reduce((sum, { modes }) => sum + (modes[mode]?.waiting ?? 0), 0);
      queues[mode] = { host: waiting, network: waiting + elsewhere, oldestMs };
    }
    return queues;
  }

  #workers(): readonly WorkerStatus[] {
    const { workers } = this.#options.tables;
    const list: WorkerStatus[] = [];
    for (let row = 0; row < workers.capacity; row += 1) {
      const state = workers.state[row] ?? WorkerState.free;
      if (state === WorkerState.free) continue;
      list.push({
        worker: row,
        state: WORKER_WORDS[state] ?? 'lost',
        handlers: workers.handlers[row] ?? 0,
        players: workers.players[row] ?? 0,
        load: Math.round(this.#options.rows.load(row) * 1000) / 1000,
        heapBytes: workers.heapUsedBytes[row] ?? 0,
        externalBytes: workers.externalBytes[row] ?? 0,
      });
    }
    return list;
  }

  #gateways(): readonly GatewayStatus[] {
    const { gateways } = this.#options.tables;
    return Array.from({ length: gateways.capacity }, (_, gateway) => ({
      gateway,
      state: GATEWAY_WORDS[gateways.state[gateway] ?? GatewayState.free] ?? 'starting',
      connections: gateways.connections[gateway] ?? 0,
      players: gateways.players[gateway] ?? 0,
      messagesOut: gateways.messagesOut[gateway] ?? 0,
    }));
  }
}

const WORKER_WORDS: Readonly<Record<number, string>> = {
  [WorkerState.claimed]: 'starting',
  [WorkerState.running]: 'running',
  [WorkerState.dead]: 'lost',
};

const GATEWAY_WORDS: Readonly<Record<number, string>> = {
  [GatewayState.starting]: 'starting',
  [GatewayState.listening]: 'running',
  [GatewayState.draining]: 'stopping',
  [GatewayState.stopped]: 'stopping',
};
