/**
 * The replicated map: newest stamp wins by (wallMs, counter, hostId), and each host's writes are a log by sequence.
 * The store's thread.
 *
 *   own write      next sequence, next time of the hybrid clock; replaces whatever the key held
 *   remote write   wins, or is stale; either way its host's mark in the vector moves to its sequence
 *   removal        a write like any other, its row a tombstone
 *
 * A row that is replaced leaves a gap in its host's log: whoever asks for the log gets what replaced it from the log of
 * the host that did. So the greatest sequence seen is kept beside the rows (`origins`), not read from them.
 *
 * Sequences start at each opening at SEQUENCES_PER_MS x the wall clock, or above the last one: a file that lost
 * its end in silence cannot give a (host, sequence) out twice, unless the clock was set back as well.
 *
 * Own writes that come back from others are those that the file has lost. They get new sequences, their stamps stay: so
 * hosts that have later writes of this one already are told of them like of any new ones.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../shared/clock.ts';
import { compareStamps, HybridClock, type HybridTime } from '../../shared/hybrid-clock.ts';
import type {
  AppliedEntries,
  Entry,
  EntryKind,
  ReplicaState,
  VersionVector,
} from '../../shared/store-messages.ts';
import { EntryDigest } from './entry-digest.ts';
import { sealRow } from './row-checksum.ts';
import { ENTRIES, ORIGINS } from './store-schema.ts';
import { RowQuery, RowWriter, type Row } from './table-rows.ts';

/** More writes than a host makes in its life, on average; small enough for 2^53. */
const SEQUENCES_PER_MS = 1_000;

export interface EntryTableOptions {
  readonly hostId: string;
  readonly clock: Clock;
  /** The last ones of the file. */
  readonly sequence: number;
  readonly time: HybridTime;
}

export class EntryTable {
  readonly #options: EntryTableOptions;
  readonly #clock: HybridClock;
  readonly #byKey: RowQuery;
  readonly #inRange: RowQuery;
  readonly #newestFirst: RowQuery;
  readonly #since: RowQuery;
  readonly #byOrigin: RowQuery;
  readonly #origins: RowQuery;
  readonly #writer: RowWriter;
  readonly #originWriter: RowWriter;
  readonly #digest: EntryDigest;
  /** Of the own writes that the file had when it was opened. */
  readonly #foundSequence: number;
  #sequence: number;
  /** The greatest of an own write that was made, or told by others: not the one that the next starts from. */
  #heldSequence: number;

