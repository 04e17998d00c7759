/**
 * A thread that takes turns and looks at two coupled settings throughout each of them, and between them: are they ever of
 * two versions, and do they ever change within a turn? Worker thread of config-cell.stress.test.ts.
 *
 *   word   0 threads ready   1 go   2 stop
 */

import { parentPort, workerData } from 'node:worker_threads';
import { ConfigCell, PreparedSettings } from '../../src/shared/config-cell.ts';
import { Doorbell, doorbellByteLength } from '../../src/shared/doorbell.ts';
import { SettingsTurns } from '../../src/shared/settings-turns.ts';
import { TurnLoop } from '../../src/shared/turn-loop.ts';

export interface CoupledSettings {
  readonly low: number;
  /** Always 1,000 more. */
  readonly high: number;
}

export interface CellTask {
  readonly cell: SharedArrayBuffer;
  /** By thread: the version that it runs. */
  readonly applied: SharedArrayBuffer;
  readonly gate: SharedArrayBuffer;
  readonly index: number;
  /** True: takes over what is prepared at once, so that a change falls into a turn. */
  readonly isHasty: boolean;
}

export interface CellReport {
  readonly turns: number;
  /** Looks at which the two did not belong together. */
  readonly mixed: number;
  /** Turns within which the settings changed. */
  readonly torn: number;
  readonly adopted: number;
}

/** Looks in one turn; in their midst the thread does what a handler does: anything. */
const LOOKS = 50;

// The test that starts this thread passes exactly this.
const task = workerData as CellTask;
const cell = new ConfigCell(task.cell);
const applied = new Int32Array(task.applied);
const gate = new Int32Array(task.gate);
const counts = { turns: 0, mixed: 0, torn: 0, adopted: 0 };
const start: CoupledSettings = { low: 0, high: 1_000 };
const settings = new PreparedSettings(cell, { version: 0, settings: start });

const turns = new SettingsTurns({ turn, hasWork: () => false }, settings, (_next, version) => {
  counts.adopted += 1;
  applied[task.index] = version;
});
const loop = new TurnLoop(new Doorbell(new SharedArrayBuffer(doorbellByteLength(1)), 0), turns);

parentPort?.on('message', (message: { version: number; settings: CoupledSettings } | 'adopt') => {
  if (message === 'adopt') {
    loop.runNow();
    parentPort?.postMessage('adopted');
    return;
  }
  settings.prepare(message.version, message.settings);
  parentPort?.postMessage('prepared');
});
Atomics.add(gate, 0, 1);
Atomics.notify(gate, 0);
Atomics.wait(gate, 1, 0);
spin();

/** A turn a pass of the event loop, so that messages come between any two of them. */
function spin(): void {
  if (Atomics.load(gate, 2) === 1) {
    parentPort?.postMessage(counts);
    parentPort?.close();
    return;
  }
  loop.runNow();
  look(settings.current);
  setImmediate(spin);
}

function turn(): boolean {
  const first = settings.current;
  for (let number = 0; number < LOOKS; number += 1) {
    if (task.isHasty && number === LOOKS / 2) settings.tryAdopt();
    look(settings.current);
    if (settings.current !== first) {
      counts.torn += 1;
      break;
    }
  }
  counts.turns += 1;
  return false;
}

function look({ low, high }: CoupledSettings): void {
  if (high - low !== 1_000) counts.mixed += 1;
}
