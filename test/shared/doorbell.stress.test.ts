/**
 * Goal: no wake-up is lost, and no sleep is rung twice, however the two sides race.
 * Method: a consumer that sleeps after each record and a producer that writes in that moment and then waits for it: one
 * lost wake-up stops everything; then two ringers at one sleeper. The marks count both ways that each race can go;
 * bells with a known fault must be caught.
 */

import { once } from 'node:events';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { doorbellByteLength } from '../../src/shared/doorbell.ts';
import { ringByteLength } from '../../src/shared/spsc-ring.ts';
import { runSeed } from '../support/run-seed.ts';
import type { RaceReport, RaceTask } from './doorbell-race-worker.ts';
import type { DoorbellFault, DoorbellReport, DoorbellTask } from './doorbell-stress-worker.ts';

const ROUNDS = 20_000;
const RACE_ROUNDS = 50_000;
const SEED = runSeed('doorbell.stress');
const READY_WORD = 0;
const GO_WORD = 1;

describe('a doorbell between threads', () => {
  it('loses no wake-up in tens of thousands of sleeps', async () => {
    const total = await sleepStress('none');
    console.log('doorbell.stress', JSON.stringify(total));
    expect(total.lostAt).toBeUndefined();
    expect(total.rung + total.selfWoken).toBe(total.sleeps);
    // Both ways of the race were met: rung for a sleeper, and found by the second look.
    expect(total.rung).toBeGreaterThan(ROUNDS / 100);
    expect(total.secondLooks).toBeGreaterThan(ROUNDS / 100);
  });

  it.each<DoorbellFault>(['noSecondLook', 'ringsBeforePublish'])(
    'with the fault %s loses one, and this test sees it',
    async (fault) => {
      const total = await sleepStress(fault);
      console.log('doorbell.stress', fault, JSON.stringify(total));
      expect(total.lostAt).toBeDefined();
    },
  );

  it('is rung once a sleep by two who race', async () => {
    const [first, second] = await raceStress(true);
    console.log('doorbell.stress race', first, second);
    expect(first + second).toBe(RACE_ROUNDS);
    expect(Math.min(first, second)).toBeGreaterThan(RACE_ROUNDS / 100);
  });

  it('that is rung without an exchange is rung twice, and this test sees it', async () => {
    const [first, second] = await raceStress(false);
    console.log('doorbell.stress race without exchange', first, second);
    expect(first + second).toBeGreaterThan(RACE_ROUNDS);
  });
});

async function sleepStress(fault: DoorbellFault): Promise<DoorbellReport> {
  const gate = new SharedArrayBuffer(64);
  const { port1, port2 } = new MessageChannel();
  const ring = new SharedArrayBuffer(ringByteLength(1_024));
  const bell = new SharedArrayBuffer(doorbellByteLength(1));
  const common = { ring, bell, gate, rounds: ROUNDS, fault, seed: SEED };
  const consumer: DoorbellTask = { ...common, role: 'consumer', port: port1 };
  const producer: DoorbellTask = { ...common, role: 'producer', port: port2, seed: SEED + 1 };
  const reports = [
    runWorker<DoorbellReport>('doorbell-stress-worker.ts', consumer, [port1]),
    runWorker<DoorbellReport>('doorbell-stress-worker.ts', producer, [port2]),
  ];
  await openGate(gate);
  return addUp(await Promise.all(reports));
}

/** How often each of two ringers rang. */
async function raceStress(exchanges: boolean): Promise<[number, number]> {
  const gate = new SharedArrayBuffer(64);
  const bell = new SharedArrayBuffer(doorbellByteLength(1));
  const common = { bell, gate, rounds: RACE_ROUNDS, exchanges };
  const firstTask: RaceTask = { ...common, role: 'first', seed: SEED };
  const secondTask: RaceTask = { ...common, role: 'second', seed: SEED + 1 };
  const first = runWorker<RaceReport>('doorbell-race-worker.ts', firstTask, []);
  const second = runWorker<RaceReport>('doorbell-race-worker.ts', secondTask, []);
  await openGate(gate);
  return [(await first).rung, (await second).rung];
}

/** Lets both threads go, once both are there. */
async function openGate(gateBuffer: SharedArrayBuffer): Promise<void> {
  const gate = new Int32Array(gateBuffer);
  for (let ready = 0; ready < 2; ready = Atomics.load(gate, READY_WORD)) {
    await Atomics.waitAsync(gate, READY_WORD, ready, 1_000).value;
  }
  Atomics.store(gate, GO_WORD, 1);
  Atomics.notify(gate, GO_WORD);
}

async function runWorker<Report>(
  file: string,
  task: DoorbellTask | RaceTask,
  transferList: readonly MessagePort[],
): Promise<Report> {
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: task,
    transferList: [...transferList],
  });
  try {
    // The worker posts one report and nothing else.
    const [report] = (await once(worker, 'message')) as [Report];
    return report;
  } finally {
    await worker.terminate();
  }
}

function addUp(reports: readonly DoorbellReport[]): DoorbellReport {
  return reports.reduce((sum, report) => ({
    sleeps: sum.sleeps + report.sleeps,
    secondLooks: sum.secondLooks + report.secondLooks,
    rung: sum.rung + report.rung,
    selfWoken: sum.selfWoken + report.selfWoken,
    silent: sum.silent + report.silent,
    lostAt: sum.lostAt ?? report.lostAt,
  }));
}
