/**
 * One row per thread: how often each Reason was given, for refusals and closes.
 * Each thread writes its own row, eight whole lines; any thread may add the rows up.
 *
 *   column   type      writer      0 means  meaning
 *   reasons  f64 x 64  its thread  never    count per Reason code
 *
 * Invariant: counts only grow while the host runs. The cell of a reason is row * REASON_COUNT_MAX + code.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

const columns = {
  reasons: {
    type: 'f64',
    width: 64,
    writer: 'its thread',
    zero: 'never',
    meaning: 'count per Reason code',
  },
} as const;

export const counterTable: TableDefinition<typeof columns> = defineTable('counters', columns);

export type CounterTable = TableView<typeof columns>;

/** Reason codes are below this. */
export const REASON_COUNT_MAX: number = columns.reasons.width;

/** Counts one refusal or close in this thread's row. */
export function countReason(table: CounterTable, row: number, reason: number): void {
  const index = row * REASON_COUNT_MAX + reason;
  table.reasons[index] = (table.reasons[index] ?? 0) + 1;
}

/** How often `reason` was given on this host. */
export function sumReason(table: CounterTable, reason: number): number {
  let sum = 0;
  for (let row = 0; row < table.capacity; row += 1) {
    sum += table.reasons[row * REASON_COUNT_MAX + reason] ?? 0;
  }
  return sum;
}
