/** What startHost() gives. Types only; main thread. */

import type { HostMemory, HostTables } from '../shared/host-memory.ts';
import type { BanDesk } from './bans/ban-desk.ts';
import type { DirectoryShell } from './directory-shell.ts';
import type { GatewayThread } from './gateway-thread.ts';
import type { LoginDesk } from './logins/login-desk.ts';
import type { MatchPool } from './match-pool.ts';
import type { ConfigDesk } from './network-config/config-desk.ts';
import type { HostStatus } from './ops/host-status.ts';

export interface RunningHost {
  /** The ports that were really opened, by listener name, and `ops`. */
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  /** The directory and the threads, for tests that move players and kill workers. */
  readonly inside: HostInside;
  /** The configuration in force, and its changes. */
  readonly config: ConfigDesk;
  /** SIGHUP: reads the file again; what came of it is in the log. */
  reloadConfig(): Promise<void>;
  status(): HostStatus;
  /**
   * No new matches; running ones end or reach the deadline; everyone is told; threads ended. A host stops once: whoever asks
   * again waits for the first stop, whatever deadline is given.
   */
  stop(reason: StopReason, deadlineMs: number): Promise<void>;
  /** Resolves when an operator's drain is over: the host waits to be stopped. */
  readonly drained: Promise<void>;
  /** Ends at once: for the moment before the process exits. */
  kill(): void;
}

export type StopReason = 'sigterm' | 'drained' | 'test';

export interface HostInside {
  readonly shell: DirectoryShell;
  readonly pool: MatchPool;
  readonly gateways: readonly GatewayThread[];
  readonly tables: HostTables;
  readonly memory: HostMemory;
  readonly bans: BanDesk;
  readonly logins: LoginDesk;
}

/** What tests may switch on. */
export interface HostTestOptions {
  readonly ledger?: boolean;
}
