/**
 * Hosts with real Replicas on a virtual clock and links that break: what they write, what is cut, who crashes and whose disk is
 * set back comes from one seed. Test files only.
 */

import { Replica } from '../../../src/cluster-bridge/replica/replica.ts';
import type { ReplicaMessage } from '../../../src/cluster-bridge/replica/replica-messages.ts';
import { compareStamps } from '../../../src/shared/hybrid-clock.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import type { Entry } from '../../../src/shared/store-messages.ts';
import { copyDisk, emptyDisk, MemoryStorage, type Disk, type StorageFault } from './memory-storage.ts';

export type Fault = StorageFault | 'mark-of-all';

export const LIMITS = { entries: 3, characters: 400 };
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const START_MS = 1_000_000;
const STORE_MS = 20;
const LINK_MS = 60;

export interface NetworkOptions {
  readonly seed: number;
  readonly fault?: Fault | undefined;
  /** Disks are set back too, and maps compared by their digests. */
  readonly hasTruncations: boolean;
}

export interface Marks {
  messages: number;
  applied: number;
  removals: number;
  ties: number;
  cuts: number;
  crashes: number;
  truncations: number;
  /** Files that lost rows in their middle: no vector tells. */
  salvages: number;
  repairs: number;
}

interface SimHost {
  readonly id: string;
  offsetMs: number;
  incarnation: number;
  disk: Disk;
  storage: MemoryStorage;
  replica: Replica;
  isUp: boolean;
  /** The store carries out one call after the other. */
  storeAtMs: number;
  /** By key: the newest that was true here, on this disk. */
  greatest: Map<string, Entry>;
  snapshots: { readonly disk: Disk; readonly greatest: Map<string, Entry> }[];
}

/** One direction of a link that may be up. */
interface Way {
  readonly from: SimHost;
  readonly to: SimHost;
  generation: number;
  isUp: boolean;
  atMs: number;
  batchesOut: number;
}

export class ReplicaNetwork {
  readonly marks: Marks = {
    messages: 0,
    applied: 0,
    removals: 0,
    ties: 0,
    cuts: 0,
    crashes: 0,
    truncations: 0,
    salvages: 0,
    repairs: 0,
  };
  /** What must never happen and has. */
  readonly wrongs: string[] = [];
  readonly hosts: SimHost[] = [];
  entryMessages = 0;
  readonly #options: NetworkOptions;
  readonly #random: Random;
  readonly #ways: Way[] = [];
  readonly #events: { readonly atMs: number; readonly order: number; readonly run: () => void }[] =
    [];
  #order = 0;
  #nowMs = 0;
  #values = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
    const random = seededRandom(options.seed);
    this.#random = random;
    const count = 2 + random.below(5);
    const areClocksEqual = random.below(2) === 0;
    for (let index = 0; index < count; index += 1) {
      const offsetMs = areClocksEqual ? 0 : random.below(40_000);
      this.hosts.push(this.#freshHost(`h${index}`, offsetMs));
    }
    // A line, so that what two ends know must go through the middle; in half of the runs more links beside it.
    const isLine = random.below(2) === 0;
    for (const [index, from] of this.hosts.entries()) {
      for (const to of this.hosts.slice(index + 1)) {
        const isNext = this.hosts[index + 1] === to;
        if (isNext || (!isLine && random.below(3) > 0)) this.#join(from, to);
      }
    }
    for (const host of this.hosts) this.#tick(host);
  }

