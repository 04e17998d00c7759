/**
 * A replicated map in memory by the rules of the store's EntryTable, for simulations of many thousand hosts; its faults can be
 * switched on, to see that a simulation finds them. Test files only.
 */

import { compareStamps, HybridClock, type HybridTime } from '../../../src/shared/hybrid-clock.ts';
import type {
  AppliedEntries,
  Entry,
  ReplicaState,
  VersionVector,
} from '../../../src/shared/store-messages.ts';

/** What a host must not do; each is found by the simulation. */
export type StorageFault =
  | 'no-tie-break'
  | 'vector-before-rows'
  | 'tombstone-dropped'
  | 'sequence-reused'
  | 'clock-not-merged';

/** A tombstone is dropped after this time where that fault is on. */
const TOMBSTONE_MS = 2_000;

/** What of a host survives its process. */
export interface Disk {
  readonly rows: Map<string, Entry>;
  readonly marks: Map<string, number>;
  time: HybridTime;
}

export function emptyDisk(): Disk {
  return { rows: new Map(), marks: new Map(), time: { wallMs: 0, counter: 0 } };
}

export function copyDisk({ rows, marks, time }: Disk): Disk {
  return { rows: new Map(rows), marks: new Map(marks), time };
}

export class MemoryStorage {
  readonly disk: Disk;
  readonly #hostId: string;
  readonly #wallMs: () => number;
  readonly #fault: StorageFault | undefined;
  readonly #clock: HybridClock;
  readonly #foundSequence: number;
  #sequence: number;

  constructor(
    hostId: string,
    disk: Disk,
    { wallMs, fault }: { readonly wallMs: () => number; readonly fault: StorageFault | undefined },
  ) {
    this.disk = disk;
    this.#hostId = hostId;
    this.#wallMs = wallMs;
    this.#fault = fault;
    this.#clock = new HybridClock(disk.time);
    const own = [...disk.rows.values()].filter((row) => row.hostId === hostId);
    this.#foundSequence = Math.max(0, ...own.map(({ sequence }) => sequence));
    disk.marks.set(hostId, this.#foundSequence);
    const start = fault === 'sequence-reused' ? 0 : Math.floor(wallMs()) * 1_000;
    this.#sequence = Math.max(this.#foundSequence, start);
  }

  state(): ReplicaState {
    const rows = [...this.disk.rows.values()].map((row) => JSON.stringify(row)).sort();
    return {
      vector: Object.fromEntries(this.disk.marks),
      digest: `${rows.length}:${rows.join('\n')}`,
      foundSequence: this.#foundSequence,
    };
  }

  since(origin: string, sequence: number, limit: number): Entry[] {
    return [...this.disk.rows.values()]
      .filter((row) => row.hostId === origin && row.sequence > sequence)
      .sort((a, b) => a.sequence - b.sequence)
      .slice(0, limit);
  }

  /** Writes a value, or undefined for a removal. False where there is nothing to remove. */
  put(key: string, value: string | undefined): boolean {
    const current = this.disk.rows.get(key);
    if (value === undefined && current?.isDeleted !== false) return false;
    const time = this.#clock.next(this.#wallMs());
    this.#write({
      kind: 'ban',
      key,
      value: value ?? null,
      isDeleted: value === undefined,
      hostId: this.#hostId,
      sequence: this.#nextSequence(),
      ...time,
    });
    return true;
  }

  apply(entries: readonly Entry[], raised: VersionVector): AppliedEntries {
    const applied: Entry[] = [];
    let [stale, refused] = [0, 0];
    for (const entry of entries) {
      const { key, hostId, sequence } = entry;
      if (this.#fault !== 'clock-not-merged') this.#clock.observe(entry);
      this.#raise(hostId, sequence);
      const rows = [...this.disk.rows.values()];
      const other = rows.find((row) => row.hostId === hostId && row.sequence === sequence);
      const current = this.disk.rows.get(key);
      if (other !== undefined && other.key !== key) refused += 1;
      else if (current !== undefined && !this.#wins(entry, current)) stale += 1;
      else {
        const isOwn = hostId === this.#hostId;
        this.#write(isOwn ? { ...entry, sequence: this.#nextSequence(sequence) } : entry);
        applied.push(entry);
      }
    }
    this.raise(raised);
    return { applied, stale, refused };
  }

  raise(vector: VersionVector): void {
    for (const [origin, mark] of Object.entries(vector)) this.#raise(origin, mark);
  }

  #wins(entry: Entry, current: Entry): boolean {
    const byTime = entry.wallMs - current.wallMs || entry.counter - current.counter;
    if (this.#fault === 'no-tie-break') return byTime > 0;
    return (compareStamps(entry, current) || entry.sequence - current.sequence) > 0;
  }

  #raise(origin: string, mark: number): void {
    if (mark > (this.disk.marks.get(origin) ?? 0)) this.disk.marks.set(origin, mark);
    if (this.#fault === 'sequence-reused') return;
    if (origin === this.#hostId) this.#sequence = Math.max(this.#sequence, mark);
  }

  #nextSequence(above = 0): number {
    this.#sequence = Math.max(this.#sequence, above) + 1;
    this.disk.marks.set(
      this.#hostId,
      Math.max(this.#sequence, this.disk.marks.get(this.#hostId) ?? 0),
    );
    return this.#sequence;
  }

  #write(entry: Entry): void {
    this.disk.rows.set(entry.key, entry);
    this.disk.time = this.#clock.last;
    if (this.#fault !== 'tombstone-dropped') return;
    for (const [key, row] of this.disk.rows) {
      if (row.isDeleted && this.#wallMs() - row.wallMs > TOMBSTONE_MS) this.disk.rows.delete(key);
    }
  }
}
