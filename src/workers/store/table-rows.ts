/**
 * One table's rows in and out, checksums written and checked on the way. The store's thread, the backup's.
 */

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { openRow, sealRow, type Cell } from './row-checksum.ts';
import type { TableShape } from './store-schema.ts';

export type Row = readonly SQLOutputValue[];

/** A query whose rows are all columns of one table. */
export class RowQuery {
  readonly #statement: StatementSync;
  readonly #table: string;

  constructor(db: DatabaseSync, shape: TableShape, rest: string) {
    this.#statement = db.prepare(`SELECT ${shape.columns.join(', ')} FROM ${shape.name} ${rest}`);
    this.#statement.setReturnArrays(true);
    this.#table = shape.name;
  }

  /** The first row. Throws Damage. */
  first(...given: SQLInputValue[]): Row | undefined {
    // An array, as setReturnArrays() asked for; the types know objects only.
    const row = this.#statement.get(...given) as unknown as SQLOutputValue[] | undefined;
    return row === undefined ? undefined : openRow(this.#table, row);
  }

  /** All rows. Throws Damage. */
  all(...given: SQLInputValue[]): Row[] {
    return this.unchecked(...given).map((row) => openRow(this.#table, row));
  }

  /** All rows as they stand: for those who sort the whole from the damaged. */
  unchecked(...given: SQLInputValue[]): SQLOutputValue[][] {
    return this.#statement.all(...given) as unknown as SQLOutputValue[][];
  }

  /** One row after the other, as they stand. */
  *iterate(...given: SQLInputValue[]): Generator<SQLOutputValue[]> {
    for (const row of this.#statement.iterate(...given)) {
      yield row as unknown as SQLOutputValue[];
    }
  }
}

/** Writes whole rows: over what the key holds, or only where nothing stands in the way. */
export class RowWriter {
  readonly #statement: StatementSync;

  constructor(db: DatabaseSync, shape: TableShape, onConflict: 'replace' | 'keep') {
    const { name, columns, key } = shape;
    const rest = columns.filter((column) => !key.includes(column));
    const updates = rest.map((column) => `${column} = excluded.${column}`).join(', ');
    const action =
      onConflict === 'keep' ? 'DO NOTHING' : `(${key.join(', ')}) DO UPDATE SET ${updates}`;
    const holes = columns.map(() => '?').join(', ');
    this.#statement = db.prepare(
      `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${holes}) ON CONFLICT ${action}`,
    );
  }

  /** False where a row stood in the way and stays. */
  write(cells: readonly Cell[]): boolean {
    return this.writeSealed(sealRow(cells));
  }

  /** The same with a row that has its checksum. */
  writeSealed(row: readonly SQLInputValue[]): boolean {
    return this.#statement.run(...row).changes === 1;
  }
}