  /** Chaos: writes, cuts, crashes, disks that are set back. */
  disturb(steps: number): void {
    for (let step = 0; step < steps; step += 1) {
      this.#act();
      this.run(this.#random.below(400));
    }
  }

  heal(): void {
    for (const host of this.hosts) if (!host.isUp) this.#start(host);
    for (const way of this.#ways) if (!way.isUp) this.#connect(way);
  }

  /** Lets time pass. */
  run(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#takeEvent(untilMs);
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  /** The newest of each key over all hosts. */
  newest(): Map<string, string> {
    const newest = new Map<string, Entry>();
    for (const { disk } of this.hosts) {
      for (const row of disk.rows.values()) {
        const known = newest.get(row.key);
        if (known === undefined || compareStamps(row, known) > 0) newest.set(row.key, row);
      }
    }
    return new Map([...newest].map(([key, row]) => [key, textOf(row)]));
  }

  /** Hosts whose map is not `wanted`. */
  unlike(wanted: ReadonlyMap<string, string>): string[] {
    return this.hosts
      .filter(({ disk }) => {
        if (disk.rows.size !== wanted.size) return true;
        return [...disk.rows.values()].some((row) => wanted.get(row.key) !== textOf(row));
      })
      .map(({ id }) => id);
  }

  write(host: SimHost, key: string, isRemoval: boolean): void {
    this.#values += 1;
    const before = host.disk.rows.get(key);
    if (!host.storage.put(key, isRemoval ? undefined : `v${this.#values}`)) return;
    if (isRemoval) this.marks.removals += 1;
    const after = host.disk.rows.get(key);
    if (before !== undefined && after !== undefined && compareStamps(after, before) <= 0) {
      this.wrongs.push(`${host.id} wrote ${key} behind what it knew`);
    }
    if (after !== undefined) host.greatest.set(key, after);
    this.#later(host, () => host.replica.wrote());
  }

  #act(): void {
    const { hasTruncations } = this.#options;
    const host = this.#pick(this.hosts);
    switch (this.#random.below(8)) {
      case 0:
      case 1:
      case 2:
        if (host.isUp) this.write(host, this.#pick(KEYS), this.#random.below(3) === 0);
        break;
      case 3:
        this.#writeTogether(this.#pick(KEYS));
        break;
      case 4: {
        const way = this.#pick(this.#ways);
        if (way.isUp) this.#disconnect(way);
        else if (way.from.isUp && way.to.isUp) this.#connect(way);
        break;
      }
      case 5:
        if (hasTruncations) {
          const { disk, greatest } = host;
          host.snapshots.push({ disk: copyDisk(disk), greatest: new Map(greatest) });
        }
        break;
      case 6:
        if (host.isUp) this.#crash(host);
        else this.#start(host);
        break;
      case 7:
        for (const way of this.#ways) {
          if (!way.isUp && way.from.isUp && way.to.isUp) this.#connect(way);
        }
        break;
    }
  }

  /** Several hosts write one key in one millisecond. */
  #writeTogether(key: string): void {
    const writers = this.hosts.filter(({ isUp }) => isUp);
    for (const host of writers) this.write(host, key, false);
    const stamps = writers.map(({ disk }) => {
      const row = disk.rows.get(key);
      return `${row?.wallMs} ${row?.counter}`;
    });
    if (new Set(stamps).size < stamps.length) this.marks.ties += 1;
  }

  #freshHost(id: string, offsetMs: number): SimHost {
    const disk = emptyDisk();
    const storage = this.#openStorage(id, disk, offsetMs);
    const host: Omit<SimHost, 'replica'> = {
      id,
      offsetMs,
      incarnation: 1,
      disk,
      storage,
      isUp: true,
      storeAtMs: 0,
      greatest: new Map<string, Entry>(),
      snapshots: [],
    };
    // The replica needs the host, and the host its replica.
    const whole = host as SimHost;
    whole.replica = this.#freshReplica(whole);
    return whole;
  }

  #openStorage(id: string, disk: Disk, offsetMs: number): MemoryStorage {
    const { fault } = this.#options;
    return new MemoryStorage(id, disk, {
      wallMs: () => START_MS + this.#nowMs + offsetMs,
      fault: fault === 'mark-of-all' ? undefined : fault,
    });
  }