  constructor(db: DatabaseSync, options: EntryTableOptions) {
    this.#options = options;
    this.#clock = new HybridClock(options.time);
    const own = db.prepare('SELECT max(sequence) AS last FROM entries WHERE host_id = ?');
    this.#foundSequence = Number(own.get(options.hostId)?.['last'] ?? 0);
    this.#heldSequence = this.#foundSequence;
    this.#sequence = Math.max(
      options.sequence,
      this.#foundSequence,
      Math.floor(options.clock.wallMs()) * SEQUENCES_PER_MS,
    );
    this.#digest = new EntryDigest(db);
    const ofKind = 'WHERE kind = ? AND deleted = 0';
    this.#byKey = new RowQuery(db, ENTRIES, 'WHERE kind = ? AND key = ?');
    this.#inRange = new RowQuery(db, ENTRIES, `${ofKind} AND key >= ? AND key < ? ORDER BY key`);
    this.#newestFirst = new RowQuery(db, ENTRIES, `${ofKind} ORDER BY key DESC LIMIT ?`);
    this.#since = new RowQuery(
      db,
      ENTRIES,
      'WHERE host_id = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    );
    this.#byOrigin = new RowQuery(db, ENTRIES, 'WHERE host_id = ? AND sequence = ?');
    this.#origins = new RowQuery(db, ORIGINS, 'ORDER BY host_id');
    this.#writer = new RowWriter(db, ENTRIES, 'replace');
    this.#originWriter = new RowWriter(db, ORIGINS, 'replace');
  }

  /** This host's last sequence and time, to be kept with each transaction. */
  get progress(): { readonly sequence: number; readonly time: HybridTime } {
    return { sequence: this.#sequence, time: this.#clock.last };
  }

  /** The value of a key; undefined where there is none or it was removed. */
  value(kind: EntryKind, key: string): unknown {
    const row = this.#byKey.first(kind, key);
    if (row === undefined) return undefined;
    const entry = toEntry(row);
    return entry.isDeleted ? undefined : entry.value;
  }

  /** Those with from <= key < to, in the order of their keys. */
  range(kind: EntryKind, from: string, to: string): Entry[] {
    return this.#inRange.all(kind, from, to).map(toEntry);
  }

  /** Those of one kind, greatest keys first. */
  greatest(kind: EntryKind, limit: number): Entry[] {
    return this.#newestFirst.all(kind, limit).map(toEntry);
  }

  put(kind: EntryKind, key: string, value: unknown): void {
    this.#writeOwn({ kind, key, value, isDeleted: false });
  }

  /** False where there is nothing to remove. */
  remove(kind: EntryKind, key: string): boolean {
    if (this.value(kind, key) === undefined) return false;
    this.#writeOwn({ kind, key, value: null, isDeleted: true });
    return true;
  }

  since(hostId: string, sequence: number, limit: number): Entry[] {
    return this.#since.all(hostId, sequence, limit).map(toEntry);
  }

  vector(): VersionVector {
    const others = this.#origins.all().map(([hostId, sequence]) => [hostId, sequence] as const);
    const own = [this.#options.hostId, this.#heldSequence] as const;
    return Object.fromEntries(this.#heldSequence === 0 ? others : [...others, own]);
  }

  /** What other hosts compare with their own; of one moment. */
  state(): ReplicaState {
    return {
      vector: this.vector(),
      digest: this.#digest.text(),
      foundSequence: this.#foundSequence,
    };
  }

  /** The transaction was undone: what was counted of it is not there. */
  onRollback(): void {
    this.#digest.forget();
  }

  apply(entries: readonly Entry[], raised: VersionVector = {}): AppliedEntries {
    const vector = new Map(Object.entries({ ...this.vector(), ...raised }));
    const applied: Entry[] = [];
    let stale = 0;
    let refused = 0;
    for (const entry of entries) {
      this.#clock.observe(entry);
      const { kind, key, hostId, sequence } = entry;
      vector.set(hostId, Math.max(sequence, vector.get(hostId) ?? 0));
      const other = this.#byOrigin.first(hostId, sequence);
      const current = this.#byKey.first(kind, key);
      if (other !== undefined && (other[0] !== kind || other[1] !== key)) refused += 1;
      else if (current !== undefined && compareEntries(entry, toEntry(current)) <= 0) stale += 1;
      else {
        this.#write(hostId === this.#options.hostId ? this.#again(entry) : entry);
        applied.push(entry);
      }
    }
    this.raise(Object.fromEntries(vector));
    return { applied, stale, refused };
  }

  raise(vector: VersionVector): void {
    const known = this.vector();
    for (const [hostId, sequence] of Object.entries(vector)) {
      if (sequence <= (known[hostId] ?? 0)) continue;
      if (hostId === this.#options.hostId) this.#raiseOwn(sequence);
      else this.#originWriter.write([hostId, sequence]);
    }
  }

  #raiseOwn(sequence: number): void {
    this.#heldSequence = Math.max(this.#heldSequence, sequence);
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  /** An own write that was lost, as a new one of the log. */
  #again(entry: Entry): Entry {
    // Above all that the others know of, so that none of them passes it over.
    this.#raiseOwn(Math.max(this.#sequence, entry.sequence) + 1);
    return { ...entry, sequence: this.#sequence };
  }

  #writeOwn(what: Pick<Entry, 'kind' | 'key' | 'value' | 'isDeleted'>): void {
    this.#raiseOwn(this.#sequence + 1);
    const { hostId, clock } = this.#options;
    const time = this.#clock.next(clock.wallMs());
    this.#write({ ...what, ...time, hostId, sequence: this.#sequence });
  }

  #write(entry: Entry): void {
    const { kind, key, value, hostId, sequence, wallMs, counter, isDeleted } = entry;
    const text = JSON.stringify(value);
    const cells = [kind, key, text, hostId, sequence, wallMs, counter, isDeleted ? 1 : 0];
    const row = sealRow(cells);
    if (this.#digest.isKnown) this.#digest.replace(this.#byKey.first(kind, key), row);
    this.#writer.writeSealed(row);
  }
}

/**
 * Beyond the stamp's order there is one only for a write that got a second sequence, and for a host whose disk and clock
 * were both set back: total, and the same on every host.
 */
function compareEntries(a: Entry, b: Entry): number {
  const byStamp = compareStamps(a, b) || a.sequence - b.sequence;
  if (byStamp !== 0) return byStamp;
  const [textA, textB] = [JSON.stringify(a.value), JSON.stringify(b.value)];
  if (textA === textB) return Number(a.isDeleted) - Number(b.isDeleted);
  return textA < textB ? -1 : 1;
}

function toEntry(row: Row): Entry {
  const [kind, key, value, hostId, sequence, wallMs, counter, deleted] = row;
  return {
    // What write() put there; the checksum says so.
    kind: kind as EntryKind,
    key: String(key),
    value: JSON.parse(String(value)),
    hostId: String(hostId),
    sequence: Number(sequence),
    wallMs: Number(wallMs),
    counter: Number(counter),
    isDeleted: deleted === 1,
  };
}
