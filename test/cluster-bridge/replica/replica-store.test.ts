/**
 * Goal: replication holds with the real store beneath it, whose files are closed, opened, set back and damaged. Method: three stores
 * on files in folders of their own, each with a real Replica; messages are handed over in order, links break at random.
 */

import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { Replica, VECTOR_MS } from '../../../src/cluster-bridge/replica/replica.ts';
import type { ReplicaMessage } from '../../../src/cluster-bridge/replica/replica-messages.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import type { Entry } from '../../../src/shared/store-messages.ts';
import type { Store } from '../../../src/workers/store/store.ts';
import { runSeed } from '../../support/run-seed.ts';
import { freshStoreFile, openTestStore, testBan } from '../../support/store-kit.ts';

const IDS = ['a', 'b', 'c'];
const KEYS = ['k1', 'k2', 'k3', 'k4', 'k5'];
const RUNS = 3;
const STEPS = 60;
let network: StoreNetwork | undefined;

afterEach(() => network?.close());

describe('replicas over the real store', () => {
  it('hold the same rows after healing, whatever became of their files', () => {
    const random = seededRandom(runSeed('replicas over the real store'));
    const marks = {
      writes: 0,
      removals: 0,
      cuts: 0,
      restarts: 0,
      setBack: 0,
      damaged: 0,
      repairs: 0,
    };
    for (let run = 0; run < RUNS; run += 1) {
      network = new StoreNetwork();
      for (let step = 0; step < STEPS; step += 1) {
        const host = network.at(random.below(IDS.length));
        const key = KEYS[random.below(KEYS.length)] ?? '';
        const act = random.below(12);
        if (act < 5) marks.writes += host.put(key);
        else if (act < 7) marks.removals += host.remove(key);
        else if (act === 7) marks.cuts += network.cut(host);
        else if (act === 8) network.linkAll();
        else if (act === 9) host.keep();
        else if (act === 10) marks.setBack += network.restart(host, () => host.setBack());
        else marks.damaged += network.restart(host, () => host.damage());
        if (act >= 10) marks.restarts += 1;
        if (random.below(3) > 0) network.deliver(random.below(6));
        network.pass(random.below(400));
      }
      network.heal();
      const last = network.at(random.below(IDS.length));
      marks.damaged += network.restart(last, () => last.damage());
      marks.repairs += network.heal();
      const [first, ...others] = network.hosts.map((host) => host.rows());
      for (const rows of others) expect(rows).toEqual(first);
      network.close();
    }
    console.log('replicas over the real store:', JSON.stringify(marks));
    for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(0);
  });
});

class StoreHost {
  readonly id: string;
  readonly network: StoreNetwork;
  readonly file: string;
  incarnation = 1;
  store: Store;
  replica: Replica;

  constructor(id: string, host: StoreNetwork) {
    this.id = id;
    this.network = host;
    this.file = freshStoreFile();
    this.store = this.#freshStore();
    this.replica = this.#freshReplica();
  }

  put(key: string): number {
    this.store.write('FULL', (book) => book.putBan({ ...testBan(key), reason: this.id }));
    this.replica.wrote();
    return 1;
  }

  remove(key: string): number {
    const isRemoved = this.store.write('FULL', (book) => book.removeBan(key));
    if (isRemoved) this.replica.wrote();
    return isRemoved ? 1 : 0;
  }

  /** A copy of the file, as a backup or the snapshot of a machine. */
  keep(): void {
    rmSync(`${this.file}.kept`, { force: true });
    this.store.read((book) => book.bans(0));
    const db = new DatabaseSync(this.file);
    db.exec(`VACUUM INTO '${this.file}.kept'`);
    db.close();
  }

