/**
 * The queue table as main writes it: which row belongs to which mode, and what stands there. Main thread.
 *
 * A mode keeps its row while it is configured; one that is no more, until another needs it: its matches may still run, and
 * their handlers name the row.
 */

import type { QueueTable } from '../shared/queue-table.ts';
import type { ModeListing } from '../workers/match/match-settings.ts';
import type { HostConfig } from './config/host-config.ts';
import type { QueueCounts } from './directory/directory-effects.ts';

export class ModeRows {
  readonly #queues: QueueTable;
  readonly #rows = new Map<string, number>();

  constructor(queues: QueueTable, modes: Iterable<string>) {
    this.#queues = queues;
    for (const mode of modes) this.#take(mode, new Set());
  }

  /** undefined: it has none, and is in no count. */
  rowOf(mode: string): number | undefined {
    return this.#rows.get(mode);
  }

  /** Gives rows to new modes, if need be those of modes that are no more. */
  reserve(modes: ReadonlySet<string>): void {
    for (const mode of modes) if (!this.#rows.has(mode)) this.#take(mode, modes);
  }

  store(mode: string, counts: QueueCounts): void {
    const row = this.#rows.get(mode);
    if (row !== undefined) this.#storeRow(row, counts);
  }

  /** The modes as match workers list them. */
  listings(modes: HostConfig['modes']): ModeListing[] {
    return Object.entries(modes).flatMap(([name, { teams, teamSize }]) => {
      const row = this.#rows.get(name);
      return row === undefined ? [] : [{ row, name, teams, teamSize }];
    });
  }

  #take(mode: string, kept: ReadonlySet<string>): void {
    const row = this.#freeRow() ?? this.#giveUpRow(kept);
    if (row === undefined) return;
    this.#rows.set(mode, row);
    this.#storeRow(row, NO_COUNTS);
  }

  #freeRow(): number | undefined {
    const taken = new Set(this.#rows.values());
    for (let row = 0; row < this.#queues.capacity; row += 1) if (!taken.has(row)) return row;
    return undefined;
  }

  #giveUpRow(kept: ReadonlySet<string>): number | undefined {
    for (const [mode, row] of this.#rows) {
      if (kept.has(mode)) continue;
      this.#rows.delete(mode);
      return row;
    }
    return undefined;
  }

  #storeRow(row: number, counts: QueueCounts): void {
    const { waiting, queued, oldestSinceMs, matches, matched } = counts;
    this.#queues.waiting[row] = waiting;
    this.#queues.queued[row] = queued;
    this.#queues.oldestSinceMs[row] = oldestSinceMs;
    this.#queues.matches[row] = matches;
    this.#queues.matched[row] = matched;
  }
}

const NO_COUNTS: QueueCounts = { waiting: 0, queued: 0, oldestSinceMs: 0, matches: 0, matched: 0 };
