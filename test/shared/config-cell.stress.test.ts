/**
 * Goal: no thread ever runs on two versions of the settings within a turn, and when a change is answered all threads run on
 * it. Method: threads take turns as fast as they can while two coupled settings are changed thousands of times; a thread
 * that takes changes over in the midst of its turns must be caught.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { CONFIG_CELL_BYTES, ConfigCell } from '../../src/shared/config-cell.ts';
import type { CellReport, CellTask } from './config-cell-stress-worker.ts';

const THREADS = 3;
const CHANGES = 300;

describe('settings of threads', () => {
  it('change between turns only, and everywhere before a change is answered', async () => {
    const { reports, late } = await stress(false);
    console.log('config-cell.stress', JSON.stringify(reports));
    for (const { turns, mixed, torn, adopted } of reports) {
      expect({ mixed, torn }).toEqual({ mixed: 0, torn: 0 });
      expect(adopted).toBe(CHANGES);
      // Turns came between the changes, not only with them.
      expect(turns).toBeGreaterThan(CHANGES * 1.2);
    }
    expect(late).toBe(0);
  });

  it('that change within a turn are seen by this test', async () => {
    const { reports } = await stress(true);
    console.log('config-cell.stress hasty', JSON.stringify(reports));
    expect(reports.reduce((sum, { torn }) => sum + torn, 0)).toBeGreaterThan(0);
  });
});

async function stress(isHasty: boolean): Promise<{ reports: CellReport[]; late: number }> {
  const buffer = new SharedArrayBuffer(CONFIG_CELL_BYTES);
  const cell = new ConfigCell(buffer);
  const applied = new SharedArrayBuffer(4 * THREADS);
  const gate = new SharedArrayBuffer(16);
  const words = new Int32Array(gate);
  const workers = Array.from({ length: THREADS }, (_, index) => {
    const task: CellTask = { cell: buffer, applied, gate, index, isHasty };
    return new Worker(new URL('config-cell-stress-worker.ts', import.meta.url), {
      workerData: task,
    });
  });
  while (Atomics.load(words, 0) < THREADS) await new Promise((resolve) => setImmediate(resolve));
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
  let late = 0;
  for (let version = 1; version <= CHANGES; version += 1) {
    const settings = { low: version, high: version + 1_000 };
    await ask(workers, { version, settings });
    cell.commit(version);
    await ask(workers, 'adopt');
    late += new Int32Array(applied).filter((one) => one !== version).length;
  }
  const answers = workers.map((worker) => once(worker, 'message'));
  Atomics.store(words, 2, 1);
  // The worker's last message is its report.
  const reports = (await Promise.all(answers)).map(([report]) => report as CellReport);
  return { reports, late };
}

async function ask(workers: readonly Worker[], message: unknown): Promise<void> {
  const answers = workers.map((worker) => once(worker, 'message'));
  for (const worker of workers) worker.postMessage(message);
  await Promise.all(answers);
}
