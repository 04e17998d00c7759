/**
 * One row per host of the network: row 0 is this host, the others are what the bridge last heard of them. Written by main; any
 * thread may read.
 *
 *   column      type  writer  0 means       meaning
 *   state       i32   main    free          HostState
 *   players     i32   main    nobody        players logged in there, bots not counted
 *   bots        i32   main    none          practice bots logged in there
 *   playersMax  i32   main    takes nobody  how many players it takes
 *   matches     i32   main    none          matches running there
 *   lobbies     i32   main    none          lobbies open there
 *   heardAtMs   f64   main    never heard   clock milliseconds at which its last summary came
 *   rowsTaken   i32   main    this host's   in row 0 alone: rows from this one on were never taken
 *
 * Invariants: row 0 is always fresh. A row that was not heard for HOST_SILENT_MS counts in no total, but stays known until
 * its state is free. Every total carries its age and how many hosts it was taken from.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

/** A host that is silent for longer is out of all totals. */
export const HOST_SILENT_MS = 2_000;

export const HostState = {
  free: 0,
  up: 1,
  /** Takes no new players and no matches; those it has still count. */
  draining: 2,
} as const;

export type HostState = (typeof HostState)[keyof typeof HostState];

const columns = {
  state: { type: 'i32', writer: 'main', zero: 'free', meaning: 'HostState' },
  players: {
    type: 'i32',
    writer: 'main',
    zero: 'nobody',
    meaning: 'players logged in there, bots not counted',
  },
  bots: { type: 'i32', writer: 'main', zero: 'none', meaning: 'practice bots logged in there' },
  playersMax: {
    type: 'i32',
    writer: 'main',
    zero: 'takes nobody',
    meaning: 'how many players it takes',
  },
  matches: { type: 'i32', writer: 'main', zero: 'none', meaning: 'matches running there' },
  lobbies: { type: 'i32', writer: 'main', zero: 'none', meaning: 'lobbies open there' },
  heardAtMs: {
    type: 'f64',
    writer: 'main',
    zero: 'never heard',
    meaning: 'clock milliseconds at which its last summary came',
  },
  rowsTaken: {
    type: 'i32',
    writer: 'main',
    zero: "this host's",
    meaning: 'in row 0 alone: rows from this one on were never taken',
  },
} as const;

export const hostTable: TableDefinition<typeof columns> = defineTable('hosts', columns);

export type HostTable = TableView<typeof columns>;

/** Numbers of the whole network, with what they are worth. */
export interface NetworkTotals {
  readonly players: number;
  readonly matches: number;
  /** Hosts that the totals were taken from, this one included; and hosts that belong to the network. */
  readonly hostsHeard: number;
  readonly hostsKnown: number;
  /** Age of the oldest number in the totals. */
  readonly ageMs: number;
}

/** Adds up this host and all others heard within HOST_SILENT_MS. */
export function networkTotals(table: HostTable, nowMs: number): NetworkTotals {
  // Asked per question of a player: rows that were never taken cost nothing, and one that is free again one read.
  const { state } = table;
  const rowsTaken = table.rowsTaken[0] ?? 0;
  let players = table.players[0] ?? 0;
  let matches = table.matches[0] ?? 0;
  let hostsHeard = 1;
  let hostsKnown = 1;
  let ageMs = 0;
  for (let row = 1; row < rowsTaken; row += 1) {
    if (state[row] === HostState.free) continue;
    hostsKnown += 1;
    const silentMs = nowMs - (table.heardAtMs[row] ?? 0);
    if (silentMs > HOST_SILENT_MS) continue;
    hostsHeard += 1;
    players += table.players[row] ?? 0;
    matches += table.matches[row] ?? 0;
    ageMs = Math.max(ageMs, silentMs);
  }
  return { players, matches, hostsHeard, hostsKnown, ageMs };
}
