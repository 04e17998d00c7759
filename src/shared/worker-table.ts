/**
 * One row per match worker of the pool: whether it lives, how busy it is. Placement and the watchdog read it.
 * The worker writes its own row, main incarnation and, for a dead one, state and threadId; any thread may read.
 *
 *   column         type  writer        0 means       meaning
 *   state          i32   worker, main  free          WorkerState; contended, see below
 *   threadId       i32   worker, main  nobody        of node:worker_threads; set when the row is claimed, 0 when it is freed
 *   incarnation    i32   main          first         bumped by main each time the row is freed
 *   heartbeatMs    f64   worker        not started   clock milliseconds of its last turn of the event loop
 *   handlers       i32   worker        none          handlers that live on it
 *   players        i32   worker        nobody        players in them
 *   busyMicros     f64   worker        none yet      microseconds spent in callbacks of handlers
 *   ticksLate      u32   worker        none          ticks that ran later than they may
 *   ticksSkipped   u32   worker        none          ticks that were never run
 *   heapUsedBytes  f64   worker        not measured  of its V8 heap
 *   externalBytes  f64   worker        not measured  Buffers outside the heap, which resourceLimits does not count
 *   settingsVersion  i32  worker       the start's   settings in force on it: config-cell.ts
 *
 * Contended: `state`. A starting worker claims a free row by compareExchange free -> claimed and stores running when it is
 * ready; main stores dead once the thread is gone or condemned, and free once its rings are emptied. Totals only grow
 * while a worker lives; they start at 0 with each incarnation.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

export const WorkerState = {
  free: 0,
  /** A thread has this row and is starting. */
  claimed: 1,
  /** Takes handlers. */
  running: 2,
  /** Its thread is gone or condemned; nothing more comes out of its rings. */
  dead: 3,
} as const;

export type WorkerState = (typeof WorkerState)[keyof typeof WorkerState];

const columns = {
  state: {
    type: 'i32',
    writer: 'worker, main',
    zero: 'free',
    meaning: 'WorkerState; contended, see below',
  },
  threadId: {
    type: 'i32',
    writer: 'worker, main',
    zero: 'nobody',
    meaning: 'of node:worker_threads; set when the row is claimed, 0 when it is freed',
  },
  incarnation: {
    type: 'i32',
    writer: 'main',
    zero: 'first',
    meaning: 'bumped by main each time the row is freed',
  },
  heartbeatMs: {
    type: 'f64',
    writer: 'worker',
    zero: 'not started',
    meaning: 'clock milliseconds of its last turn of the event loop',
  },
  handlers: { type: 'i32', writer: 'worker', zero: 'none', meaning: 'handlers that live on it' },
  players: { type: 'i32', writer: 'worker', zero: 'nobody', meaning: 'players in them' },
  busyMicros: {
    type: 'f64',
    writer: 'worker',
    zero: 'none yet',
    meaning: 'microseconds spent in callbacks of handlers',
  },
  ticksLate: {
    type: 'u32',
    writer: 'worker',
    zero: 'none',
    meaning: 'ticks that ran later than they may',
  },
  ticksSkipped: {
    type: 'u32',
    writer: 'worker',
    zero: 'none',
    meaning: 'ticks that were never run',
  },
  heapUsedBytes: { type: 'f64', writer: 'worker', zero: 'not measured', meaning: 'of its V8 heap' },
  externalBytes: {
    type: 'f64',
    writer: 'worker',
    zero: 'not measured',
    meaning: 'Buffers outside the heap, which resourceLimits does not count',
  },
  settingsVersion: {
    type: 'i32',
    writer: 'worker',
    zero: 'those of the start',
    meaning: 'settings in force on it: config-cell.ts',
  },
} as const;

export const workerTable: TableDefinition<typeof columns> = defineTable('workers', columns);

export type WorkerTable = TableView<typeof columns>;
