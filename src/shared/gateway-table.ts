/**
 * One row per gateway thread: its connections and what went through them.
 * Each gateway writes its own row; any thread may read.
 *
 *   column           type  writer   0 means      meaning
 *   state            i32   gateway  free         GatewayState
 *   threadId         i32   gateway  unknown      of node:worker_threads
 *   heartbeatMs      f64   gateway  not started  clock milliseconds of its last turn of the event loop
 *   connections      i32   gateway  none         sockets accepted and open
 *   players          i32   gateway  nobody       of those, logged in
 *   bytesIn          f64   gateway  none         bytes read from sockets
 *   bytesOut         f64   gateway  none         bytes written to sockets
 *   messagesIn       f64   gateway  none         inputs and commands handed to handlers
 *   messagesOut      f64   gateway  none         messages of handlers and main, once per receiver
 *   writes           f64   gateway  none         socket writes; messagesOut / writes is the coalescing
 *   volatileDropped  f64   gateway  none         volatile messages superseded for slow readers
 *   brokenEvents     f64   gateway  none         events of handlers on other hosts that were none, once per receiver
 *   pauses           f64   gateway  none         times that a socket was paused: ring full or hand-off held too much
 *   settingsVersion  i32   gateway  the start's  settings in force on it: config-cell.ts
 *
 * Invariant: totals only grow. A gateway counts in its own fields and stores the row once a turn, since rows share lines.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

export const GatewayState = {
  free: 0,
  starting: 1,
  /** Accepts connections. */
  listening: 2,
  /** Accepts no more; serves those it has. */
  draining: 3,
  stopped: 4,
} as const;

export type GatewayState = (typeof GatewayState)[keyof typeof GatewayState];

const columns = {
  state: { type: 'i32', writer: 'gateway', zero: 'free', meaning: 'GatewayState' },
  threadId: { type: 'i32', writer: 'gateway', zero: 'unknown', meaning: 'of node:worker_threads' },
  heartbeatMs: {
    type: 'f64',
    writer: 'gateway',
    zero: 'not started',
    meaning: 'clock milliseconds of its last turn of the event loop',
  },
  connections: {
    type: 'i32',
    writer: 'gateway',
    zero: 'none',
    meaning: 'sockets accepted and open',
  },
  players: { type: 'i32', writer: 'gateway', zero: 'nobody', meaning: 'of those, logged in' },
  bytesIn: { type: 'f64', writer: 'gateway', zero: 'none', meaning: 'bytes read from sockets' },
  bytesOut: { type: 'f64', writer: 'gateway', zero: 'none', meaning: 'bytes written to sockets' },
  messagesIn: {
    type: 'f64',
    writer: 'gateway',
    zero: 'none',
    meaning: 'inputs and commands handed to handlers',
  },
  messagesOut: {
    type: 'f64',
    writer: 'gateway',
    zero: 'none',
    meaning: 'messages of handlers and main, once per receiver',
  },
  writes: {
    type: 'f64',
    writer: 'gateway',
    zero: 'none',
    meaning: 'socket writes; messagesOut / writes is the coalescing',
  },
  volatileDropped: {
    type: 'f64',
    writer: 'gateway',
    zero: 'none',
    meaning: 'volatile messages superseded for slow readers',
  },
  brokenEvents: {
    type: 'f64',
    writer: 'gateway',
    zero: 'none',
    meaning: 'events of handlers on other hosts that were none, once per receiver',
  },
  pauses: {
    type: 'f64',
    writer: 'gateway',
    zero: 'none',
    meaning: 'times that a socket was paused: ring full or hand-off held too much',
  },
  settingsVersion: {
    type: 'i32',
    writer: 'gateway',
    zero: 'those of the start',
    meaning: 'settings in force on it: config-cell.ts',
  },
} as const;

export const gatewayTable: TableDefinition<typeof columns> = defineTable('gateways', columns);

export type GatewayTable = TableView<typeof columns>;
