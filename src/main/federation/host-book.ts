/**
 * The other hosts of the network as they were heard last, for main and in the host table for all threads. Main thread.
 *
 *   joined() --> linked --heard()--> in the totals --lost()--> known, in no total --joined()--> linked
 *                                                     \--it was draining: it has left, and is forgotten
 */

import type { HeardSummary } from '../../cluster-bridge/federation/host-summary.ts';
import type { HostIdentity } from '../../cluster-bridge/transport.ts';
import { HostState, type HostTable } from '../../shared/host-table.ts';

/** A host that belongs to the network. */
export interface KnownHost {
  readonly hostId: string;
  /** Row in the host table. */
  readonly row: number;
  /** The last one, which may be of an earlier run. */
  readonly summary: HeardSummary;
  readonly isLinked: boolean;
  /** When the link was lost; 0 while it is there. */
  readonly lostMs: number;
}

type Entry = { -readonly [Key in keyof KnownHost]: KnownHost[Key] };

export class HostBook {
  readonly #table: HostTable;
  readonly #entries = new Map<string, Entry>();
  /** The runs that are linked now. */
  readonly #linked = new Map<string, number>();

  constructor(table: HostTable) {
    this.#table = table;
  }

  joined({ hostId, incarnation }: HostIdentity): void {
    this.#linked.set(hostId, incarnation);
  }

  heard(summary: HeardSummary): void {
    const { hostId, incarnation } = summary;
    if (this.#linked.get(hostId) !== incarnation) return;
    const row = this.#entries.get(hostId)?.row ?? this.#takeRow();
    if (row === undefined) return;
    this.#entries.set(hostId, { hostId, row, summary, isLinked: true, lostMs: 0 });
    const table = this.#table;
    table.players[row] = summary.players;
    table.bots[row] = summary.bots;
    table.playersMax[row] = summary.playersMax;
    table.matches[row] = summary.matches;
    table.lobbies[row] = summary.lobbies;
    table.heardAtMs[row] = summary.heardMs;
    table.state[row] = summary.state === 'up' ? HostState.up : HostState.draining;
  }

  /**
   * The link is down: the host is out of all totals at once, and still known. True for one that was draining: it has left, and
   * is missed by nobody.
   */
  lost({ hostId, incarnation }: HostIdentity, nowMs: number): boolean {
    if (this.#linked.get(hostId) !== incarnation) return false;
    this.#linked.delete(hostId);
    const entry = this.#entries.get(hostId);
    if (entry === undefined) return false;
    this.#table.heardAtMs[entry.row] = 0;
    entry.isLinked = false;
    entry.lostMs = nowMs;
    if (entry.summary.state !== 'draining') return false;
    this.#forget(entry);
    return true;
  }

  /** Summaries of linked hosts that came at that time or later. */
  heardSince(sinceMs: number): readonly HeardSummary[] {
    const heard: HeardSummary[] = [];
    for (const { summary, isLinked } of this.#entries.values()) {
      if (isLinked && summary.heardMs >= sinceMs) heard.push(summary);
    }
    return heard;
  }

  /** All that belong to the network, in the order of their ids. */
  known(): readonly KnownHost[] {
    return [...this.#entries.values()].toSorted((one, other) =>
      one.hostId < other.hostId ? -1 : 1,
    );
  }

  /** A free row, or that of the host which has been lost for longest. */
  #takeRow(): number | undefined {
    const { state, rowsTaken, capacity } = this.#table;
    for (let row = 1; row < capacity; row += 1) {
      if (state[row] !== HostState.free) continue;
      rowsTaken[0] = Math.max(rowsTaken[0] ?? 0, row + 1);
      return row;
    }
    const lost = this.known().filter(({ isLinked }) => !isLinked);
    const [oldest] = lost.toSorted((one, other) => one.lostMs - other.lostMs);
    if (oldest === undefined) return undefined;
    this.#forget(oldest);
    return oldest.row;
  }

  #forget({ hostId, row }: KnownHost): void {
    this.#entries.delete(hostId);
    this.#table.state[row] = HostState.free;
  }
}
