/**
 * Rows as arrays with a checksum in their last column, so that a flipped byte inside a value is noticed: SQLite
 * checks the shape of its pages and not what is in them. The store's thread, the backup's.
 */

import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { crc32 } from 'node:zlib';

/** What a row of ours is made of. */
export type Cell = string | number;

/** A file, or a row of it, is not what was written. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** The row with its checksum behind it. */
export function sealRow(cells: readonly Cell[]): SQLInputValue[] {
  return [...cells, checksum(cells)];
}

/** True where the last cell is the checksum of the others. */
export function isWhole(row: readonly SQLOutputValue[]): boolean {
  return checksum(row.slice(0, -1)) === row.at(-1);
}

/** The row as it was written. Throws Damage. */
export function openRow(table: string, row: SQLOutputValue[]): SQLOutputValue[] {
  if (!isWhole(row)) throw new Damage(`a row of ${table} is not what was written`);
  return row;
}

function checksum(cells: readonly unknown[]): number {
  return crc32(JSON.stringify(cells));
}
