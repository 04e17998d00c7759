/**
 * The reader of the ban table's stress test. Worker thread of ban-table.stress.test.ts.
 *
 *   gate word   0 ready   1 go   2 stop   3 wrong answers   4 and 5 times that a changing rule was there, was not there
 */

import { workerData } from 'node:worker_threads';
import { BanTable } from '../../src/shared/ban-table.ts';

export const GATE_WORDS = 6;

export interface BanTask {
  readonly table: SharedArrayBuffer;
  readonly gate: SharedArrayBuffer;
  /** Banned all the time, never banned, and banned now and then. */
  readonly held: readonly string[];
  readonly clear: readonly string[];
  readonly changing: readonly string[];
}

// The test that starts this thread passes exactly this.
const task = workerData as BanTask | null;
if (task !== null) read(task);

function read({ table, gate, held, clear, changing }: BanTask): void {
  const words = new Int32Array(gate);
  const reader = new BanTable(table);
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
  Atomics.wait(words, 1, 0);
  while (Atomics.load(words, 2) === 0) {
    for (const address of held) if (reader.has(address) !== true) Atomics.add(words, 3, 1);
    for (const address of clear) if (reader.has(address) !== false) Atomics.add(words, 3, 1);
    for (const address of changing) Atomics.add(words, reader.has(address) === true ? 4 : 5, 1);
  }
}
