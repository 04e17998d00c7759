/**
 * One row per connected player of this host (row = slot): where the player is and how the client shows the game.
 * Written by the gateway that owns the connection; any thread may read.
 *
 *   column         type      writer   0 means        meaning
 *   state          i32       gateway  free           PlayerState
 *   generation     i32       gateway  never used     of the PlayerRef; bumped when the row is taken
 *   handler        u32       gateway  NO_HANDLER     HandlerRef that the player's input goes to
 *   view           i32       gateway  frame          ClientView
 *   flags          i32       gateway  none           PlayerFlag bits
 *   connectedAtMs  f64       gateway  never          clock milliseconds at accept
 *   name           bytes 24  gateway  no name yet    UTF-8, zero padded
 *
 * Invariants: a row is one gateway's from its claim to its freeing. `state` is stored last when a row is filled and first
 * when it is freed. A reader that must be sure compares generation before and after it reads a name.
 */

import { defineTable, type TableDefinition, type TableView } from './table.ts';

export const PlayerState = {
  free: 0,
  /** Connected, not yet admitted by main. */
  loggingIn: 1,
  playing: 2,
  /** Between two handlers: input is held. */
  moving: 3,
  /** Told goodbye, or gone; the row is freed when the old handler has been told. */
  closing: 4,
} as const;

export type PlayerState = (typeof PlayerState)[keyof typeof PlayerState];

/** Bits of the column `flags`. */
export const PlayerFlag = {
  /** A practice bot of this host. */
  practice: 1,
  /** Was let in, under the name in the row. */
  named: 2,
} as const;

export type PlayerFlag = (typeof PlayerFlag)[keyof typeof PlayerFlag];

const columns = {
  state: { type: 'i32', writer: 'gateway', zero: 'free', meaning: 'PlayerState' },
  generation: {
    type: 'i32',
    writer: 'gateway',
    zero: 'never used',
    meaning: 'of the PlayerRef; bumped when the row is taken',
  },
  handler: {
    type: 'u32',
    writer: 'gateway',
    zero: 'NO_HANDLER',
    meaning: "HandlerRef that the player's input goes to",
  },
  view: { type: 'i32', writer: 'gateway', zero: 'frame', meaning: 'ClientView' },
  flags: { type: 'i32', writer: 'gateway', zero: 'none', meaning: 'PlayerFlag bits' },
  connectedAtMs: {
    type: 'f64',
    writer: 'gateway',
    zero: 'never',
    meaning: 'clock milliseconds at accept',
  },
  name: {
    type: 'bytes',
    width: 24,
    writer: 'gateway',
    zero: 'no name yet',
    meaning: 'UTF-8, zero padded',
  },
} as const;

/** Bytes of a name in UTF-8. */
export const NAME_BYTES_MAX: number = columns.name.width;

export const playerTable: TableDefinition<typeof columns> = defineTable('players', columns);

export type PlayerTable = TableView<typeof columns>;

/** The name in row `slot`, empty when there is none. Sanitized by UTF-8 decoding even when the row changes meanwhile. */
export function readName(table: PlayerTable, slot: number): string {
  const start = slot * NAME_BYTES_MAX;
  let end = start;
  while (end < start + NAME_BYTES_MAX && table.name[end] !== 0) end += 1;
  return Buffer.from(table.name.buffer, table.name.byteOffset + start, end - start).toString(
    'utf8',
  );
}

/** Stores `name`, cut at a whole character where it takes more than NAME_BYTES_MAX bytes. */
export function writeName(table: PlayerTable, slot: number, name: string): void {
  const start = slot * NAME_BYTES_MAX;
  const cell = Buffer.from(table.name.buffer, table.name.byteOffset + start, NAME_BYTES_MAX);
  // Buffer.write() never writes half a character.
  cell.fill(0, cell.write(name, 'utf8'));
}
