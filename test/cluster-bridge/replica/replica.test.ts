/**
 * Goal: the rules of the Replica one by one. Method: real Replicas over maps in memory, messages handed over at once, and in some
 * tests looked at on their way.
 */

import { describe, expect, it } from 'vitest';
import { cutToSize } from '../../../src/cluster-bridge/replica/entry-batch.ts';
import { CHANGED_MS, Replica, VECTOR_MS } from '../../../src/cluster-bridge/replica/replica.ts';
import type { ReplicaMessage } from '../../../src/cluster-bridge/replica/replica-messages.ts';
import type { Entry } from '../../../src/shared/store-messages.ts';
import { copyDisk, emptyDisk, MemoryStorage, type Disk } from './memory-storage.ts';

const START_MS = 1_000_000;

describe('Replica', () => {
  it('pushes an own write at once, and tells through a third host within the time of a vector', () => {
    const kit = new Kit(['a', 'b', 'c']);
    kit.link('a', 'b');
    kit.link('b', 'c');
    kit.host('a').put('ban', 'x');
    expect(kit.values('ban')).toEqual(['x', 'x', undefined]);
    kit.pass(CHANGED_MS);
    expect(kit.values('ban')).toEqual(['x', 'x', 'x']);
  });

  it('sends one batch at a time, none of it twice', () => {
    const kit = new Kit(['a', 'b']);
    for (let index = 0; index < 10; index += 1) kit.host('a').put(`k${index}`, 'x');
    kit.link('a', 'b');
    const batches = kit.said.filter(({ kind }) => kind === 'entries' || kind === 'taken');
    expect(batches.map(({ kind }) => kind)).toEqual(
      Array.from({ length: 4 }, () => ['entries', 'taken']).flat(),
    );
    expect(kit.host('a').replica.counts().entriesSent).toBe(10);
    expect(kit.host('b').disk.rows.size).toBe(10);
  });

  it('says nothing but what it has where all is the same', () => {
    const kit = new Kit(['a', 'b']);
    kit.host('a').put('ban', 'x');
    kit.link('a', 'b');
    kit.pass(VECTOR_MS);
    kit.said.length = 0;
    kit.pass(VECTOR_MS);
    expect(kit.said.map(({ kind }) => kind)).toEqual(['vector', 'vector']);
  });

  it('does not take what is from the future, until its clock has come so far', () => {
    const kit = new Kit(['a', 'b']);
    kit.host('a').offsetMs = 90_000;
    kit.host('a').put('late', 'x');
    kit.link('a', 'b');
    expect(kit.values('late')).toEqual(['x', undefined]);
    expect(kit.ahead).toEqual(['b: a is 90000 ms ahead']);
    // What b writes is not behind the future.
    kit.host('b').put('own', 'y');
    expect(kit.host('b').disk.rows.get('own')?.wallMs).toBe(START_MS);
    kit.pass(31_000);
    kit.pass(VECTOR_MS);
    expect(kit.values('late')).toEqual(['x', 'x']);
  });

  it('gets its lost writes back from one host, and tells them to another that knew later ones', () => {
    const kit = new Kit(['a', 'p', 'q'], { hasDigests: false });
    const old = copyDisk(kit.host('a').disk);
    kit.host('a').put('lost', 'x');
    kit.link('a', 'p');
    kit.unlink('a', 'p');
    // The file of a is set back, and it writes on before it meets the one that knows.
    kit.pass(1_000);
    kit.restart('a', old);
    kit.host('a').put('new', 'y');
    kit.link('a', 'q');
    expect(kit.values('lost')).toEqual([undefined, 'x', undefined]);
    kit.link('a', 'p');
    expect(kit.values('lost')).toEqual(['x', 'x', 'x']);
    expect(kit.values('new')).toEqual(['y', 'y', 'y']);
  });

  it('gets back what a damaged file lost in its middle', () => {
    const kit = new Kit(['a', 'b']);
    for (const key of ['k1', 'k2', 'k3', 'k4']) kit.host('b').put(key, 'x');
    kit.link('a', 'b');
    kit.unlink('a', 'b');
    const damaged = copyDisk(kit.host('a').disk);
    damaged.rows.delete('k2');
    kit.restart('a', damaged);
    kit.link('a', 'b');
    kit.pass(VECTOR_MS);
    expect(kit.values('k2')).toEqual(['x', 'x']);
    // The one with fewer rows asks.
    const repairs = ['a', 'b'].map((id) => kit.host(id).replica.counts().repairs);
    expect(repairs).toEqual([1, 0]);
  });

  it('asks two others for everything where it knows that it has lost something', () => {
    const kit = new Kit(['a', 'b', 'c', 'd'], { hasDigests: false });
    const others = ['b', 'c', 'd'];
    kit.host('b').put('k1', 'x');
    for (const id of others) kit.link('a', id);
    for (const id of others) kit.unlink('a', id);
    const damaged = copyDisk(kit.host('a').disk);
    damaged.rows.clear();
    kit.restart('a', damaged);
    kit.link('a', 'b');
    expect(kit.values('k1')).toEqual([undefined, 'x', 'x', 'x']);
    kit.host('a').replica.lost();
    kit.deliver();
    expect(kit.values('k1')).toEqual(['x', 'x', 'x', 'x']);
    for (const id of ['c', 'd']) kit.link('a', id);
    expect(kit.host('a').replica.counts().repairs).toBe(2);
  });

  it('goes on when the store fails for a while', () => {
    const kit = new Kit(['a', 'b']);
    kit.link('a', 'b');
    kit.host('b').isFailing = true;
    kit.host('a').put('ban', 'x');
    expect(kit.values('ban')).toEqual(['x', undefined]);
    kit.host('b').isFailing = false;
    kit.pass(VECTOR_MS);
    expect(kit.values('ban')).toEqual(['x', 'x']);
  });

  it('does not hear a run of a host that is over', () => {
    const kit = new Kit(['a', 'b']);
    kit.link('a', 'b');
    const entries = [{ ...entryOf('old', 3), hostId: 'a' }];
    const stale: ReplicaMessage = { kind: 'entries', batch: 1, origin: 'a', entries, mark: 3 };
    kit.host('b').replica.onMessage({ hostId: 'a', incarnation: 0 }, stale);
    expect(kit.host('b').disk.rows.size).toBe(0);
  });
});

