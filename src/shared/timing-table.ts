/**
 * One row per gateway, then one per row of the worker table: how long things took there, as histograms.
 * Each thread writes its own row, whole lines of it; any thread may read.
 *
 *   column          type      writer      0 means  meaning
 *   turns           f64 x 16  its thread  none     turns of the event loop, by bucket of TIMING_BOUNDS_MS
 *   turnMs          f64       its thread  none     time spent in them
 *   lateTicks       f64 x 16  its thread  none     worst lateness of a tick in each tenth of a second with ticks, by bucket
 *   lateTickMs      f64       its thread  none     sum of those
 *   handOffs        f64 x 16  its thread  none     hand-offs from LEAVE to JOIN, by bucket
 *   handOffMs       f64       its thread  none     time spent in them
 *
 * Buckets and not perf_hooks histograms: a plain store costs a hundredth of their record(), and Prometheus adds buckets up
 * over threads and time. Invariant: counts only grow. Row r has its buckets at r * TIMING_BUCKETS; the last one is for all that is longer.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

/** Upper ends of the buckets. */
export const TIMING_BOUNDS_MS: readonly number[] = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000,
];

const columns = {
  turns: { type: 'f64', width: 16, writer: 'its thread', zero: 'none', meaning: 'turns by bucket' },
  turnMs: { type: 'f64', writer: 'its thread', zero: 'none', meaning: 'time spent in turns' },
  lateTicks: {
    type: 'f64',
    width: 16,
    writer: 'its thread',
    zero: 'none',
    meaning: 'worst lateness of a tick in each tenth of a second with ticks, by bucket',
  },
  lateTickMs: { type: 'f64', writer: 'its thread', zero: 'none', meaning: 'sum of those' },
  handOffs: {
    type: 'f64',
    width: 16,
    writer: 'its thread',
    zero: 'none',
    meaning: 'hand-offs from LEAVE to JOIN, by bucket',
  },
  handOffMs: { type: 'f64', writer: 'its thread', zero: 'none', meaning: 'time spent in them' },
} as const;

export const timingTable: TableDefinition<typeof columns> = defineTable('timings', columns);

export type TimingTable = TableView<typeof columns>;

/** Buckets of one row. */
export const TIMING_BUCKETS: number = columns.turns.width;

/** What is timed: the column of its buckets, and that of their sum. */
const SUMS = { turns: 'turnMs', lateTicks: 'lateTickMs', handOffs: 'handOffMs' } as const;

export type Timing = keyof typeof SUMS;

/** Counts one duration in this thread's row. */
export function recordTiming(table: TimingTable, row: number, what: Timing, ms: number): void {
  let bucket = 0;
  while (bucket < TIMING_BOUNDS_MS.length && ms > (TIMING_BOUNDS_MS[bucket] ?? 0)) bucket += 1;
  const buckets = table[what];
  const index = row * TIMING_BUCKETS + bucket;
  buckets[index] = (buckets[index] ?? 0) + 1;
  const sums = table[SUMS[what]];
  sums[row] = (sums[row] ?? 0) + ms;
}

/** The counts of a row by bucket, and the sum of its durations. */
export function readTiming(
  table: TimingTable,
  row: number,
  what: Timing,
): { readonly counts: readonly number[]; readonly sumMs: number } {
  const counts = table[what].subarray(row * TIMING_BUCKETS, (row + 1) * TIMING_BUCKETS);
  return { counts: [...counts], sumMs: table[SUMS[what]][row] ?? 0 };
}
