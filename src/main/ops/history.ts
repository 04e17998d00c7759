/**
 * The last ten minutes of the host, a sample a second, for the dashboard's plots. In memory only. Main thread.
 *
 * Columns and not rows: they are what the plots take, and what JSON says shortest.
 */

import type { HostStatus } from './host-status.ts';

export const HISTORY_SECONDS = 600;
/** Less than this back in time is jitter, and waited out. */
const CLOCK_STEP_SECONDS = 60;

/** Column by column, oldest first; all of one length, `workerLoads` and `waits` by worker row and mode. */
export interface HistoryColumns {
  /** Seconds since 1970-01-01 UTC. */
  readonly atSeconds: readonly number[];
  readonly players: readonly number[];
  readonly networkPlayers: readonly number[];
  readonly practicePlayers: readonly number[];
  readonly matches: readonly number[];
  /** Messages to clients in that second. */
  readonly messagesOut: readonly number[];
  /** Seconds that the oldest ticket has waited; null where the mode or worker was not there. */
  readonly waits: Readonly<Record<string, readonly (number | null)[]>>;
  /** 0 to 1. */
  readonly workerLoads: Readonly<Record<string, readonly (number | null)[]>>;
}

interface Row {
  readonly atSeconds: number;
  readonly status: HostStatus;
  readonly messagesOut: number;
}

export class History {
  readonly #rows: Row[] = [];
  #lastMessagesOut: number | undefined;

  /** Adds the second that ends now; a second that is there already stays as it is. */
  add(wallMs: number, status: HostStatus): void {
    const atSeconds = Math.floor(wallMs / 1000);
    const newest = this.#rows.at(-1);
    const seconds = newest === undefined ? 1 : atSeconds - newest.atSeconds;
    if (seconds <= 0 && seconds > -CLOCK_STEP_SECONDS) return;
    // The clock was set back: what came before would be drawn over.
    if (seconds < 0) this.#rows.length = 0;
    const messagesOut = status.gateways.reduce((sum, gateway) => sum + gateway.messagesOut, 0);
    const sent = Math.max(0, messagesOut - (this.#lastMessagesOut ?? messagesOut));
    this.#lastMessagesOut = messagesOut;
    this.#rows.push({ atSeconds, status, messagesOut: Math.round(sent / Math.max(1, seconds)) });
    if (this.#rows.length > HISTORY_SECONDS) this.#rows.shift();
  }

  columns(): HistoryColumns {
    const rows = this.#rows;
    const modes = new Set(rows.flatMap(({ status }) => Object.keys(status.queues)));
    const workers = new Set(
      rows.flatMap(({ status }) => status.workers.map(({ worker }) => worker)),
    );
    return {
      atSeconds: rows.map(({ atSeconds }) => atSeconds),
      players: rows.map(({ status }) => status.players.host),
      networkPlayers: rows.map(({ status }) => status.players.network),
      practicePlayers: rows.map(({ status }) => status.practicePlayers),
      matches: rows.map(({ status }) => status.matches.host),
      messagesOut: rows.map(({ messagesOut }) => messagesOut),
      waits: columnsOf(modes, (mode) => rows.map(({ status }) => waitSeconds(status, mode))),
      workerLoads: columnsOf(workers, (worker) => rows.map(({ status }) => loadOf(status, worker))),
    };
  }
}

function columnsOf<Key extends string | number>(
  keys: ReadonlySet<Key>,
  column: (key: Key) => readonly (number | null)[],
): Record<string, readonly (number | null)[]> {
  return Object.fromEntries([...keys].map((key) => [String(key), column(key)]));
}

function waitSeconds({ queues }: HostStatus, mode: string): number | null {
  const queue = queues[mode];
  return queue === undefined ? null : Math.round(queue.oldestMs / 100) / 10;
}

function loadOf({ workers }: HostStatus, row: number): number | null {
  return workers.find(({ worker }) => worker === row)?.load ?? null;
}
