/**
 * The threads of the rings bench: two ends of a ring, or a sleeper and its ringer. Worker threads of bench/rings/rings.ts.
 * Waiting ends spin for a while and then rest, so that the figures mean something on one core too.
 */

import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

import { systemClock } from '../../src/shared/clock.ts';
import { Doorbell, DoorbellRinger } from '../../src/shared/doorbell.ts';
import { InputChannel, tryWriteInput } from '../../src/shared/record-layout.ts';
import { RingReader, RingWriter } from '../../src/shared/spsc-ring.ts';
import { GateWord, type RingsReport, type RingsTask } from './rings-messages.ts';

const HEAD_BYTES = 8;
const DRAIN_MAX = 1_024;
const SPINS_MAX = 2_000;
const REST_MS = 0.05;
/** Between two rings the sleeper gets time to fall asleep in the kernel. */
const BETWEEN_RINGS_MS = 1;

// bench/rings/rings.ts, which starts this thread, passes exactly this, and the ringer's port to the sleeper.
const { task, port } = workerData as { task: RingsTask; port: MessagePort };
const gate = new Int32Array(task.gate);
/** When the ringer rang, in clock milliseconds: the word after the gate's first line. */
const rangAt = new Float64Array(task.gate, 64, 1);

Atomics.add(gate, GateWord.ready, 1);
Atomics.notify(gate, GateWord.ready);
Atomics.wait(gate, GateWord.go, 0);
const startMs = systemClock.nowMs();
const startCpu = process.threadCpuUsage();
const timesMs = await run();
const cpu = process.threadCpuUsage(startCpu);
const report: RingsReport = {
  elapsedMs: systemClock.nowMs() - startMs,
  cpuMicros: cpu.user + cpu.system,
  timesMs,
};
parentPort?.postMessage(report);
port.close();

async function run(): Promise<number[]> {
  switch (task.role) {
    case 'writer':
      write(task);
      return [];
    case 'reader':
      read(task.records);
      return [];
    case 'sleeper':
      return task.how === 'messagePort' ? sleepOnPort(task.wakes) : sleepOnWord(task.wakes);
    case 'ringer':
      return ring(task.wakes, task.how === 'messagePort' ? portRinger() : wordRinger());
  }
}

function write(options: { records: number; recordBytes: number; batch: number }): void {
  const writer = new RingWriter(task.buffer);
  const body = Buffer.alloc(options.recordBytes - HEAD_BYTES, 7);
  let inBatch = 0;
  for (let count = 0; count < options.records; count += 1) {
    let spins = 0;
    while (!tryWriteInput(writer, InputChannel.input, count, 1, body, 0, body.length)) {
      writer.publish();
      pause((spins += 1));
    }
    inBatch += 1;
    if (inBatch < options.batch) continue;
    writer.publish();
    inBatch = 0;
  }
  writer.publish();
}

function read(records: number): void {
  const reader = new RingReader(task.buffer);
  let left = records;
  let spins = 0;
  let sum = 0;
  const onRecord = (_kind: number, _flags: number, byteOffset: number, bytes: number): void => {
    sum = (sum + reader.view.getUint32(byteOffset, true)) | 0;
    sum = (sum + (reader.bytes[byteOffset + bytes - 1] ?? 0)) | 0;
  };
  while (left > 0) {
    const count = reader.drain(DRAIN_MAX, onRecord);
    left -= count;
    spins = count > 0 ? 0 : spins + 1;
    pause(spins);
  }
  // The sum of 0 to records - 1, and a last byte of 7 in each, modulo 2^32; exact below 2^53.
  if (sum !== (((records * (records - 1)) / 2 + 7 * records) | 0)) {
    throw new Error('Cannot trust the bench: the records are not those written');
  }
}

function ring(wakes: number, ringOnce: () => void): number[] {
  const callsMs: number[] = [];
  for (let count = 1; count <= wakes; count += 1) {
    Atomics.wait(gate, GateWord.idle, 0, BETWEEN_RINGS_MS);
    const beforeMs = systemClock.nowMs();
    rangAt[0] = beforeMs;
    ringOnce();
    callsMs.push(systemClock.nowMs() - beforeMs);
    while (Atomics.load(gate, GateWord.done) < count) {
      Atomics.wait(gate, GateWord.idle, 0, REST_MS);
    }
  }
  return callsMs;
}

function portRinger(): () => void {
  const ringer = new DoorbellRinger(task.buffer, 0, () => port.postMessage(0));
  return () => {
    if (!ringer.ringIfAsleep()) throw new Error('Cannot ring: the sleeper is awake');
  };
}

function wordRinger(): () => void {
  const words = new Int32Array(task.buffer);
  return () => {
    Atomics.add(words, 0, 1);
    Atomics.notify(words, 0);
  };
}

async function sleepOnPort(wakes: number): Promise<number[]> {
  const bell = new Doorbell(task.buffer, 0);
  const latencies: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  port.on('message', () => {
    latencies.push(systemClock.nowMs() - (rangAt[0] ?? 0));
    if (latencies.length < wakes) bell.fallAsleep();
    else resolve();
    Atomics.store(gate, GateWord.done, latencies.length);
  });
  bell.fallAsleep();
  await promise;
  return latencies;
}

async function sleepOnWord(wakes: number): Promise<number[]> {
  const words = new Int32Array(task.buffer);
  const latencies: number[] = [];
  // A pending waitAsync() does not keep the event loop alive, a listening port does.
  port.ref();
  while (latencies.length < wakes) {
    await Atomics.waitAsync(words, 0, latencies.length).value;
    latencies.push(systemClock.nowMs() - (rangAt[0] ?? 0));
    Atomics.store(gate, GateWord.done, latencies.length);
  }
  return latencies;
}

function pause(spins: number): void {
  if (spins % SPINS_MAX === SPINS_MAX - 1) Atomics.wait(gate, GateWord.idle, 0, REST_MS);
}
