/**
 * Goal: no byte is lost, torn, repeated or reordered between two threads that run at once.
 * Method: a writer and a reader thread behind a start gate walk the same seeded stream over a small ring, the reader
 * checks every byte; both must have met their stalls (full, empty). Rings with an ordering fault must be caught.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ringByteLength } from '../../src/shared/spsc-ring.ts';
import { runSeed } from '../support/run-seed.ts';
import { startAt, type RingFault } from './ring-ends.ts';
import type { StressReport, StressTask } from './spsc-ring-stress-worker.ts';

const RECORDS = 2_000_000;
const SMALL_RING_BYTES = 2_048;
const LARGE_RING_BYTES = 65_536;
const SEED = runSeed('spsc-ring.stress');

// The worker's GateWord; importing its values would start it here.
const READY_WORD = 0;
const GO_WORD = 1;
const STOP_WORD = 2;

describe('a ring between two threads', () => {
  it.each([SMALL_RING_BYTES, LARGE_RING_BYTES])(
    'with %i bytes delivers every byte of millions of records, once and in order',
    async (capacityBytes) => {
      const { writer, reader } = await stress({ capacityBytes, fault: 'real' });
      console.log('spsc-ring.stress', capacityBytes, JSON.stringify({ writer, reader }));
      expect(reader.wrong).toBeUndefined();
      expect(reader.records).toBe(RECORDS);
      expect(reader.checksum).toBe(writer.checksum);
      expect(reader.payloadBytes / capacityBytes).toBeGreaterThan(1_000);
      expect(writer.stalls).toBeGreaterThan(10);
      expect(reader.stalls).toBeGreaterThan(10);
      expect(reader.size0).toBeGreaterThan(RECORDS / 50);
      expect(reader.sizeMax).toBeGreaterThan(RECORDS / 200);
    },
  );

  it('that was rebuilt without a fault does the same', async () => {
    const { reader } = await stress({ capacityBytes: SMALL_RING_BYTES, fault: 'none' });
    expect(reader.wrong).toBeUndefined();
    expect(reader.records).toBe(RECORDS);
  });

  it.each<RingFault>(['publishesBeforeFill', 'releasesBeforeRead', 'forgetsReader'])(
    'with the fault %s is caught',
    async (fault) => {
      const { reader } = await stress({ capacityBytes: SMALL_RING_BYTES, fault });
      console.log('spsc-ring.stress', fault, reader.wrong);
      expect(reader.wrong).toBeDefined();
    },
  );
});

async function stress(options: {
  capacityBytes: number;
  fault: RingFault | 'real';
}): Promise<{ writer: StressReport; reader: StressReport }> {
  const ring = new SharedArrayBuffer(ringByteLength(options.capacityBytes));
  const gateBuffer = new SharedArrayBuffer(64);
  const gate = new Int32Array(gateBuffer);
  // The positions run over 2^32 in the first moments.
  startAt(ring, -4_096);
  const task = { ring, gate: gateBuffer, fault: options.fault, seed: SEED, records: RECORDS };
  const reader = runWorker({ ...task, role: 'reader' }, gate);
  const writer = runWorker({ ...task, role: 'writer' }, gate);
  for (let ready = 0; ready < 2; ready = Atomics.load(gate, READY_WORD)) {
    await Atomics.waitAsync(gate, READY_WORD, ready, 1_000).value;
  }
  Atomics.store(gate, GO_WORD, 1);
  Atomics.notify(gate, GO_WORD);
  return { writer: await writer, reader: await reader };
}

/** The thread's report; a thread that dies stops the other and counts as a fault found. */
async function runWorker(
  task: StressTask,
  gate: Int32Array<SharedArrayBuffer>,
): Promise<StressReport> {
  const worker = new Worker(new URL('spsc-ring-stress-worker.ts', import.meta.url), {
    workerData: task,
  });
  try {
    // The worker posts one report and nothing else.
    const [report] = (await once(worker, 'message')) as [StressReport];
    return report;
  } catch (error) {
    Atomics.store(gate, STOP_WORD, 1);
    const nothing = { records: 0, stalls: 0, size0: 0, sizeMax: 0, payloadBytes: 0, checksum: 0 };
    return { ...nothing, wrong: String(error) };
  } finally {
    await worker.terminate();
  }
}
