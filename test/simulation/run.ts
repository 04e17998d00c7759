/**
 * Runs the simulated network over many seeds, on all processors: `npm run simulate -- --seeds 50000`, or one again:
 * `-- --seed 17 --trace`.
 * `-- --bugs` looks for the first seed that finds each bug: `foundAt` in bugs.ts. Exits 1 when a seed fails. Not part of the test run.
 */

import { parseArgs } from 'node:util';
import { every, systemClock } from '../../src/shared/clock.ts';
import { freshSeed } from '../../src/shared/random.ts';
import { FOUND } from './bugs.ts';
import type { SeedOrder } from './seed-messages.ts';
import { SEEDS_PER_ORDER, SeedPool } from './seed-pool.ts';
import { SeedTally } from './seed-tally.ts';
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
else if (values.seed === undefined) await runMany();
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

/** One order of seeds after the other for each thread, until they, the time or the failures are used up. */
async function runMany(): Promise<void> {
  const from = values.from === undefined ? freshSeed() % SEED_MAX : Number(values.from);
  const seeds = Number(values.seeds);
  const startedMs = systemClock.nowMs();
  const endMs = startedMs + Number(values.minutes) * 60_000;
  const pool = new SeedPool();
  const tally = new SeedTally();
  let next = from;
  const isOver = (): boolean =>
    next >= from + seeds || tally.failures >= FAILURES_MAX || systemClock.nowMs() >= endMs;
  const work = async (): Promise<void> => {
    while (!isOver()) {
      const order = { from: next, count: Math.min(SEEDS_PER_ORDER, from + seeds - next) };
      next += order.count;
      await runOrder(pool, order, tally);
    }
  };
  const progress = every(() => console.log(tally.text), PROGRESS_MS);
  await Promise.all(Array.from({ length: pool.threads }, work));
  progress.cancel();
  await pool.close();
  const seconds = (systemClock.nowMs() - startedMs) / 1000;
  console.log(`seeds ${from} to ${next - 1}: ${tally.text}`);
  console.log(
    `${(tally.seeds / seconds).toFixed(1)} seeds a second, ${seconds.toFixed(0)} s on ${pool.threads} threads`,
  );
  console.log(tally.marks);
  if (tally.failures > 0) process.exitCode = 1;
}

/** A seed that fails ends its order in the pool; those after it are run all the same. */
async function runOrder(
  pool: SeedPool,
  { from, count }: SeedOrder,
  tally: SeedTally,
): Promise<void> {
  const end = from + count;
  let next = from;
  while (next < end) {
    const first = next;
    const report = await pool.run({ from: first, count: end - first });
    next = report.failure === undefined ? end : report.failure.seed + 1;
    tally.add(report, next - first);
    if (report.failure === undefined) continue;
    const { seed, message } = report.failure;
    console.log(`seed ${seed}: ${message.split('\n', 1)[0]}`);
    console.log(`  npm run simulate -- --seed ${seed} --trace`);
  }
}
