/**
 * One row per mode, in the order of the configuration: its queue and its running matches on this host.
 * Written by main; any thread may read.
 *
 *   column         type  writer  0 means       meaning
 *   waiting        i32   main    nobody        players of this host who wait, parties counted by heads
 *   queued         i32   main    nobody        those of them in its own queue, whom practice bots can play with
 *   oldestSinceMs  f64   main    nobody waits  clock milliseconds since which the oldest ticket waits
 *   matched        f64   main    nobody yet    players matched since start
 *   matches        i32   main    none          matches running
 *
 * Who waits with a party on several hosts, or is claimed for a match across hosts, is in no queue. Invariants: `waiting` is 0
 * exactly when `oldestSinceMs` is 0; `queued` is not more than `waiting`.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

const columns = {
  waiting: {
    type: 'i32',
    writer: 'main',
    zero: 'nobody',
    meaning: 'players of this host who wait, parties counted by heads',
  },
  queued: {
    type: 'i32',
    writer: 'main',
    zero: 'nobody',
    meaning: 'those of them in its own queue, whom practice bots can play with',
  },
  oldestSinceMs: {
    type: 'f64',
    writer: 'main',
    zero: 'nobody waits',
    meaning: 'clock milliseconds since which the oldest ticket waits',
  },
  matched: {
    type: 'f64',
    writer: 'main',
    zero: 'nobody yet',
    meaning: 'players matched since start',
  },
  matches: { type: 'i32', writer: 'main', zero: 'none', meaning: 'matches running' },
} as const;

export const queueTable: TableDefinition<typeof columns> = defineTable('queues', columns);

export type QueueTable = TableView<typeof columns>;
