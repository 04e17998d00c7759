/** Whether a file is what was written, by SQLite's word and by the rows' checksums. The store's thread, the backup's. */

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { Damage, openRow } from './row-checksum.ts';
import { TABLES, type TableShape } from './store-schema.ts';
import { RowQuery } from './table-rows.ts';

/** Errors of SQLite that say that the file is not sound: SQLITE_CORRUPT and SQLITE_NOTADB. */
const CORRUPT_CODES: ReadonlySet<number> = new Set([11, 26]);
/** A whole number beyond 2^53: nothing that we write. */
const OUT_OF_RANGE = 'ERR_OUT_OF_RANGE';

/** The shape of the file: pages, indexes. Throws Damage. */
export function checkShape(db: DatabaseSync): void {
  const [row] = db.prepare('PRAGMA quick_check(1)').all();
  const verdict = String(row?.['quick_check']);
  if (verdict !== 'ok') throw new Damage(verdict);
}

/**
 * Reads all rows, as they are at one moment, in steps; a step throws Damage where a row is not what was written. Nothing
 * else may be done on this connection meanwhile.
 */
export function* checkRows(db: DatabaseSync, rowsPerStep: number): Generator<number> {
  db.exec('BEGIN');
  for (const shape of TABLES) yield* checkTable(db, shape, rowsPerStep);
  db.exec('COMMIT');
}

/** True for an error that says that the file is damaged; false when the disk or we are to blame. */
export function isDamage(error: unknown): boolean {
  if (error instanceof Damage) return true;
  if (!(error instanceof Error)) return false;
  // Extended codes carry the primary one in their low byte.
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (code === OUT_OF_RANGE) return true;
  return typeof errcode === 'number' && CORRUPT_CODES.has(errcode & 0xff);
}

/** True for an error that SQLite gave: the file or its disk, not our caller. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'ERR_SQLITE_ERROR';
}

/** One walk and not many: a search for where to go on would be led astray by the very key that is damaged. */
function* checkTable(db: DatabaseSync, shape: TableShape, rowsPerStep: number): Generator<number> {
  const { name, key, unique } = shape;
  const paths = [key, unique ?? key].map((path) => new IndexPath(db, shape, path));
  let checked = 0;
  for (const row of new RowQuery(db, shape, `ORDER BY ${key.join(', ')}`).iterate()) {
    openRow(name, row);
    for (const path of paths) path.check(row);
    checked += 1;
    if (checked < rowsPerStep) continue;
    yield checked;
    checked = 0;
  }
  yield checked;
}

/** A row that is in a table but is not found by its key is as good as lost; a quick check does not see that. */
class IndexPath {
  readonly #query: RowQuery;
  readonly #columns: readonly number[];
  readonly #table: string;

  constructor(db: DatabaseSync, shape: TableShape, path: readonly string[]) {
    const { columns, name } = shape;
    this.#query = new RowQuery(db, shape, `WHERE (${path.join(', ')}) = (${holesOf(path)})`);
    this.#columns = path.map((column) => columns.indexOf(column));
    this.#table = name;
  }

  check(row: readonly SQLOutputValue[]): void {
    const [found, ...others] = this.#query.unchecked(
      ...this.#columns.map((column) => row[column] ?? null),
    );
    if (found !== undefined && others.length === 0 && found.at(-1) === row.at(-1)) return;
    throw new Damage(`an index of ${this.#table} does not lead to its rows`);
  }
}

function holesOf(columns: readonly string[]): string {
  return columns.map(() => '?').join(', ');
}
