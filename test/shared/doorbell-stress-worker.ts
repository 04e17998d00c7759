/**
 * The threads of the doorbell stress test: a consumer that sleeps in its event loop after every record, and a producer
 * that writes the next one as close to the moment of falling asleep as it can.
 *
 *   word   0 threads ready   1 go   2 records read (consumer)   3 stop   4 never changes: what the producer rests on
 */

import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { Doorbell, DoorbellRinger } from '../../src/shared/doorbell.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { RingReader, RingWriter } from '../../src/shared/spsc-ring.ts';

export type DoorbellFault = 'none' | 'noSecondLook' | 'ringsBeforePublish';

export interface DoorbellTask {
  readonly role: 'consumer' | 'producer';
  readonly ring: SharedArrayBuffer;
  readonly port: MessagePort;
  readonly bell: SharedArrayBuffer;
  readonly gate: SharedArrayBuffer;
  readonly rounds: number;
  readonly fault: DoorbellFault;
  readonly seed: number;
}

export interface DoorbellReport {
  /** Consumer: times it asked for a ring, and times its second look found something. */
  readonly sleeps: number;
  readonly secondLooks: number;
  /** Producer: times it rang, and times there was no need to. */
  readonly rung: number;
  /** Consumer: times it woke before anybody rang. sleeps is rung + selfWoken, or a sleep was rung twice. */
  readonly selfWoken: number;
  readonly silent: number;
  /** Producer: the round whose record was never read. */
  readonly lostAt: number | undefined;
}

const READY = 0;
const GO = 1;
const READ = 2;
const STOP = 3;
const IDLE = 4;
/** Loads in a random pause: about as long as falling asleep takes, so that the sides meet in the middle of it. */
const DAWDLE_MAX = 400;
/** Spins before the producer rests, so that the test gets on with one core too. */
const SPINS_MAX = 2_000;
const REST_MS = 0.02;
/** Short rests, then long ones, until a wake-up counts as lost: over two seconds; a consumer takes microseconds. */
const SHORT_RESTS_MAX = 1_000;
const LONG_REST_MS = 1;
const RESTS_MAX = 3_000;
/** Every so many rounds the consumer holds still until the next record is there, then falls asleep. */
const HOLD_ROUNDS = 4;
const HOLDS_MAX = 200;

// The test that starts this thread passes exactly this.
const task = workerData as DoorbellTask;
const words = new Int32Array(task.gate);
if (task.role === 'consumer') consume();
else produce();

function consume(): void {
  const bell = new Doorbell(task.bell, 0);
  const reader = new RingReader(task.ring);
  const random = seededRandom(task.seed);
  const counts = { sleeps: 0, secondLooks: 0, selfWoken: 0, read: 0 };
  const word = new Int32Array(task.bell);
  const onRecord = (): void => {
    counts.read += 1;
  };
  const turn = (): void => {
    // Does what wakeUp() does, and tells whether anybody had rung.
    counts.selfWoken += Atomics.exchange(word, 0, 0);
    bell.wakeUp();
    reader.drain(8, onRecord);
    Atomics.store(words, READ, counts.read);
    if (counts.read === task.rounds || Atomics.load(words, STOP) !== 0) {
      task.port.close();
      parentPort?.postMessage({ ...counts, rung: 0, silent: 0, lostAt: undefined });
      return;
    }
    // What a turn does after its drain; the producer, let go by the store above, writes meanwhile.
    dawdle(random.below(DAWDLE_MAX));
    if (counts.read % HOLD_ROUNDS === 0) hold(reader);
    counts.sleeps += 1;
    bell.fallAsleep();
    if (task.fault === 'noSecondLook' || reader.isEmpty()) return;
    counts.secondLooks += 1;
    setImmediate(turn);
  };
  task.port.on('message', turn);
  arrive();
  turn();
}

function produce(): void {
  const writer = new RingWriter(task.ring);
  const ringer = new DoorbellRinger(task.bell, 0, () => task.port.postMessage(0));
  const random = seededRandom(task.seed);
  const counts = { rung: 0, silent: 0 };
  let lostAt: number | undefined;
  arrive();
  Atomics.wait(words, GO, 0);
  for (let round = 1; round <= task.rounds && lostAt === undefined; round += 1) {
    dawdle(random.below(DAWDLE_MAX));
    writer.tryReserve(1, 0, 8);
    let rang = false;
    if (task.fault === 'ringsBeforePublish') rang = ringer.ringIfAsleep();
    writer.publish();
    if (task.fault !== 'ringsBeforePublish') rang = ringer.ringIfAsleep();
    if (rang) counts.rung += 1;
    else counts.silent += 1;
    if (!isRead(round)) lostAt = round;
  }
  if (lostAt !== undefined) {
    Atomics.store(words, STOP, 1);
    // Wakes the consumer past its doorbell, so that it can report.
    task.port.postMessage(0);
  }
  parentPort?.postMessage({ ...counts, sleeps: 0, secondLooks: 0, selfWoken: 0, lostAt });
}

/** Waits until the consumer has read `count` records; false when it sleeps on. */
function isRead(count: number): boolean {
  for (let rest = 0; rest < RESTS_MAX; rest += 1) {
    for (let spin = 0; spin < SPINS_MAX; spin += 1) {
      if (Atomics.load(words, READ) >= count) return true;
      if (Atomics.load(words, STOP) !== 0) return true;
    }
    Atomics.wait(words, IDLE, 0, rest < SHORT_RESTS_MAX ? REST_MS : LONG_REST_MS);
  }
  return false;
}

/** Waits until something is there, so that even a busy machine meets the moment between drain and falling asleep. */
function hold(reader: RingReader): void {
  for (let count = 0; count < HOLDS_MAX && reader.isEmpty(); count += 1) {
    Atomics.wait(words, IDLE, 0, REST_MS);
  }
}

function dawdle(loads: number): void {
  for (let count = 0; count < loads; count += 1) Atomics.load(words, IDLE);
}

function arrive(): void {
  Atomics.add(words, READY, 1);
  Atomics.notify(words, READY);
}
