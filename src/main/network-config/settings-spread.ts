/**
 * Brings a configuration to all threads of the host and puts it in force there. Main thread; see config-cell.ts.
 *
 *   prepare: gateways, match workers (later ones get it with their hello)
 *   commit:  the cell, and in the same go main's own parts
 *   adopt:   every thread takes a turn, which takes it over and acknowledges it in its table row
 */

import { sleep } from '../../shared/clock.ts';
import { ConfigCell } from '../../shared/config-cell.ts';
import type { HostTables } from '../../shared/host-memory.ts';
import { WorkerState } from '../../shared/worker-table.ts';
import type { GatewaySettings } from '../../workers/gateway/gateway-settings.ts';
import type { MatchWorkerSettings } from '../../workers/match/match-settings.ts';
import type { HostConfig } from '../config/host-config.ts';

/** A thread that answers later takes the change over with its next turn: nobody waits longer for it. */
const ANSWER_MS_MAX = 2_000;

/** A gateway thread, or the pool of match workers. */
interface SettingsThread<Settings> {
  prepare(version: number, settings: Settings): Promise<void>;
  adopt(): Promise<void>;
}

export interface SpreadThreads {
  readonly gateways: readonly SettingsThread<GatewaySettings>[];
  readonly pool: SettingsThread<MatchWorkerSettings>;
}

export interface SettingsSpreadOptions {
  readonly cell: SharedArrayBuffer;
  readonly tables: Pick<HostTables, 'gateways' | 'workers'>;
  readonly gatewaySettings: (config: HostConfig) => GatewaySettings;
  readonly workerSettings: (config: HostConfig) => MatchWorkerSettings;
  /** Rows for modes that are new: the workers' lists name them. */
  readonly reserveRows: (config: HostConfig) => void;
  /** Main's own parts: at once, between two passes. */
  readonly useConfig: (config: HostConfig) => void;
}

/** Threads that do not run on the settings in force yet: `gateway 0`, `worker 3`. */
export type Lagging = readonly string[];

export class SettingsSpread {
  readonly #options: SettingsSpreadOptions;
  readonly #cell: ConfigCell;
  #threads: SpreadThreads | undefined;

  constructor(options: SettingsSpreadOptions) {
    this.#options = options;
    this.#cell = new ConfigCell(options.cell);
  }

  get version(): number {
    return this.#cell.version;
  }

  /** Before any change. Gateways that start later start with what is in force then. */
  attach(threads: SpreadThreads): void {
    this.#threads = threads;
  }

  /** Resolves when all threads run on it, or do not answer in time. One call at a time. */
  async apply(config: HostConfig): Promise<void> {
    const { gatewaySettings, workerSettings, reserveRows, useConfig } = this.#options;
    const version = this.#cell.version + 1;
    const toGateways = gatewaySettings(config);
    const [gateways, pool] = [this.#threads?.gateways ?? [], this.#threads?.pool];
    reserveRows(config);
    const prepared = gateways.map((gateway) => gateway.prepare(version, toGateways));
    if (pool !== undefined) prepared.push(pool.prepare(version, workerSettings(config)));
    await answered(prepared);
    this.#cell.commit(version);
    useConfig(config);
    const adopted = gateways.map((gateway) => gateway.adopt());
    if (pool !== undefined) adopted.push(pool.adopt());
    await answered(adopted);
  }

  lagging(): Lagging {
    const { gateways, workers } = this.#options.tables;
    const { version } = this.#cell;
    const late: string[] = [];
    for (let row = 0; row < gateways.capacity; row += 1) {
      if (gateways.settingsVersion[row] !== version) late.push(`gateway ${row}`);
    }
    for (let row = 0; row < workers.capacity; row += 1) {
      if (workers.state[row] !== WorkerState.running) continue;
      if (workers.settingsVersion[row] !== version) late.push(`worker ${row}`);
    }
    return late;
  }
}

/** A thread that has died is handled where ends are. */
async function answered(calls: readonly Promise<void>[]): Promise<void> {
  await Promise.race([Promise.allSettled(calls), sleep(ANSWER_MS_MAX)]);
}
