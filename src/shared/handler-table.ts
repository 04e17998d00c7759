/**
 * One row per handler of this host, lobbies and matches alike (row = index of the HandlerRef): where it runs and what it costs.
 * Main places, opens and frees; the worker that runs it counts; any thread may read.
 *
 *   column      type  writer  0 means      meaning
 *   state       i32   main    free         HandlerState
 *   generation  i32   main    never used   of the HandlerRef; bumped when the row is freed
 *   worker      i32   main    row 0        row of the worker table; says nothing while the row is free
 *   mode        i32   main    row 0        row of the queue table; says nothing while the row is free
 *   wakes       i32   worker  at the tick  1 when input rings the worker's doorbell (input: 'onArrival')
 *   holds       i32   bridge  takes input  1 while input is to wait at the gateways: the link to its host lags
 *   players     i32   worker  nobody       players in it, kept seats included
 *   ticks       u32   worker  none yet     ticks run
 *   tickMicros  f64   worker  none yet     microseconds spent in its callbacks since it opened
 *   openedAtMs  f64   main    not opened   clock milliseconds when it was opened
 *
 * Invariant: main fills worker, mode and generation before it stores `state`; the worker writes its columns only from opening
 * to ended, and zeroes them first, since they still hold those of the row's last handler.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

export const HandlerState = {
  free: 0,
  /** Its Piscina task was handed out; onOpen() has not returned. */
  opening: 1,
  /** Players may come. */
  open: 2,
  /** No player is sent here any more; the row is freed when all have left. */
  ended: 3,
} as const;

export type HandlerState = (typeof HandlerState)[keyof typeof HandlerState];

const columns = {
  state: { type: 'i32', writer: 'main', zero: 'free', meaning: 'HandlerState' },
  generation: {
    type: 'i32',
    writer: 'main',
    zero: 'never used',
    meaning: 'of the HandlerRef; bumped when the row is freed',
  },
  worker: {
    type: 'i32',
    writer: 'main',
    zero: 'row 0',
    meaning: 'row of the worker table; says nothing while the row is free',
  },
  mode: {
    type: 'i32',
    writer: 'main',
    zero: 'row 0',
    meaning: 'row of the queue table; says nothing while the row is free',
  },
  wakes: {
    type: 'i32',
    writer: 'worker',
    zero: 'at the tick',
    meaning: "1 when input rings the worker's doorbell (input: 'onArrival')",
  },
  holds: {
    type: 'i32',
    writer: 'bridge',
    zero: 'takes input',
    meaning: '1 while input is to wait at the gateways: the link to its host lags',
  },
  players: {
    type: 'i32',
    writer: 'worker',
    zero: 'nobody',
    meaning: 'players in it, kept seats included',
  },
  ticks: { type: 'u32', writer: 'worker', zero: 'none yet', meaning: 'ticks run' },
  tickMicros: {
    type: 'f64',
    writer: 'worker',
    zero: 'none yet',
    meaning: 'microseconds spent in its callbacks since it opened',
  },
  openedAtMs: {
    type: 'f64',
    writer: 'main',
    zero: 'not opened',
    meaning: 'clock milliseconds when it was opened',
  },
} as const;

export const handlerTable: TableDefinition<typeof columns> = defineTable('handlers', columns);

export type HandlerTable = TableView<typeof columns>;
