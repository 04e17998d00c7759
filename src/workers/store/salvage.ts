/**
 * Copies what can still be read of a damaged file into a fresh one. Best effort, table by table. The store's thread.
 *
 * Each table is read from both ends and, where it has kinds, kind by kind: damage in the middle of a tree costs what is
 * behind it from one side only. Rows whose checksum does not fit are left behind.
 */

import { DatabaseSync } from 'node:sqlite';
import { isWhole } from './row-checksum.ts';
import { ENTRIES, migrate, TABLES, type TableShape } from './store-schema.ts';
import { RowQuery, RowWriter } from './table-rows.ts';

export interface Salvage {
  readonly kept: number;
  /** Rows that were read and were not what had been written. */
  readonly damagedRows: number;
  /** Tables that could not be read to their end. */
  readonly tornTables: readonly string[];
}

const KINDS: readonly string[] = ['account', 'credential', 'rating', 'ban', 'config', 'status'];

/** Reads `from` and makes `to`, which must not exist; when it returns, `to` is complete and on the disk. */
export function salvage(from: string, to: string): Salvage {
  const target = new DatabaseSync(to);
  try {
    target.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL');
    migrate(target);
    return copyAll(from, target);
  } finally {
    target.close();
  }
}

function copyAll(from: string, target: DatabaseSync): Salvage {
  const source = tryOpen(from);
  if (source === undefined) return { kept: 0, damagedRows: 0, tornTables: namesOf(TABLES) };
  const tornTables: string[] = [];
  const damaged = new Set<string>();
  target.exec('BEGIN IMMEDIATE');
  for (const shape of TABLES) {
    if (!copyTable(source, target, { shape, damaged })) tornTables.push(shape.name);
  }
  target.exec('COMMIT');
  source.close();
  const kept = TABLES.reduce((sum, { name }) => sum + countRows(target, name), 0);
  return { kept, damagedRows: damaged.size, tornTables };
}

/** False where some part of the table could not be read. */
function copyTable(
  source: DatabaseSync,
  target: DatabaseSync,
  { shape, damaged }: { readonly shape: TableShape; readonly damaged: Set<string> },
): boolean {
  const { name, key } = shape;
  const writer = new RowWriter(target, shape, 'keep');
  const copy = (rest: string, ...given: string[]): boolean => {
    try {
      for (const row of new RowQuery(source, shape, rest).iterate(...given)) {
        if (isWhole(row)) writer.writeSealed(row);
        else damaged.add(`${name} ${JSON.stringify(row)}`);
      }
      return true;
    } catch {
      // A page cannot be read: the other end, or the next kind, may be.
      return false;
    }
  };
  const descending = key.map((column) => `${column} DESC`).join(', ');
  if (copy(`ORDER BY ${key.join(', ')}`)) return true;
  copy(`ORDER BY ${descending}`);
  if (shape !== ENTRIES) return false;
  for (const kind of KINDS) {
    if (!copy('WHERE kind = ? ORDER BY key', kind)) copy('WHERE kind = ? ORDER BY key DESC', kind);
  }
  return false;
}

/** Not for writing: that would carry the log over into the damaged file. */
function tryOpen(file: string): DatabaseSync | undefined {
  try {
    return new DatabaseSync(file, { readOnly: true });
  } catch {
    return undefined;
  }
}

function countRows(db: DatabaseSync, table: string): number {
  return Number(db.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count'] ?? 0);
}

function namesOf(shapes: readonly TableShape[]): string[] {
  return shapes.map(({ name }) => name);
}