  #freshReplica(host: SimHost): Replica {
    const { hasTruncations, fault } = this.#options;
    return new Replica({
      hostId: host.id,
      limits: LIMITS,
      wallMs: () => START_MS + this.#nowMs + host.offsetMs,
      send: (to, message) => this.#send(host, to, message),
      onApplied: (entries) => this.#onApplied(host, entries),
      onRepair: () => (this.marks.repairs += 1),
      onClockAhead: () => this.wrongs.push(`${host.id} refused a clock`),
      storage: {
        state: (done) =>
          this.#later(host, () => {
            const state = host.storage.state();
            // Without truncations vectors alone must be enough: there is nothing to compare.
            done(hasTruncations ? state : { ...state, digest: '' });
          }),
        since: ({ origin, sequence, limit }, done) =>
          this.#later(host, () => done(host.storage.since(origin, sequence, limit))),
        apply: (entries, raised, done) => {
          if (fault === 'vector-before-rows') host.storage.raise(raised);
          this.#later(host, () => done(host.storage.apply(entries, raised)));
        },
      },
    });
  }

  #onApplied(host: SimHost, entries: readonly Entry[]): void {
    this.marks.applied += entries.length;
    for (const entry of entries) {
      const known = host.greatest.get(entry.key);
      if (known !== undefined && compareStamps(entry, known) < 0) {
        const what = known.isDeleted ? 'what was removed' : 'what was replaced';
        this.wrongs.push(`${host.id} took back ${entry.key}, ${what}`);
      }
      host.greatest.set(entry.key, entry);
    }
  }

  #crash(host: SimHost): void {
    this.marks.crashes += 1;
    host.isUp = false;
    host.incarnation += 1;
    for (const way of this.#ways) {
      if (way.isUp && (way.from === host || way.to === host)) this.#disconnect(way);
    }
  }

  #start(host: SimHost): void {
    const old = host.snapshots.pop();
    if (old !== undefined && this.#random.below(2) === 0) {
      this.marks.truncations += 1;
      host.disk = old.disk;
      host.greatest = old.greatest;
    }
    if (this.#options.hasTruncations && this.#random.below(4) === 0) this.#salvage(host);
    host.isUp = true;
    host.storeAtMs = this.#nowMs;
    host.storage = this.#openStorage(host.id, host.disk, host.offsetMs);
    host.replica = this.#freshReplica(host);
    this.#tick(host);
  }

  #salvage({ disk, greatest }: SimHost): void {
    const lost = [...disk.rows.keys()].filter(() => this.#random.below(2) === 0);
    if (lost.length > 0) this.marks.salvages += 1;
    for (const key of lost) {
      disk.rows.delete(key);
      greatest.delete(key);
    }
  }

  #tick(host: SimHost): void {
    const { incarnation } = host;
    const onTick = (): void => {
      if (host.incarnation !== incarnation || !host.isUp) return;
      host.replica.step(this.#nowMs);
      this.#at(this.#nowMs + 500, onTick);
    };
    onTick();
  }

  #join(from: SimHost, to: SimHost): void {
    const fresh = { generation: 0, isUp: false, atMs: 0, batchesOut: 0 };
    this.#ways.push({ from, to, ...fresh }, { from: to, to: from, ...fresh });
    const way = this.#ways.at(-1);
    if (way !== undefined) this.#connect(way);
  }

  #connect(way: Way): void {
    for (const one of this.#both(way)) {
      one.isUp = true;
      one.generation += 1;
      one.atMs = this.#nowMs;
      one.batchesOut = 0;
    }
    for (const { from, to } of this.#both(way)) {
      from.replica.peerUp({ hostId: to.id, incarnation: to.incarnation });
    }
  }

  #disconnect(way: Way): void {
    this.marks.cuts += 1;
    for (const one of this.#both(way)) {
      one.isUp = false;
      one.generation += 1;
      const { id, incarnation, isUp } = one.to;
      // A host that has crashed has another incarnation by now.
      one.from.replica.peerDown({ hostId: id, incarnation: isUp ? incarnation : incarnation - 1 });
    }
  }

  #both({ from, to }: Way): Way[] {
    return this.#ways.filter(
      (way) => (way.from === from && way.to === to) || (way.from === to && way.to === from),
    );
  }

  #send(host: SimHost, to: string, message: ReplicaMessage): void {
    const way = this.#ways.find((one) => one.from === host && one.to.id === to);
    if (way === undefined || !way.isUp) return;
    this.marks.messages += 1;
    this.#watch(way, message);
    const told = this.#tampered(host, message);
    const { generation } = way;
    way.atMs = Math.max(way.atMs, this.#nowMs + 1 + this.#random.below(LINK_MS));
    this.#at(way.atMs, () => {
      if (way.generation !== generation) return;
      const { id: hostId, incarnation } = way.from;
      way.to.replica.onMessage({ hostId, incarnation }, told);
    });
  }

  /** One batch at a time, and none that is too large. */
  #watch(way: Way, message: ReplicaMessage): void {
    if (message.kind === 'entries') {
      this.entryMessages += 1;
      way.batchesOut += 1;
      if (way.batchesOut > 1) this.wrongs.push('a second batch before the first was taken');
      if (message.entries.length > LIMITS.entries) this.wrongs.push('a batch is too long');
    } else if (message.kind === 'taken') {
      for (const one of this.#both(way)) if (one.from === way.to) one.batchesOut -= 1;
    }
  }

  #tampered(host: SimHost, message: ReplicaMessage): ReplicaMessage {
    if (this.#options.fault !== 'mark-of-all' || message.kind !== 'entries') return message;
    return { ...message, mark: host.disk.marks.get(message.origin) ?? message.mark };
  }

  /** The host's store, when it comes to it; never after a crash. */
  #later(host: SimHost, run: () => void): void {
    const { incarnation } = host;
    host.storeAtMs = Math.max(host.storeAtMs, this.#nowMs + this.#random.below(STORE_MS));
    this.#at(host.storeAtMs, () => {
      if (host.incarnation === incarnation && host.isUp) run();
    });
  }

  #at(atMs: number, run: () => void): void {
    this.#order += 1;
    this.#events.push({ atMs, order: this.#order, run });
  }

  #takeEvent(untilMs: number): { readonly atMs: number; readonly run: () => void } | undefined {
    let best = -1;
    for (const [index, event] of this.#events.entries()) {
      const known = this.#events[best];
      if (event.atMs > untilMs) continue;
      if (known === undefined || event.atMs < known.atMs) best = index;
      else if (event.atMs === known.atMs && event.order < known.order) best = index;
    }
    return best < 0 ? undefined : this.#events.splice(best, 1)[0];
  }

  #pick<Value>(values: readonly Value[]): Value {
    const value = values[this.#random.below(values.length)];
    if (value === undefined) throw new Error('there is something to pick from');
    return value;
  }
}

function textOf({ value, isDeleted, wallMs, counter, hostId }: Entry): string {
  return JSON.stringify([value, isDeleted, wallMs, counter, hostId]);
}