describe('cutToSize()', () => {
  it('takes what fits, and one entry that is too large alone', () => {
    const entries = [1, 2, 3].map((sequence) => entryOf('x'.repeat(100), sequence));
    const { length } = JSON.stringify(entries[0]);
    expect(cutToSize(entries, { entries: 9, characters: 2 * length }).length).toBe(2);
    expect(cutToSize(entries, { entries: 9, characters: 2 * length - 1 }).length).toBe(1);
    expect(cutToSize(entries, { entries: 9, characters: 1 }).length).toBe(1);
    expect(cutToSize([], { entries: 9, characters: 1 })).toEqual([]);
  });
});

function entryOf(value: string, sequence: number): Entry {
  const stamp = { hostId: 'x', sequence, wallMs: START_MS, counter: 0 };
  return { kind: 'ban', key: `k${sequence}`, value, isDeleted: false, ...stamp };
}

class KitHost {
  readonly id: string;
  readonly kit: Kit;
  offsetMs = 0;
  isFailing = false;
  incarnation = 1;
  disk: Disk = emptyDisk();
  storage: MemoryStorage;
  replica: Replica;

  constructor(id: string, kit: Kit) {
    this.id = id;
    this.kit = kit;
    this.storage = this.#freshStorage();
    this.replica = this.#freshReplica();
  }

  restart(disk: Disk): void {
    this.disk = disk;
    this.incarnation += 1;
    this.storage = this.#freshStorage();
    this.replica = this.#freshReplica();
  }

  put(key: string, value: string): void {
    this.storage.put(key, value);
    this.replica.wrote();
    this.kit.deliver();
  }

  #wallMs(): number {
    return START_MS + this.kit.nowMs + this.offsetMs;
  }

  #freshStorage(): MemoryStorage {
    return new MemoryStorage(this.id, this.disk, {
      wallMs: () => this.#wallMs(),
      fault: undefined,
    });
  }

  #freshReplica(): Replica {
    const { id, kit } = this;
    return new Replica({
      hostId: id,
      limits: { entries: 3, characters: 10_000 },
      wallMs: () => this.#wallMs(),
      send: (to, message) => kit.send(this, to, message),
      onApplied: () => {},
      onClockAhead: (origin, ms) => kit.ahead.push(`${id}: ${origin} is ${ms} ms ahead`),
      storage: {
        state: (done) => {
          const state = this.storage.state();
          done(kit.hasDigests ? state : { ...state, digest: '' });
        },
        since: ({ origin, sequence, limit }, done) =>
          done(this.storage.since(origin, sequence, limit)),
        apply: (entries, raised, done) =>
          done(this.isFailing ? undefined : this.storage.apply(entries, raised)),
      },
    });
  }
}

class Kit {
  nowMs = 0;
  readonly hasDigests: boolean;
  readonly said: ReplicaMessage[] = [];
  readonly ahead: string[] = [];
  readonly #hosts = new Map<string, KitHost>();
  readonly #links = new Set<string>();
  readonly #way: { from: KitHost; to: string; message: ReplicaMessage }[] = [];

  constructor(
    ids: readonly string[],
    options: { readonly hasDigests: boolean } = { hasDigests: true },
  ) {
    this.hasDigests = options.hasDigests;
    for (const id of ids) this.#hosts.set(id, new KitHost(id, this));
  }

  host(id: string): KitHost {
    const host = this.#hosts.get(id);
    if (host === undefined) throw new Error(`there is a host ${id}`);
    return host;
  }

  values(key: string): unknown[] {
    return [...this.#hosts.values()].map(({ disk }) => disk.rows.get(key)?.value);
  }

  link(a: string, b: string): void {
    this.#links.add(`${a} ${b}`).add(`${b} ${a}`);
    for (const [from, to] of this.#both(a, b)) from.replica.peerUp(identityOf(to));
    this.deliver();
  }

  unlink(a: string, b: string): void {
    this.#links.delete(`${a} ${b}`);
    this.#links.delete(`${b} ${a}`);
    for (const [from, to] of this.#both(a, b)) from.replica.peerDown(identityOf(to));
  }

  restart(id: string, disk: Disk): void {
    this.host(id).restart(disk);
  }

  pass(ms: number): void {
    this.nowMs += ms;
    for (const host of this.#hosts.values()) host.replica.step(this.nowMs);
    this.deliver();
  }

  send(from: KitHost, to: string, message: ReplicaMessage): void {
    this.said.push(message);
    this.#way.push({ from, to, message });
  }

  deliver(): void {
    for (let next = this.#way.shift(); next !== undefined; next = this.#way.shift()) {
      const { from, to, message } = next;
      if (!this.#links.has(`${from.id} ${to}`)) continue;
      this.host(to).replica.onMessage(identityOf(from), message);
    }
  }

  #both(a: string, b: string): readonly (readonly [KitHost, KitHost])[] {
    const [first, second] = [this.host(a), this.host(b)];
    return [
      [first, second],
      [second, first],
    ];
  }
}

function identityOf({ id, incarnation }: KitHost): { hostId: string; incarnation: number } {
  return { hostId: id, incarnation };
}
