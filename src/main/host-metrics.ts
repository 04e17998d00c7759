/** Every metric of a running host, gathered when somebody asks: docs/operations-api.md lists them. Main thread. */

import type { HostMemory, HostTables } from '../shared/host-memory.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { BanDesk } from './bans/ban-desk.ts';
import type { HostDrain } from './drain/host-drain.ts';
import { bridgeMetrics, replicaMetrics } from './federation/bridge-metrics.ts';
import { NO_BRIDGE_COUNTS } from './federation/bridge-thread.ts';
import type { HostBridge } from './federation/host-bridge.ts';
import type { HostView } from './host-view.ts';
import type { LoginDesk } from './logins/login-desk.ts';
import type { MatchCounts } from './match-counts.ts';
import type { ConfigDesk } from './network-config/config-desk.ts';
import type { EventFeed } from './ops/event-feed.ts';
import { counter, counterBy, gauge, one, type MetricFamily } from './ops/metric-family.ts';
import { statusMetrics } from './ops/metrics-text.ts';
import type { OpsCounts } from './ops/ops-server.ts';
import { ProcessMetrics } from './process-metrics.ts';
import type { HostStore } from './store/host-store.ts';
import { threadMetrics } from './thread-metrics.ts';
import type { HostTicketLog } from './ticket-log/host-ticket-log.ts';

export interface MetricParts {
  readonly tables: HostTables;
  readonly memory: HostMemory;
  readonly view: HostView;
  readonly matchCounts: MatchCounts;
  readonly logins: LoginDesk;
  readonly bans: BanDesk;
  readonly store: HostStore;
  readonly ticketLog: HostTicketLog | undefined;
  readonly desk: ConfigDesk;
  readonly drain: HostDrain;
  readonly events: EventFeed;
  readonly audit: AuditTrail;
  readonly bridge: Pick<HostBridge, 'carried' | 'replicaCounts'> | undefined;
  /** Of the ops port itself. */
  readonly counts: () => OpsCounts;
}

const STORE_STATES = ['good', 'replaced', 'failing'] as const;

export class HostMetrics {
  readonly #parts: MetricParts;
  readonly #process = new ProcessMetrics();

  constructor(parts: MetricParts) {
    this.#parts = parts;
  }

  families(): readonly MetricFamily[] {
    const { view, matchCounts } = this.#parts;
    return [
      ...statusMetrics(view.status()),
      ...this.#process.families(),
      ...threadMetrics(this.#parts),
      ...matchCounts.families(),
      ...this.#desks(),
      ...this.#writing(),
      ...this.#network(),
      ...this.#ops(),
    ];
  }

  close(): void {
    this.#process.close();
  }

  #desks(): readonly MetricFamily[] {
    const { logins, bans, desk, drain } = this.#parts;
    const { state } = drain;
    return [
      counterBy(
        {
          name: 'longhouse_logins_total',
          help: 'Logins of people: `in`, or the reason of the refusal.',
          label: 'outcome',
        },
        logins.counts,
      ),
      one('longhouse_logins_pending', 'Logins that are not decided.', logins.pendingCount),
      one('longhouse_bans', 'Bans that hold.', bans.count),
      one('longhouse_config_version', 'Version of the configuration in force.', desk.version),
      one(
        'longhouse_config_problem',
        '1 while the newest stored version is not in force.',
        desk.problem === null ? 0 : 1,
      ),
      one('longhouse_draining', '1 while the host drains.', state === null ? 0 : 1),
      one('longhouse_drain_playing', 'People a drain waits for.', state?.playing ?? 0),
    ];
  }

  #writing(): readonly MetricFamily[] {
    const { store, ticketLog } = this.#parts;
    const { writes, waiting, dropped, failures, commitMs } = store.counts();
    const current = store.health().state;
    const log = ticketLog?.counts();
    return [
      gauge(
        'longhouse_store_state',
        '1 for the state that the store is in.',
        STORE_STATES.map((state) => ({ labels: { state }, value: state === current ? 1 : 0 })),
      ),
      counter('longhouse_store_writes_total', 'Changes that the store took.', [{ value: writes }]),
      counter('longhouse_store_failures_total', 'Calls that the store did not carry out.', [
        { value: failures },
      ]),
      counter('longhouse_store_dropped_total', 'Grouped changes that were given up.', [
        { value: dropped },
      ]),
      one('longhouse_store_waiting', 'Grouped changes that are not on disk yet.', waiting),
      one('longhouse_store_commit_seconds', 'What the last change took.', commitMs / 1_000),
      counter('longhouse_ticket_log_events_total', 'Events that the ticket log took.', [
        { value: log?.written ?? 0 },
      ]),
      counter('longhouse_ticket_log_dropped_total', 'Events that the ticket log lost.', [
        { value: log?.dropped ?? 0 },
      ]),
    ];
  }

  #network(): readonly MetricFamily[] {
    const { bridge } = this.#parts;
    return [
      ...bridgeMetrics(bridge?.carried.counts ?? NO_BRIDGE_COUNTS),
      ...replicaMetrics(bridge?.replicaCounts),
    ];
  }

  #ops(): readonly MetricFamily[] {
    const { events, audit, counts } = this.#parts;
    const { answers, denials, streams, streamDrops } = counts();
    return [
      counterBy(
        { name: 'longhouse_ops_answers_total', help: 'Answers of the ops port.', label: 'status' },
        answers,
      ),
      counterBy(
        {
          name: 'longhouse_ops_denials_total',
          help: 'Requests that the ops port did not admit.',
          label: 'reason',
        },
        denials,
      ),
      one('longhouse_ops_streams', 'Open streams of events.', streams),
      counterBy(
        {
          name: 'longhouse_ops_stream_drops_total',
          help: 'Streams that were ended or not begun.',
          label: 'reason',
        },
        streamDrops,
      ),
      counter('longhouse_ops_events_total', 'Events since the start.', [{ value: events.count }]),
      counterBy(
        { name: 'longhouse_ops_acts_total', help: 'Acts of operators.', label: 'act' },
        audit.counts,
      ),
    ];
  }
}