  /** 0 where nothing was kept. */
  setBack(): number {
    if (!existsSync(`${this.file}.kept`)) return 0;
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.file + suffix, { force: true });
    copyFileSync(`${this.file}.kept`, this.file);
    return 1;
  }

  /** Some rows are gone, and the rest says nothing of it. */
  damage(): number {
    const db = new DatabaseSync(this.file);
    const { changes } = db.prepare("DELETE FROM entries WHERE key IN ('k1', 'k3')").run();
    db.close();
    return Number(changes) > 0 ? 1 : 0;
  }

  restart(): void {
    this.incarnation += 1;
    this.store = this.#freshStore();
    this.replica = this.#freshReplica();
  }

  rows(): readonly Entry[] {
    const all = this.store.read((book) => IDS.flatMap((id) => book.entries.since(id, 0, 1_000)));
    return all.sort((x, y) => (x.key < y.key ? -1 : 1));
  }

  #freshStore(): Store {
    const { file, id: hostId, network: clock } = this;
    return openTestStore({ file, hostId, clock: clock.clock }).store;
  }

  #freshReplica(): Replica {
    const { id } = this;
    return new Replica({
      hostId: id,
      limits: { entries: 2, characters: 10_000 },
      wallMs: () => this.network.clock.wallMs(),
      send: (to, message) => this.network.send(this, to, message),
      onApplied: () => {},
      storage: {
        state: (done) => done(this.store.read((book) => book.entries.state())),
        since: ({ origin, sequence, limit }, done) =>
          done(this.store.read((book) => book.entries.since(origin, sequence, limit))),
        apply: (entries, raised, done) =>
          done(this.store.write('FULL', (book) => book.entries.apply(entries, raised))),
      },
    });
  }
}

class StoreNetwork {
  #nowMs = 0;
  readonly clock = {
    nowMs: (): number => this.#nowMs,
    wallMs: (): number => 1_000_000 + this.#nowMs,
    setTimer: (): { cancel(): void } => ({ cancel: () => {} }),
  };
  readonly hosts: StoreHost[] = IDS.map((id) => new StoreHost(id, this));
  /** Pairs that are linked. */
  readonly #links = new Set<string>();
  #way: { from: StoreHost; to: StoreHost; message: ReplicaMessage }[] = [];

  at(index: number): StoreHost {
    const host = this.hosts[index];
    if (host === undefined) throw new Error('there is a host for each id');
    return host;
  }

  send(from: StoreHost, id: string, message: ReplicaMessage): void {
    const to = this.hosts.find((host) => host.id === id);
    if (to !== undefined && this.#links.has(pairOf(from, to))) {
      // As over a link: nothing of what was sent is shared.
      this.#way.push({ from, to, message: JSON.parse(JSON.stringify(message)) as ReplicaMessage });
    }
  }

  deliver(limit: number): void {
    for (let count = 0; count < limit; count += 1) {
      const next = this.#way.shift();
      if (next === undefined) return;
      next.to.replica.onMessage(identityOf(next.from), next.message);
    }
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const { replica } of this.hosts) replica.step(this.#nowMs);
  }

  /** All links of a host; returns how many. */
  cut(host: StoreHost): number {
    const others = this.hosts.filter((other) => this.#links.delete(pairOf(host, other)));
    for (const other of others) {
      host.replica.peerDown(identityOf(other));
      other.replica.peerDown(identityOf(host));
    }
    this.#way = this.#way.filter(({ from, to }) => this.#links.has(pairOf(from, to)));
    return others.length;
  }

  linkAll(): void {
    const pairs = this.hosts.flatMap((from) => this.hosts.map((to) => ({ from, to })));
    const fresh = pairs.filter(({ from, to }) => from !== to && !this.#links.has(pairOf(from, to)));
    for (const { from, to } of fresh) this.#links.add(pairOf(from, to));
    for (const { from, to } of fresh) from.replica.peerUp(identityOf(to));
  }

  /** Stops a host, does something to its file, starts it; returns what `change` returns. */
  restart(host: StoreHost, change: () => number): number {
    this.cut(host);
    host.store.close();
    const count = change();
    host.restart();
    return count;
  }

  /** Links all and waits; returns how often a host asked for everything. */
  heal(): number {
    this.linkAll();
    for (let round = 0; round < 30; round += 1) {
      this.deliver(10_000);
      this.pass(VECTOR_MS);
    }
    return this.hosts.reduce((sum, { replica }) => sum + replica.counts().repairs, 0);
  }

  close(): void {
    for (const { store } of this.hosts) store.close();
  }
}

function pairOf(a: StoreHost, b: StoreHost): string {
  return [a.id, b.id].sort().join(' ');
}

function identityOf({ id, incarnation }: StoreHost): { hostId: string; incarnation: number } {
  return { hostId: id, incarnation };
}
