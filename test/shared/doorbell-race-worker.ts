/**
 * Two ringers that ring one sleeper at the same moment, round after round: who wins, and how often do both?
 * Worker threads of doorbell.stress.test.ts; the first of them also falls asleep for the consumer.
 *
 *   word   0 threads ready   1 go   2 round (first)   3 round done (second)   4 never changes
 */

import { parentPort, workerData } from 'node:worker_threads';
import { Doorbell, DoorbellRinger } from '../../src/shared/doorbell.ts';
import { seededRandom } from '../../src/shared/random.ts';

export interface RaceTask {
  readonly role: 'first' | 'second';
  readonly bell: SharedArrayBuffer;
  readonly gate: SharedArrayBuffer;
  readonly rounds: number;
  readonly seed: number;
  /** False: a ringer that only looks and stores, so that two can win. */
  readonly exchanges: boolean;
}

export interface RaceReport {
  readonly rung: number;
}

const READY = 0;
const GO = 1;
const ROUND = 2;
const DONE = 3;
const IDLE = 4;
const DAWDLE_MAX = 40;
const SPINS_MAX = 2_000;

// The test that starts this thread passes exactly this.
const task = workerData as RaceTask;
const words = new Int32Array(task.gate);
const bellWords = new Int32Array(task.bell);
const random = seededRandom(task.seed);
const counts = { rung: 0 };
const ringer = new DoorbellRinger(task.bell, 0, () => (counts.rung += 1));

Atomics.add(words, READY, 1);
Atomics.notify(words, READY);
Atomics.wait(words, GO, 0);
if (task.role === 'first') runFirst();
else runSecond();
parentPort?.postMessage(counts);

function runFirst(): void {
  const bell = new Doorbell(task.bell, 0);
  for (let round = 1; round <= task.rounds; round += 1) {
    bell.fallAsleep();
    Atomics.store(words, ROUND, round);
    dawdle();
    ring();
    waitFor(DONE, round);
  }
}

function runSecond(): void {
  for (let round = 1; round <= task.rounds; round += 1) {
    waitFor(ROUND, round);
    dawdle();
    ring();
    Atomics.store(words, DONE, round);
  }
}

function ring(): void {
  if (task.exchanges) {
    ringer.ringIfAsleep();
    return;
  }
  if (Atomics.load(bellWords, 0) === 0) return;
  Atomics.store(bellWords, 0, 0);
  counts.rung += 1;
}

/** Each side starts first about as often as the other. */
function dawdle(): void {
  const loads = random.below(DAWDLE_MAX);
  for (let count = 0; count < loads; count += 1) Atomics.load(words, IDLE);
}

function waitFor(word: number, round: number): void {
  for (let spin = 1; Atomics.load(words, word) < round; spin += 1) {
    if (spin % SPINS_MAX === 0) Atomics.wait(words, IDLE, 0, 0.02);
  }
}
