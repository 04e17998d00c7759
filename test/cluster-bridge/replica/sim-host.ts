/**
 * A simulated host: a real Replica over a map in memory, which answers later and one call after the other, crashes, and comes back
 * with the disk that it had, an older one, or one with holes. Test files only.
 */

import type { ReplicaMessage } from '../../../src/cluster-bridge/replica/replica-messages.ts';
import { Replica } from '../../../src/cluster-bridge/replica/replica.ts';
import { compareStamps } from '../../../src/shared/hybrid-clock.ts';
import type { Random } from '../../../src/shared/random.ts';
import type { Entry } from '../../../src/shared/store-messages.ts';
import type { EventQueue } from './event-queue.ts';
import {
  copyDisk,
  emptyDisk,
  MemoryStorage,
  type Disk,
  type StorageFault,
} from './memory-storage.ts';

export const LIMITS = { entries: 3, characters: 400 };
const START_MS = 1_000_000;
const STORE_MS = 20;
const TICK_MS = 500;

export interface SimHostOptions {
  readonly events: EventQueue;
  readonly random: Random;
  readonly offsetMs: number;
  readonly fault: StorageFault | undefined;
  /** Maps are compared by their digests. */
  readonly hasDigests: boolean;
  readonly send: (from: SimHost, to: string, message: ReplicaMessage) => void;
  readonly onWrong: (wrong: string) => void;
}

export class SimHost {
  readonly id: string;
  disk: Disk = emptyDisk();
  replica: Replica;
  incarnation = 1;
  isUp = true;
  applied = 0;
  repairs = 0;
  readonly #options: SimHostOptions;
  readonly #snapshots: { readonly disk: Disk; readonly greatest: Map<string, Entry> }[] = [];
  #storage: MemoryStorage;
  /** When the store is done with what it was asked so far. */
  #storeAtMs = 0;
  /** By key: the newest that was true here, on this disk. */
  #greatest = new Map<string, Entry>();

  constructor(id: string, options: SimHostOptions) {
    this.id = id;
    this.#options = options;
    this.#storage = this.#freshStorage();
    this.replica = this.#freshReplica();
    this.#tick();
  }

  /** Removes where there is no value. False where there was nothing to remove. */
  write(key: string, value: string | undefined): boolean {
    const before = this.disk.rows.get(key);
    if (!this.#storage.put(key, value)) return false;
    const after = this.disk.rows.get(key);
    if (before !== undefined && after !== undefined && compareStamps(after, before) <= 0) {
      this.#options.onWrong(`${this.id} wrote ${key} behind what it knew`);
    }
    if (after !== undefined) this.#greatest.set(key, after);
    this.#later(() => this.replica.wrote());
    return true;
  }

  /** The disk of now may come back later. */
  keep(): void {
    this.#snapshots.push({ disk: copyDisk(this.disk), greatest: new Map(this.#greatest) });
  }

  /** Its links are to be down. */
  crash(): void {
    this.isUp = false;
    this.incarnation += 1;
  }

  /** Its disk is the one that was kept last. False where none was. */
  setBack(): boolean {
    const old = this.#snapshots.pop();
    if (old === undefined) return false;
    this.disk = old.disk;
    this.#greatest = old.greatest;
    return true;
  }

  /** About half of its rows are gone, and no vector tells. False where there were none. */
  salvage(): boolean {
    const lost = [...this.disk.rows.keys()].filter(() => this.#options.random.below(2) === 0);
    for (const key of lost) {
      this.disk.rows.delete(key);
      this.#greatest.delete(key);
    }
    return lost.length > 0;
  }

  start(): void {
    this.isUp = true;
    this.#storeAtMs = this.#options.events.nowMs;
    this.#storage = this.#freshStorage();
    this.replica = this.#freshReplica();
    this.#tick();
  }

  #wallMs(): number {
    const { events, offsetMs } = this.#options;
    return START_MS + events.nowMs + offsetMs;
  }

  #freshStorage(): MemoryStorage {
    const { fault } = this.#options;
    return new MemoryStorage(this.id, this.disk, { wallMs: () => this.#wallMs(), fault });
  }

  #freshReplica(): Replica {
    const { send, hasDigests, fault, onWrong } = this.#options;
    const storage = this.#storage;
    return new Replica({
      hostId: this.id,
      limits: LIMITS,
      wallMs: () => this.#wallMs(),
      send: (to, message) => send(this, to, message),
      onApplied: (entries) => this.#onApplied(entries),
      onRepair: () => (this.repairs += 1),
      onClockAhead: () => onWrong(`${this.id} refused a clock`),
      storage: {
        state: (done) =>
          this.#later(() => {
            const state = storage.state();
            done(hasDigests ? state : { ...state, digest: '' });
          }),
        since: ({ origin, sequence, limit }, done) =>
          this.#later(() => done(storage.since(origin, sequence, limit))),
        apply: (entries, raised, done) => {
          if (fault === 'vector-before-rows') storage.raise(raised);
          this.#later(() => done(storage.apply(entries, raised)));
        },
      },
    });
  }

  #onApplied(entries: readonly Entry[]): void {
    this.applied += entries.length;
    for (const entry of entries) {
      const known = this.#greatest.get(entry.key);
      if (known !== undefined && compareStamps(entry, known) < 0) {
        const what = known.isDeleted ? 'what was removed' : 'what was replaced';
        this.#options.onWrong(`${this.id} took back ${entry.key}, ${what}`);
      }
      this.#greatest.set(entry.key, entry);
    }
  }

  #tick(): void {
    const { events } = this.#options;
    const { incarnation } = this;
    const onTick = (): void => {
      if (this.incarnation !== incarnation) return;
      this.replica.step(events.nowMs);
      events.at(events.nowMs + TICK_MS, onTick);
    };
    onTick();
  }

  /** When the store comes to it; never after a crash. */
  #later(run: () => void): void {
    const { events, random } = this.#options;
    const { incarnation } = this;
    this.#storeAtMs = Math.max(this.#storeAtMs, events.nowMs + random.below(STORE_MS));
    events.at(this.#storeAtMs, () => {
      if (this.incarnation === incarnation) run();
    });
  }
}
