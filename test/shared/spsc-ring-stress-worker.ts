/**
 * One end of the ring stress test: writes, or reads and checks, the records that a seed determines.
 * Worker threads of spsc-ring.stress.test.ts.
 *
 *   gate word   0 threads ready   1 go   2 stop   3 never changes: what a waiting end sleeps on
 */

import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom, type Random } from '../../src/shared/random.ts';
import { makeReader, makeWriter, type RingFault } from './ring-ends.ts';

export interface StressTask {
  readonly role: 'writer' | 'reader';
  readonly ring: SharedArrayBuffer;
  readonly gate: SharedArrayBuffer;
  readonly fault: RingFault | 'real';
  readonly seed: number;
  readonly records: number;
}

export interface StressReport {
  readonly records: number;
  /** Writer: times the ring was full. Reader: times it was empty. */
  readonly stalls: number;
  readonly size0: number;
  readonly sizeMax: number;
  readonly payloadBytes: number;
  readonly checksum: number;
  /** What the reader found wrong, and where. */
  readonly wrong: string | undefined;
}

export const GateWord = { ready: 0, go: 1, stop: 2, idle: 3 } as const;

const SPINS_MAX = 2_000;
const BATCH_MAX = 8;
const DRAIN_MAX = 64;
/** Every other phase of so many records the writer is slow, so that the reader runs into the end. */
const PHASE_RECORDS = 4_096;
const GOLDEN = 0x9e3779b1;

/** The records of a seed, one after the other; both ends walk the same stream. */
class RecordStream {
  kind = 0;
  flags = 0;
  payloadBytes = 0;
  salt = 0;
  readonly totals: { records: number; size0: number; sizeMax: number; payloadBytes: number };
  readonly #random: Random;
  readonly #payloadBytesMax: number;

  constructor(seed: number, payloadBytesMax: number) {
    this.totals = { records: 0, size0: 0, sizeMax: 0, payloadBytes: 0 };
    this.#random = seededRandom(seed);
    this.#payloadBytesMax = payloadBytesMax;
  }

  next(): void {
    const dice = this.#random.below(100);
    this.kind = 1 + this.#random.below(255);
    this.flags = this.#random.below(256);
    this.salt = this.#random.below(2 ** 32) | 1;
    this.payloadBytes = this.#random.below(64);
    if (dice < 5) this.payloadBytes = 0;
    if (dice > 98) this.payloadBytes = this.#payloadBytesMax;
    this.totals.records += 1;
    this.totals.size0 += Number(this.payloadBytes === 0);
    this.totals.sizeMax += Number(this.payloadBytes === this.#payloadBytesMax);
    this.totals.payloadBytes += this.payloadBytes;
  }

  byteAt(index: number): number {
    return (Math.imul(this.salt + index, GOLDEN) >>> 24) & 0xff;
  }
}

// The test that starts this thread passes exactly this.
const task = workerData as StressTask;
const gate = new Int32Array(task.gate);
Atomics.add(gate, GateWord.ready, 1);
Atomics.notify(gate, GateWord.ready);
Atomics.wait(gate, GateWord.go, 0);
parentPort?.postMessage(task.role === 'writer' ? write() : read());

function write(): StressReport {
  const writer = makeWriter(task.ring, task.fault);
  const stream = new RecordStream(task.seed, writer.payloadBytesMax);
  let stalls = 0;
  let checksum = 0;
  for (let count = 0; count < task.records && !isStopped(); count += 1) {
    stream.next();
    const room = (): number => writer.tryReserve(stream.kind, stream.flags, stream.payloadBytes);
    let byteOffset = room();
    if (byteOffset < 0) {
      stalls += 1;
      writer.publish();
      for (let spin = 0; byteOffset < 0 && !isStopped(); spin += 1) {
        pause(spin);
        byteOffset = room();
      }
      if (byteOffset < 0) break;
    }
    for (let index = 0; index < stream.payloadBytes; index += 1) {
      const byte = stream.byteAt(index);
      writer.bytes[byteOffset + index] = byte;
      checksum = (Math.imul(checksum, 31) + byte) | 0;
    }
    const isSlow = (count & PHASE_RECORDS) !== 0;
    if (isSlow) dawdle(stream.salt & 0xff);
    if (isSlow || stream.salt % BATCH_MAX === 1) writer.publish();
  }
  writer.publish();
  return { ...stream.totals, stalls, checksum, wrong: undefined };
}

function read(): StressReport {
  const reader = makeReader(task.ring, task.fault);
  const stream = new RecordStream(task.seed, (task.ring.byteLength - 128) / 4 - 8);
  let stalls = 0;
  let spins = 0;
  let checksum = 0;
  const found: { wrong: string | undefined } = { wrong: undefined };
  const onRecord = (
    kind: number,
    flags: number,
    byteOffset: number,
    payloadBytes: number,
  ): void => {
    if (found.wrong !== undefined) return;
    stream.next();
    const where = `record ${stream.totals.records}`;
    if (kind !== stream.kind || flags !== stream.flags) found.wrong = `${where}: kind or flags`;
    if (payloadBytes !== stream.payloadBytes) found.wrong = `${where}: length ${payloadBytes}`;
    for (let index = 0; index < payloadBytes && found.wrong === undefined; index += 1) {
      const byte = reader.bytes[byteOffset + index] ?? 0;
      if (byte !== stream.byteAt(index)) found.wrong = `${where}: byte ${index} of ${payloadBytes}`;
      checksum = (Math.imul(checksum, 31) + byte) | 0;
    }
  };
  while (stream.totals.records < task.records && found.wrong === undefined && !isStopped()) {
    if (reader.drain(DRAIN_MAX, onRecord) > 0) {
      spins = 0;
      continue;
    }
    if (spins === 0) stalls += 1;
    pause(spins);
    spins += 1;
  }
  if (found.wrong !== undefined) Atomics.store(gate, GateWord.stop, 1);
  return { ...stream.totals, stalls, checksum, ...found };
}

function isStopped(): boolean {
  return Atomics.load(gate, GateWord.stop) !== 0;
}

/** Some work that takes a moment. */
function dawdle(loads: number): void {
  for (let count = 0; count < loads; count += 1) Atomics.load(gate, GateWord.idle);
}

/** Spins for a while, then leaves the core to others: this machine may have fewer than the test has threads. */
function pause(spins: number): void {
  if (spins % SPINS_MAX === SPINS_MAX - 1) Atomics.wait(gate, GateWord.idle, 0, 0.05);
}
