/**
 * One gateway of the address table's stress test. Worker threads of address-table.stress.test.ts.
 *
 *   gate word   0 threads ready   1 go   2..  holders of each address, as the test counts them; 2 arrivals (`meet`)
 */

import { parentPort, workerData } from 'node:worker_threads';
import {
  AddressTable,
  AddressVerdict,
  NO_ADDRESS_ROW,
  type AddressLimits,
} from '../../src/shared/address-table.ts';
import { seededRandom } from '../../src/shared/random.ts';

export interface AddressTask {
  readonly table: SharedArrayBuffer;
  readonly gate: SharedArrayBuffer;
  readonly seed: number;
  readonly limits: AddressLimits;
  /**
   * `hold`: enters and leaves at random. `burst`: enters only, each address in turn. `meet`: like burst, but both
   * threads start with each address at once.
   */
  readonly work: 'hold' | 'burst' | 'meet';
  readonly addresses: number;
  readonly steps: number;
}

export interface AddressReport {
  /** Admissions with a row, of each address. */
  readonly admitted: readonly number[];
  readonly uncounted: number;
  readonly tooMany: number;
  readonly tooFast: number;
  /** The most holders that this thread ever saw at once, both threads' taken together. */
  readonly holdersMax: number;
}

const HOLDERS_WORD = 2;

// The test that starts this thread passes exactly this.
const task = workerData as AddressTask;
const gate = new Int32Array(task.gate);
const table = new AddressTable(task.table);
const random = seededRandom(task.seed);
const admitted = Array.from({ length: task.addresses }, () => 0);
const totals = { uncounted: 0, tooMany: 0, tooFast: 0, holdersMax: 0 };

Atomics.add(gate, 0, 1);
Atomics.notify(gate, 0);
Atomics.wait(gate, 1, 0);
if (task.work === 'hold') hold();
else for (let step = 0; step < task.steps; step += 1) take(step);
const report: AddressReport = { admitted, ...totals };
parentPort?.postMessage(report);

function take(step: number): void {
  if (task.work === 'meet') {
    Atomics.add(gate, HOLDERS_WORD, 1);
    while (Atomics.load(gate, HOLDERS_WORD) < 2 * (step + 1));
  }
  enter(step % task.addresses);
}

function hold(): void {
  const held: { address: number; row: number }[] = [];
  for (let step = 0; step < task.steps; step += 1) {
    const address = random.below(task.addresses);
    if (random.below(2) === 0 && enter(address)) held.push({ address, row: table.row });
    else leave(held.splice(random.below(held.length + 1), 1)[0]);
  }
  for (const entry of held) leave(entry);
}

function enter(address: number): boolean {
  const verdict = table.tryEnter(`10.1.${address >> 8}.${address & 0xff}`, task.limits, 0);
  if (verdict === AddressVerdict.tooMany) totals.tooMany += 1;
  if (verdict === AddressVerdict.tooFast) totals.tooFast += 1;
  if (verdict !== AddressVerdict.admitted) return false;
  if (table.row === NO_ADDRESS_ROW) {
    totals.uncounted += 1;
    return false;
  }
  admitted[address] = (admitted[address] ?? 0) + 1;
  if (task.work === 'hold') {
    const holders = Atomics.add(gate, HOLDERS_WORD + address, 1) + 1;
    totals.holdersMax = Math.max(totals.holdersMax, holders);
  }
  return true;
}

function leave(entry: { address: number; row: number } | undefined): void {
  if (entry === undefined) return;
  Atomics.sub(gate, HOLDERS_WORD + entry.address, 1);
  table.leave(entry.row);
}
