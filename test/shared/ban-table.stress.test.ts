/**
 * Goal: whatever main adds and takes out meanwhile, a reader never misses a rule that holds and never finds one that was never
 * there. Method: a thread asks without end; rules come and go that share rows, lengths and first 16 bits with those it asks for.
 */

import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { BanTableWriter } from '../../src/main/bans/ban-table-writer.ts';
import { banTableByteLength } from '../../src/shared/ban-table.ts';
import { sleep } from '../../src/shared/clock.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { runSeed } from '../support/run-seed.ts';
import { GATE_WORDS, type BanTask } from './ban-table-stress-worker.ts';

const ROWS = 256;
const STARTS = 8;
const CHANGES = 10_000;
const CHANGES_MIN = 300_000;
const ROUNDS_MAX = 3_000;
const SEEN_MIN = 5_000;
/** Rules that come and go, by the number of their start: single addresses, parts of a /16, and one that spans all starts. */
const SHAPES = [
  { rest: 0x00_02, prefix: 32 },
  { rest: 0x00_03, prefix: 32 },
  { rest: 0x40_00, prefix: 24 },
  { rest: 0x80_00, prefix: 17 },
];
const WIDE = { network: 0x0b_00_00_00, prefix: 13 };

it('BanTable.has() never misses a rule that holds while others come and go', async () => {
  const random = seededRandom(runSeed('ban-table.stress'));
  const gate = new SharedArrayBuffer(GATE_WORDS * 4);
  const words = new Int32Array(gate);
  const table = new SharedArrayBuffer(banTableByteLength(ROWS));
  const writer = new BanTableWriter(table);
  for (let start = 0; start < STARTS; start += 1) {
    writer.add(networkOf(0x0a, start, 1), 32);
    writer.add(networkOf(0x0b, start, 1), 32);
  }
  const workerData: BanTask = { table, gate, ...addresses() };
  const worker = new Worker(new URL('ban-table-stress-worker.ts', import.meta.url), { workerData });
  const rules = changingRules();
  let changes = 0;
  try {
    while (Atomics.load(words, 0) === 0) await sleep(0);
    Atomics.store(words, 1, 1);
    Atomics.notify(words, 1);
    // A busy machine may let one thread run ahead: rounds go on until both answers were seen often enough.
    for (let round = 0; round < ROUNDS_MAX && !isEnough(words, changes); round += 1) {
      for (let step = 0; step < CHANGES; step += 1) toggle(rules[random.below(rules.length)]);
      changes += CHANGES;
      await sleep(0);
    }
    Atomics.store(words, 2, 1);
  } finally {
    await worker.terminate();
  }
  const [wrong, there, notThere] = words.slice(3);
  console.log('ban-table.stress', JSON.stringify({ changes, wrong, there, notThere }));
  expect(wrong).toBe(0);
  expect(changes).toBeGreaterThanOrEqual(CHANGES_MIN);
  expect(Math.min(there ?? 0, notThere ?? 0)).toBeGreaterThan(SEEN_MIN);

  function toggle(rule: ChangingRule | undefined): void {
    if (rule === undefined) return;
    if (rule.isIn) writer.delete(rule.network, rule.prefix);
    else writer.add(rule.network, rule.prefix);
    rule.isIn = !rule.isIn;
  }
});

interface ChangingRule {
  readonly network: number;
  readonly prefix: number;
  isIn: boolean;
}

function changingRules(): ChangingRule[] {
  const rules = [{ ...WIDE, isIn: false }];
  for (let start = 0; start < STARTS; start += 1) {
    for (const { rest, prefix } of SHAPES) {
      rules.push({ network: networkOf(0x0a, start, rest), prefix, isIn: false });
    }
  }
  return rules;
}

/** 10.x and 11.x hold one rule each all the time; 10.x sees all shapes come and go, 11.x the wide one alone. */
function addresses(): Pick<BanTask, 'held' | 'clear' | 'changing'> {
  const starts = Array.from({ length: STARTS }, (_, start) => start);
  return {
    held: starts.flatMap((start) => [`10.${start}.0.1`, `11.${start}.0.1`]),
    clear: starts.flatMap((start) => [`10.${start}.0.4`, `10.${start}.65.0`, `12.${start}.0.1`]),
    changing: starts.flatMap((start) => [`10.${start}.0.2`, `10.${start}.64.9`, `11.${start}.0.9`]),
  };
}

function networkOf(first: number, start: number, rest: number): number {
  return first * 2 ** 24 + start * 2 ** 16 + rest;
}

function isEnough(words: Int32Array, changes: number): boolean {
  const seen = Math.min(Atomics.load(words, 4), Atomics.load(words, 5));
  return changes >= CHANGES_MIN && seen > SEEN_MIN;
}
