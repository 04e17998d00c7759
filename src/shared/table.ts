/**
 * A table in shared memory: one declaration of columns, from which the size and the typed views are made.
 * Every thread makes its own view over the buffer that main allocated; reading a cell is a plain array access.
 *
 *   buffer  | column 0: row 0, row 1, ... | pad | column 1: row 0, row 1, ... | pad | ...     (struct of arrays)
 *           ^ byte 0                            ^ each column starts on a 64-byte line
 *
 * Invariants: each column names the one thread that writes it (two only where compareExchange moves the cell); a new
 * buffer is all zeros, so each column says what 0 means. Cells are aligned and at most 8 bytes, so the machines
 * that Node runs on (64-bit) never show half of one. A thread that counts per message keeps the count to itself and
 * stores it once a turn, since rows of different threads can share a line.
 */

import assert from 'node:assert/strict';

/** One column: its cell, who writes it, and what it says. */
export interface Column {
  readonly type: 'i32' | 'u32' | 'f64' | 'bytes';
  /** Elements per row, 1 unless given; the bytes per row of a `bytes` column. Row r starts at r * width. */
  readonly width?: number;
  /** The one thread that stores here. */
  readonly writer: string;
  /** What a cell that was never written says. */
  readonly zero: string;
  readonly meaning: string;
}

/** Columns in the order of their bytes. `capacity` is taken: a view has its row count there. */
export type Columns = Readonly<Record<string, Column>> & { readonly capacity?: never };

/** All rows of each column as one typed array, and the number of rows. */
export type TableView<C extends Columns> = {
  readonly [K in Exclude<keyof C, 'capacity'>]: C[K] extends Column
    ? CellArrays[C[K]['type']]
    : never;
} & { readonly capacity: number };

/** A table before it has memory. */
export interface TableDefinition<C extends Columns> {
  readonly name: string;
  readonly columns: C;
  /** Bytes that a buffer for `capacity` rows must have. */
  byteLength(capacity: number): number;
  /** The columns over `buffer`, which has exactly byteLength(capacity) bytes. */
  view(buffer: SharedArrayBuffer, capacity: number): TableView<C>;
}

interface CellArrays {
  readonly i32: Int32Array<SharedArrayBuffer>;
  readonly u32: Uint32Array<SharedArrayBuffer>;
  readonly f64: Float64Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** The line size of the processors we run on; words of different writers that change often are this far apart. */
export const LINE_BYTES = 64;

const CELL_BYTES = { i32: 4, u32: 4, f64: 8, bytes: 1 } as const;

/** Declares a table. `columns` is a literal `as const`, so that the view is typed by it. */
export function defineTable<const C extends Columns>(name: string, columns: C): TableDefinition<C> {
  const list = Object.entries<Column | undefined>(columns).map(([key, column]) => {
    assert(column !== undefined && key !== 'capacity', 'a column may not be called capacity');
    assert(Number.isInteger(widthOf(column)) && widthOf(column) > 0, 'a width is at least 1');
    assert(column.type !== 'bytes' || column.width !== undefined, 'a bytes column has a width');
    return { key, column };
  });
  const byteLength = (capacity: number): number => {
    assert(Number.isInteger(capacity) && capacity > 0, 'a table has at least one row');
    return list.reduce((sum, { column }) => sum + columnByteLength(column, capacity), 0);
  };
  const view = (buffer: SharedArrayBuffer, capacity: number): TableView<C> => {
    assert(buffer.byteLength === byteLength(capacity), 'the buffer has the size of this table');
    const arrays: Record<string, CellArrays[Column['type']] | number> = { capacity };
    let byteOffset = 0;
    for (const { key, column } of list) {
      arrays[key] = cellArray(column, { buffer, byteOffset, capacity });
      byteOffset += columnByteLength(column, capacity);
    }
    // The loop above made one array per declared column, of that column's type.
    return Object.freeze(arrays) as TableView<C>;
  };
  return { name, columns, byteLength, view };
}

function cellArray(
  column: Column,
  place: { buffer: SharedArrayBuffer; byteOffset: number; capacity: number },
): CellArrays[Column['type']] {
  const length = place.capacity * widthOf(column);
  switch (column.type) {
    case 'i32':
      return new Int32Array(place.buffer, place.byteOffset, length);
    case 'u32':
      return new Uint32Array(place.buffer, place.byteOffset, length);
    case 'f64':
      return new Float64Array(place.buffer, place.byteOffset, length);
    case 'bytes':
      return new Uint8Array(place.buffer, place.byteOffset, length);
  }
}

function columnByteLength(column: Column, capacity: number): number {
  const byteLength = CELL_BYTES[column.type] * widthOf(column) * capacity;
  return Math.ceil(byteLength / LINE_BYTES) * LINE_BYTES;
}

function widthOf(column: Column): number {
  return column.width ?? 1;
}
