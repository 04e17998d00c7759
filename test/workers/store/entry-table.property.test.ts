/**
 * Goal: hosts that have told each other everything hold the same rows, whatever the order and however often it was told.
 * Method: three real stores in memory write, remove and exchange their logs at random, as replication will; a plain map of
 * the greatest stamps is the model.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { compareStamps } from '../../../src/shared/hybrid-clock.ts';
import type { Entry } from '../../../src/shared/store-messages.ts';
import type { Store } from '../../../src/workers/store/store.ts';
import { runSeed } from '../../support/run-seed.ts';
import { openTestStore, testBan } from '../../support/store-kit.ts';

const HOSTS = ['a', 'b', 'c'] as const;
const BATCH = 3;
const host = fc.nat(HOSTS.length - 1);
const key = fc.constantFrom('k1', 'k2', 'k3');
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), host, key }),
  fc.record({ kind: fc.constant('remove' as const), host, key }),
  // One batch of one origin's log, perhaps not the last: what comes next time goes on from there.
  fc.record({ kind: fc.constant('tell' as const), from: host, to: host, origin: host }),
);

describe('EntryTable', () => {
  it('holds the same rows on all hosts when all has been told', () => {
    const marks = { applied: 0, stale: 0, removed: 0, gaps: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
        const stores = HOSTS.map((hostId, index) => {
          // Clocks that differ: the order is that of the stamps, not of the walls.
          const clock = { ...systemClock, wallMs: () => 1_000 + index };
          return openTestStore({ file: ':memory:', hostId, clock }).store;
        });
        // From here on it is kept up, write by write.
        for (const store of stores) digestOf(store);
        const written = new Map<string, Entry>();
        for (const one of steps) {
          if (one.kind === 'tell') {
            const told = tell(at(stores, one.from), at(stores, one.to), HOSTS[one.origin] ?? 'a');
            marks.applied += told.applied;
            marks.stale += told.stale;
            continue;
          }
          const store = at(stores, one.host);
          if (one.kind === 'put') store.write('FULL', (book) => book.putBan(testBan(one.key)));
          else if (store.write('FULL', (book) => book.removeBan(one.key))) marks.removed += 1;
          remember(written, store, HOSTS[one.host] ?? 'a');
        }
        marks.gaps += tellAll(stores);
        const model = [...written.values()].sort(byKey);
        for (const store of stores) {
          expect(rowsOf(store)).toEqual(model);
          expect(vectorOf(store)).toEqual(vectorOf(at(stores, 0)));
          expect(digestOf(store)).toBe(digestOf(at(stores, 0)));
          const kept = digestOf(store);
          store.read((book) => book.entries.onRollback());
          expect(digestOf(store), 'counted again').toBe(kept);
        }
        for (const store of stores) store.close();
      }),
      { seed: runSeed('entry table'), numRuns: 60 },
    );
    console.log('entry table:', JSON.stringify(marks));
    for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(10);
  });
});

function at(stores: readonly Store[], index: number): Store {
  const store = stores[index];
  if (store === undefined) throw new Error('there is a store for each host');
  return store;
}

function vectorOf(store: Store): Readonly<Record<string, number>> {
  return store.read((book) => book.entries.vector());
}

function digestOf(store: Store): string {
  return store.read((book) => book.entries.state().digest);
}

/** Sends one batch, from where the other end's vector says. */
function tell(from: Store, to: Store, origin: string): { applied: number; stale: number } {
  const known = vectorOf(to)[origin] ?? 0;
  const batch = from.read((book) => book.entries.since(origin, known, BATCH));
  const { applied, stale, refused } = to.write('FULL', (book) => book.entries.apply(batch));
  expect(refused).toBe(0);
  return { applied: applied.length, stale };
}

/** Everyone tells everyone everything, twice; then the vectors' gaps are closed. Returns how many there were. */
function tellAll(stores: readonly Store[]): number {
  const pairs = stores.flatMap((from) => stores.map((to) => ({ from, to })));
  for (const { from, to } of [...pairs, ...pairs]) {
    for (const origin of HOSTS) {
      while ((sizeSince(from, to, origin) ?? 0) > 0) tell(from, to, origin);
    }
  }
  let gaps = 0;
  for (const { from, to } of pairs) {
    const vector = vectorOf(from);
    const before = JSON.stringify(vectorOf(to));
    to.write('FULL', (book) => book.entries.raise(vector));
    if (JSON.stringify(vectorOf(to)) !== before) gaps += 1;
  }
  return gaps;
}

function sizeSince(from: Store, to: Store, origin: string): number {
  const known = vectorOf(to)[origin] ?? 0;
  return from.read((book) => book.entries.since(origin, known, 1)).length;
}

/** The newest row of the store's own into the model, where its stamp wins. */
function remember(written: Map<string, Entry>, store: Store, hostId: string): void {
  for (const entry of store.read((book) => book.entries.since(hostId, 0, 1_000))) {
    const known = written.get(entry.key);
    if (known === undefined || compareStamps(entry, known) > 0) written.set(entry.key, entry);
  }
}

function rowsOf(store: Store): Entry[] {
  const all = HOSTS.map((hostId) => store.read((book) => book.entries.since(hostId, 0, 1_000)));
  return all.flat().sort(byKey);
}

function byKey(a: Entry, b: Entry): number {
  return a.key < b.key ? -1 : 1;
}
