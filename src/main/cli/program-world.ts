/** What the `longhouse` program runs in: the real process, or a test. Types only. Main thread. */

import type { HostConfig } from '../config/host-config.ts';
import type { BannerInputs } from '../start-banner.ts';
import type { CommandContext } from './command-context.ts';
import type { HostProcess, StoppableHost } from './run-host.ts';

/** A started host, as far as the program needs to know it. */
export interface StartedHost extends StoppableHost {
  readonly ports: BannerInputs['ports'];
}

export interface ProgramWorld extends CommandContext, HostProcess {
  /** Starts the threads and listens; startHost() of host.ts. */
  readonly startHost: (config: HostConfig) => Promise<StartedHost>;
}
