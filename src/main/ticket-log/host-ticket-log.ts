/** The ticket log of a running host: which folder, which header, what is said when it cannot be written. Main thread. */

import path from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { HostLog } from '../log.ts';
import { configuredRules } from '../matchmaker/configured-rules.ts';
import type { TicketEvent } from '../matchmaker/ticket-event.ts';
import { encodeTicketEntry } from './ticket-event-codec.ts';
import { TicketLog, type TicketLogCounts } from './ticket-log.ts';
import { encodeTicketLogHeader } from './ticket-log-file.ts';

/** Folder of the logs inside the data folder; nothing is made in it before the first ticket. */
export const TICKET_LOG_FOLDER = 'tickets';
const MIB = 2 ** 20;

/** Undefined where the configuration wants none. `seed` is the matchmaker's. */
export function hostTicketLog(
  config: HostConfig,
  seed: number,
  log: HostLog,
): HostTicketLog | undefined {
  return config.ticketLog.enabled ? new HostTicketLog(config, seed, log) : undefined;
}

export class HostTicketLog {
  readonly #log: TicketLog;
  readonly #seed: number;
  readonly #startedWallMs = systemClock.wallMs();
  #header: string;

  constructor(config: HostConfig, seed: number, log: HostLog) {
    const { fileMbMax, filesMax } = config.ticketLog;
    const folder = path.join(config.host.dataDir, TICKET_LOG_FOLDER);
    this.#seed = seed;
    this.#header = this.#headerOf(config);
    this.#log = new TicketLog({
      folder,
      fileBytesMax: fileMbMax * MIB,
      filesMax,
      header: this.#header,
      gapLine: (events) => encodeTicketEntry({ kind: 'gap', events }),
      onTrouble: (error, droppedEvents) =>
        log.warn('the ticket log is not written', { reason: 'ticketLog', error, droppedEvents }),
    });
  }

  record(event: TicketEvent): void {
    this.#log.record(encodeTicketEntry(event));
  }

  /** Modes may have other rules from here on: then what follows stands under them, in a file of its own. */
  useConfig(config: HostConfig): void {
    const header = this.#headerOf(config);
    if (header === this.#header) return;
    this.#header = header;
    this.#log.useHeader(header);
  }

  counts(): TicketLogCounts {
    return this.#log.counts();
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  /** The same time of start in all of them: so a replay knows that they are one run. */
  #headerOf({ host, modes }: HostConfig): string {
    const rules = Object.entries(modes).map(([name, mode]) => configuredRules(name, mode));
    const header = { version: 1, hostId: host.id, seed: this.#seed, modes: rules } as const;
    return encodeTicketLogHeader(header, this.#startedWallMs);
  }
}
