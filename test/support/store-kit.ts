/** Stores for tests: on a file of their own, with a clock that stands or the real one. Test files only. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock, type Clock } from '../../src/shared/clock.ts';
import type { StoreHealth, StoreTask } from '../../src/shared/store-messages.ts';
import { Store } from '../../src/workers/store/store.ts';

export interface TestStore {
  readonly store: Store;
  readonly file: string;
  /** Every change of the health, in order. */
  readonly told: StoreHealth[];
}

/** A path for a store's file in a folder that nobody else uses. */
export function freshStoreFile(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'longhouse-store-')), 'longhouse.db');
}

export function storeTask(file: string, hostId = 'one'): StoreTask {
  return { file, hostId, resultsMax: 1_000, auditMax: 1_000, fileMbMax: 1_024 };
}

/** An open store. */
export function openTestStore(
  options: {
    readonly file?: string;
    readonly hostId?: string;
    readonly clock?: Clock;
    readonly fileMbMax?: number;
  } = {},
): TestStore {
  const {
    file = freshStoreFile(),
    hostId = 'one',
    clock = systemClock,
    fileMbMax = 1_024,
  } = options;
  const told: StoreHealth[] = [];
  const task = { ...storeTask(file, hostId), fileMbMax };
  const store = new Store({ task, clock, onHealth: (health) => told.push(health) });
  store.open();
  return { store, file, told };
}

export function testBan(id: string): {
  readonly id: string;
  readonly target: { readonly kind: 'account'; readonly key: string };
  readonly untilMs: undefined;
  readonly reason: string;
  readonly by: string;
  readonly createdMs: number;
} {
  const target = { kind: 'account', key: id } as const;
  return { id, target, untilMs: undefined, reason: 'test', by: 'test', createdMs: 1 };
}
