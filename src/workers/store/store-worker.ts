/**
 * Thread entry of the store: `new Worker(url, { workerData: StoreThreadData })`. Runs as the store's thread.
 * Calls come by comlink, one at a time: SQLite works while the thread waits. What it says by itself goes over parentPort.
 */

import assert from 'node:assert/strict';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { systemClock } from '../../shared/clock.ts';
import type { StoreReport, StoreTask, StoreThreadApi } from '../../shared/store-messages.ts';
import { exposeApi } from '../../shared/thread-call.ts';
import { storeApi } from './store-api.ts';
import { Store } from './store.ts';

export interface StoreThreadData {
  readonly task: StoreTask;
  readonly port: MessagePort;
}

const toMain = parentPort;
assert(toMain !== null, 'this file is the entry of a thread');
// What main passes in: our own code's.
const { task, port } = workerData as StoreThreadData;
const store = new Store({
  task,
  clock: systemClock,
  onHealth: (health) => toMain.postMessage({ kind: 'health', health } satisfies StoreReport),
});
const api: StoreThreadApi = storeApi(store);
exposeApi(api, port);
