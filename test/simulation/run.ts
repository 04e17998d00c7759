/**
 * Runs the simulated network over many seeds: `npm run simulate -- --seeds 50000`, or one again: `-- --seed 17 --trace`.
 * `-- --bugs` looks for the first seed that finds each bug: `foundAt` in bugs.ts. Exits 1 when a seed fails. Not part of the test run.
 */

import { parseArgs } from 'node:util';
import { systemClock } from '../../src/shared/clock.ts';
import { freshSeed } from '../../src/shared/random.ts';
import { FOUND } from './bugs.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';

const PROGRESS_MS = 10_000;
const FAILURES_MAX = 10;
const BUG_SEEDS_MAX = 2_000;
const SEED_MAX = 2 ** 31;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    from: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
    trace: { type: 'boolean', default: false },
    bugs: { type: 'boolean', default: false },
  },
});

if (values.bugs) runBugs();
else if (values.seed === undefined) runMany();
else runOne(Number(values.seed), values.trace);

function runOne(seed: number, isTraced: boolean): void {
  const simulation = new Simulation({ seed, isTraced });
  try {
    const { hash, faults, marks } = simulation.run();
    console.log(simulation.world.lines?.join('\n') ?? '');
    console.log(`seed ${seed} holds: trace ${hash}, ${faults} faults`, marks);
  } catch (error) {
    console.log(simulation.world.lines?.join('\n') ?? '');
    console.log(`seed ${seed} fails after ${Math.round(simulation.world.nowMs)} ms`, error);
    process.exitCode = 1;
  }
}

/** Where each bug does harm first. */
function runBugs(): void {
  for (const [name, bug] of Object.entries(FOUND)) {
    let seed = 1;
    while (seed <= BUG_SEEDS_MAX && !isFailing({ seed, bug })) seed += 1;
    console.log(`${seed > BUG_SEEDS_MAX ? 'not found' : `foundAt: ${seed}`}  ${name}`);
  }
}

function isFailing(options: SimulationOptions): boolean {
  try {
    new Simulation(options).run();
    return false;
  } catch {
    // What it did is of no interest here.
    return true;
  }
}

function runMany(): void {
  const from = values.from === undefined ? freshSeed() % SEED_MAX : Number(values.from);
  const seeds = Number(values.seeds);
  const startedMs = systemClock.nowMs();
  const endMs = startedMs + Number(values.minutes) * 60_000;
  const marks: Record<string, number> = {};
  let progressAtMs = startedMs + PROGRESS_MS;
  let faults = 0;
  let failures = 0;
  let count = 0;
  for (; count < seeds && failures < FAILURES_MAX && systemClock.nowMs() < endMs; count += 1) {
    const simulation = new Simulation({ seed: from + count });
    try {
      simulation.run();
    } catch (error) {
      failures += 1;
      const text = error instanceof Error ? error.message.split('\n')[0] : String(error);
      console.log(`seed ${from + count}: ${text}`);
      console.log(`  npm run simulate -- --seed ${from + count} --trace`);
    }
    faults += simulation.faults;
    for (const [mark, times] of Object.entries(simulation.world.marks)) {
      marks[mark] = (marks[mark] ?? 0) + times;
    }
    if (systemClock.nowMs() < progressAtMs) continue;
    progressAtMs += PROGRESS_MS;
    console.log(`${count + 1} seeds, ${faults} faults, ${failures} failed`);
  }
  const seconds = (systemClock.nowMs() - startedMs) / 1000;
  console.log(`seeds ${from} to ${from + count - 1}: ${failures} failed`);
  console.log(
    `${faults} faults, ${(count / seconds).toFixed(1)} seeds a second, ${seconds.toFixed(0)} s`,
  );
  console.log(marks);
  if (failures > 0) process.exitCode = 1;
}
