/** Simulates the seeds that it is given, one order after the other. A worker thread of the simulation's test. */

import { parentPort } from 'node:worker_threads';
import { FOUND } from './bugs.ts';
import type { SeedOrder, SeedReport } from './seed-messages.ts';
import { Simulation } from './simulation.ts';

// The pool sends nothing else.
parentPort?.on('message', (order: SeedOrder) => parentPort?.postMessage(runOrder(order)));

function runOrder({ from, count, bug }: SeedOrder): SeedReport {
  const marks: Record<string, number> = {};
  let faults = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const simulation = new Simulation({ seed, bug: bug === undefined ? undefined : FOUND[bug] });
    try {
      simulation.run();
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { faults, marks, failure: { seed, message } };
    }
    faults += simulation.faults;
    for (const [mark, times] of Object.entries(simulation.world.marks)) {
      marks[mark] = (marks[mark] ?? 0) + times;
    }
  }
  return { faults, marks, failure: undefined };
}
