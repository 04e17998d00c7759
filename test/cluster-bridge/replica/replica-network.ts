/**
 * Hosts with real Replicas on a virtual clock and links that break: what they write, what is cut, who crashes and whose disk is
 * set back comes from one seed. Test files only.
 */

import type { ReplicaMessage } from '../../../src/cluster-bridge/replica/replica-messages.ts';
import { compareStamps } from '../../../src/shared/hybrid-clock.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import type { Entry } from '../../../src/shared/store-messages.ts';
import { EventQueue } from './event-queue.ts';
import type { StorageFault } from './memory-storage.ts';
import { LIMITS, SimHost } from './sim-host.ts';
import { SimLinks } from './sim-links.ts';

/** `mark-of-all`: a batch says that with it the receiver has all. */
export type Fault = StorageFault | 'mark-of-all';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const STEP_MS_MAX = 400;
const OFFSET_MS_MAX = 40_000;

export interface NetworkOptions {
  readonly seed: number;
  readonly fault?: Fault | undefined;
  /** Disks are set back and damaged too, and maps compared by their digests. */
  readonly hasTruncations: boolean;
}

/** What a run has met. */
export interface Marks {
  readonly messages: number;
  readonly applied: number;
  readonly removals: number;
  readonly ties: number;
  readonly cuts: number;
  readonly crashes: number;
  readonly truncations: number;
  readonly salvages: number;
  readonly repairs: number;
}

export class ReplicaNetwork {
  /** What must never happen and has. */
  readonly wrongs: string[] = [];
  readonly #options: NetworkOptions;
  readonly #random: Random;
  readonly #events: EventQueue = new EventQueue();
  readonly #hosts: readonly SimHost[];
  readonly #links: SimLinks;
  readonly #met = { removals: 0, ties: 0, crashes: 0, truncations: 0, salvages: 0 };
  #values = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
    const random = seededRandom(options.seed);
    this.#random = random;
    const onWrong = (wrong: string): void => void this.wrongs.push(wrong);
    this.#links = new SimLinks({
      events: this.#events,
      random,
      entriesMax: LIMITS.entries,
      tamper: (from, message) => this.#tampered(from.id, message),
      onWrong,
    });
    const areClocksEqual = random.below(2) === 0;
    const { fault, hasTruncations } = options;
    this.#hosts = Array.from(
      { length: 2 + random.below(5) },
      (_, index) =>
        new SimHost(`h${index}`, {
          events: this.#events,
          random,
          offsetMs: areClocksEqual ? 0 : random.below(OFFSET_MS_MAX),
          fault: fault === 'mark-of-all' ? undefined : fault,
          // Without truncations vectors alone must be enough: there is nothing to compare.
          hasDigests: hasTruncations,
          send: (from, to, message) => this.#links.send(from, to, message),
          onWrong,
        }),
    );
    this.#joinAll(random.below(2) === 0);
  }

  get marks(): Marks {
    const { messages, cuts } = this.#links;
    const sum = (count: (host: SimHost) => number): number =>
      this.#hosts.reduce((total, host) => total + count(host), 0);
    const [applied, repairs] = [sum((host) => host.applied), sum((host) => host.repairs)];
    return { messages, cuts, applied, repairs, ...this.#met };
  }

  /** Batches that were sent so far. */
  get entryMessages(): number {
    return this.#links.entryMessages;
  }

  /** Chaos: writes, cuts, crashes, disks that are set back. */
  disturb(steps: number): void {
    for (let step = 0; step < steps; step += 1) {
      this.#act();
      this.run(this.#random.below(STEP_MS_MAX));
    }
  }

  heal(): void {
    for (const host of this.#hosts) if (!host.isUp) this.#start(host);
    this.#links.mend();
  }

  /** Lets time pass. */
  run(ms: number): void {
    this.#events.pass(ms);
  }

  /** The newest of each key over all hosts. */
  newest(): Map<string, string> {
    const newest = new Map<string, Entry>();
    for (const { disk } of this.#hosts) {
      for (const row of disk.rows.values()) {
        const known = newest.get(row.key);
        if (known === undefined || compareStamps(row, known) > 0) newest.set(row.key, row);
      }
    }
    return new Map([...newest].map(([key, row]) => [key, textOf(row)]));
  }

  /** Hosts whose map is not `wanted`. */
  unlike(wanted: ReadonlyMap<string, string>): string[] {
    return this.#hosts
      .filter(({ disk }) => {
        if (disk.rows.size !== wanted.size) return true;
        return [...disk.rows.values()].some((row) => wanted.get(row.key) !== textOf(row));
      })
      .map(({ id }) => id);
  }

  /** A line, so that what two ends know must go through the middle; or more links beside it. */
  #joinAll(isLine: boolean): void {
    for (const [index, from] of this.#hosts.entries()) {
      for (const to of this.#hosts.slice(index + 1)) {
        const isNext = this.#hosts[index + 1] === to;
        if (isNext || (!isLine && this.#random.below(3) > 0)) this.#links.join(from, to);
      }
    }
  }

  #act(): void {
    const host = this.#pick(this.#hosts);
    switch (this.#random.below(8)) {
      case 0:
      case 1:
      case 2:
        if (host.isUp) this.#write(host, this.#pick(KEYS), this.#random.below(3) === 0);
        break;
      case 3:
        this.#writeTogether(this.#pick(KEYS));
        break;
      case 4:
        this.#links.toggle();
        break;
      case 5:
        if (this.#options.hasTruncations) host.keep();
        break;
      case 6:
        if (host.isUp) this.#crash(host);
        else this.#start(host);
        break;
      case 7:
        this.#links.mend();
        break;
    }
  }

  #write(host: SimHost, key: string, isRemoval: boolean): void {
    this.#values += 1;
    const isDone = host.write(key, isRemoval ? undefined : `v${this.#values}`);
    if (isDone && isRemoval) this.#met.removals += 1;
  }

  /** Several hosts write one key in one millisecond. */
  #writeTogether(key: string): void {
    const writers = this.#hosts.filter(({ isUp }) => isUp);
    for (const host of writers) this.#write(host, key, false);
    const times = writers.map(({ disk }) => {
      const row = disk.rows.get(key);
      return `${row?.wallMs} ${row?.counter}`;
    });
    if (new Set(times).size < times.length) this.#met.ties += 1;
  }

  #crash(host: SimHost): void {
    this.#met.crashes += 1;
    this.#links.drop(host);
    host.crash();
  }

  #start(host: SimHost): void {
    if (this.#random.below(2) === 0 && host.setBack()) this.#met.truncations += 1;
    const isDamaged = this.#options.hasTruncations && this.#random.below(4) === 0;
    if (isDamaged && host.salvage()) this.#met.salvages += 1;
    host.start();
  }

  #tampered(from: string, message: ReplicaMessage): ReplicaMessage {
    if (this.#options.fault !== 'mark-of-all' || message.kind !== 'entries') return message;
    const marks = this.#hosts.find(({ id }) => id === from)?.disk.marks;
    return { ...message, mark: marks?.get(message.origin) ?? message.mark };
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
