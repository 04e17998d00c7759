/**
 * Goal: two gateways at once never let an address have more than its cap or its burst, and every count returns to 0.
 * Method: two threads behind a start gate on the same addresses; the test keeps its own atomic count of holders.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { addressTableByteLength } from '../../src/shared/address-table.ts';
import { runSeed } from '../support/run-seed.ts';
import type { AddressReport, AddressTask } from './address-table-stress-worker.ts';

const SEED = runSeed('address-table.stress');
const READY_WORD = 0;
const GO_WORD = 1;
const WORDS_PER_ROW = 4;
const COUNT_WORD = 1;
const CAP = 3;

it('two threads never let an address have more connections than its cap', async () => {
  const limits = { connectionsMax: CAP, connectsPerSecond: 100_000, connectBurst: 100_000_000 };
  const steps = 400_000;
  const { reports, counts } = await stress({ limits, work: 'hold', addresses: 4, steps }, 16);
  console.log('address-table.stress hold', JSON.stringify(reports));
  for (const report of reports) {
    expect(report.uncounted).toBe(0);
    expect(report.tooMany).toBeGreaterThan(1_000);
    expect(Math.min(...report.admitted)).toBeGreaterThan(1_000);
  }
  // Both were at the cap at some time, and nobody was above it.
  expect(Math.max(...reports.map(({ holdersMax }) => holdersMax))).toBe(CAP);
  expect(counts.every((count) => count === 0)).toBe(true);
});

it('two threads give out exactly the burst, however they race for it', async () => {
  const burst = 50_000;
  const limits = { connectionsMax: 2 ** 30, connectsPerSecond: 1000, connectBurst: burst };
  const work = { limits, work: 'burst', addresses: 1, steps: burst } as const;
  const { reports, counts } = await stress(work, 16);
  console.log('address-table.stress burst', JSON.stringify(reports));
  expect(sumOf(reports, 0)).toBe(burst);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(burst);
  for (const report of reports) expect(report.admitted[0]).toBeGreaterThan(burst / 100);
});

it('two threads that meet an address for the first time share its row', async () => {
  const addresses = 4_096;
  const limits = { connectionsMax: 1, connectsPerSecond: 1000, connectBurst: 10 };
  const work = { limits, work: 'meet', addresses, steps: addresses } as const;
  // A busy machine may let one thread run ahead: rounds go on until both have won their share of the races.
  let wonMin = 0;
  for (let round = 0; round < ROUNDS_MAX && wonMin <= addresses / 100; round += 1) {
    const { reports } = await stress(work, 65_536);
    const admitted = reports.map((report) =>
      report.admitted.reduce((sum, count) => sum + count, 0),
    );
    console.log('address-table.stress first', JSON.stringify(admitted));
    for (let address = 0; address < addresses; address += 1) {
      expect(sumOf(reports, address)).toBe(1);
    }
    for (const report of reports) expect(report.uncounted).toBe(0);
    wonMin = Math.min(...admitted);
  }
  expect(wonMin).toBeGreaterThan(addresses / 100);
});

const ROUNDS_MAX = 20;

function sumOf(reports: readonly AddressReport[], address: number): number {
  return reports.reduce((sum, report) => sum + (report.admitted[address] ?? 0), 0);
}

async function stress(
  task: Omit<AddressTask, 'table' | 'gate' | 'seed'>,
  rows: number,
): Promise<{ reports: AddressReport[]; counts: number[] }> {
  const table = new SharedArrayBuffer(addressTableByteLength(rows));
  const gateBuffer = new SharedArrayBuffer(64 + 4 * task.addresses);
  const gate = new Int32Array(gateBuffer);
  const workers = [0, 1].map(
    (index) =>
      new Worker(new URL('address-table-stress-worker.ts', import.meta.url), {
        workerData: { ...task, table, gate: gateBuffer, seed: SEED + index },
      }),
  );
  try {
    const answers = workers.map((worker) => once(worker, 'message'));
    for (let ready = 0; ready < 2; ready = Atomics.load(gate, READY_WORD)) {
      await Atomics.waitAsync(gate, READY_WORD, ready, 1_000).value;
    }
    Atomics.store(gate, GO_WORD, 1);
    Atomics.notify(gate, GO_WORD);
    // Each worker posts one report and nothing else.
    const reports = (await Promise.all(answers)).map(([report]) => report as AddressReport);
    const words = new Int32Array(table);
    const counts = Array.from(
      { length: rows },
      (_, row) => words[row * WORDS_PER_ROW + COUNT_WORD] ?? 0,
    );
    return { reports, counts };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
