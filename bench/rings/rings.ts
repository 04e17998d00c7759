/**
 * The `rings` bench: records a second through one ring between two threads, and what it costs to wake a sleeping one.
 * The bench's parent process; the work is done in bench/rings/rings-worker.ts. Each case is the median of RUNS.
 */

import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';

import { doorbellByteLength } from '../../src/shared/doorbell.ts';
import { ringByteLength } from '../../src/shared/spsc-ring.ts';
import { GateWord, type RingsReport, type RingsTask, type WakeHow } from './rings-messages.ts';
import { median, rounded, textTable } from '../text-table.ts';

const RUNS = 5;
const RING_BYTES = 2 ** 20;
const RECORDS = 1_000_000;
const RECORD_BYTES = [32, 256] as const;
const BATCHES = [1, 16, 256] as const;
const WAKES = 2_000;

/** One row of the result: a payload size and a batch size. */
export interface RingRow {
  readonly recordBytes: number;
  readonly batch: number;
  readonly recordsPerSecond: number;
  readonly nanosPerRecord: number;
}

/** One way to wake a thread. */
export interface DoorbellRow {
  readonly how: WakeHow;
  readonly latencyMicros: { readonly p50: number; readonly p99: number };
  /** The call that rings, median: what a producer pays. */
  readonly ringMicros: number;
  /** CPU of the sleeping thread for one wake-up, its callback and falling asleep again. */
  readonly wakeCpuMicros: number;
}

/** Runs all cases; about ten seconds. Keys: `rings` (RingRow[]), `doorbells` (DoorbellRow[]), `records`, `runs`. */
export async function ringsBench(): Promise<Record<string, unknown>> {
  const rings: RingRow[] = [];
  for (const recordBytes of RECORD_BYTES) {
    for (const batch of BATCHES) rings.push(await measureRing(recordBytes, batch));
  }
  const doorbells = [await measureDoorbell('messagePort'), await measureDoorbell('waitAsync')];
  console.log(`${ringTable(rings)}\n\n${doorbellTable(doorbells)}`);
  return { rings, doorbells, records: RECORDS, runs: RUNS, wakes: WAKES };
}

async function measureRing(recordBytes: number, batch: number): Promise<RingRow> {
  const elapsed: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const common = {
      buffer: new SharedArrayBuffer(ringByteLength(RING_BYTES)),
      gate: makeGate(),
      records: RECORDS,
      recordBytes,
      batch,
    };
    const [reader] = await runPair({ ...common, role: 'reader' }, { ...common, role: 'writer' });
    elapsed.push(reader.elapsedMs);
  }
  const elapsedMs = median(elapsed);
  return {
    recordBytes,
    batch,
    recordsPerSecond: Math.round((RECORDS / elapsedMs) * 1_000),
    nanosPerRecord: rounded((elapsedMs * 1e6) / RECORDS, 1),
  };
}

async function measureDoorbell(how: WakeHow): Promise<DoorbellRow> {
  const common = {
    buffer: new SharedArrayBuffer(doorbellByteLength(1)),
    gate: makeGate(),
    wakes: WAKES,
    how,
  };
  const [sleeper, ringer] = await runPair(
    { ...common, role: 'sleeper' },
    { ...common, role: 'ringer' },
  );
  return {
    how,
    latencyMicros: {
      p50: rounded(percentile(sleeper.timesMs, 0.5) * 1_000, 1),
      p99: rounded(percentile(sleeper.timesMs, 0.99) * 1_000, 1),
    },
    ringMicros: rounded(percentile(ringer.timesMs, 0.5) * 1_000, 1),
    wakeCpuMicros: rounded(sleeper.cpuMicros / WAKES, 1),
  };
}

function ringTable(rows: readonly RingRow[]): string {
  return textTable(
    ['record bytes', 'batch', 'records/s', 'ns/record'],
    rows.map((row) => [row.recordBytes, row.batch, row.recordsPerSecond, row.nanosPerRecord]),
  );
}

function doorbellTable(rows: readonly DoorbellRow[]): string {
  return textTable(
    ['doorbell', 'p50 us', 'p99 us', 'ring us', 'wake CPU us'],
    rows.map(({ how, latencyMicros, ringMicros, wakeCpuMicros }) => [
      how,
      latencyMicros.p50,
      latencyMicros.p99,
      ringMicros,
      wakeCpuMicros,
    ]),
  );
}

/** Runs two threads that start together, with a channel between them. */
async function runPair(
  first: RingsTask,
  second: RingsTask,
): Promise<readonly [RingsReport, RingsReport]> {
  const gate = new Int32Array(first.gate);
  const { port1, port2 } = new MessageChannel();
  const file = new URL('rings-worker.ts', import.meta.url);
  const workers = [
    new Worker(file, { workerData: { task: first, port: port1 }, transferList: [port1] }),
    new Worker(file, { workerData: { task: second, port: port2 }, transferList: [port2] }),
  ] as const;
  // Each thread posts one report and nothing else.
  const reports = workers.map((worker) => once(worker, 'message') as Promise<[RingsReport]>);
  for (let ready = 0; ready < 2; ready = Atomics.load(gate, GateWord.ready)) {
    await Atomics.waitAsync(gate, GateWord.ready, ready, 1_000).value;
  }
  Atomics.store(gate, GateWord.go, 1);
  Atomics.notify(gate, GateWord.go);
  const [one, two] = await Promise.all(reports);
  await Promise.all(workers.map((worker) => worker.terminate()));
  if (one === undefined || two === undefined) throw new Error('Cannot measure: a thread was lost');
  return [one[0], two[0]];
}

/** One line of words, one for the ringer's time stamp. */
function makeGate(): SharedArrayBuffer {
  return new SharedArrayBuffer(128);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
