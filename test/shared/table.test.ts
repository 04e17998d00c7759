/**
 * Goal: a declaration becomes typed columns that share one buffer and never a line.
 * Method: tables with every column type at odd capacities; each cell written and read back through a second view.
 */

import { describe, expect, it } from 'vitest';
import { counterTable } from '../../src/shared/counter-table.ts';
import { gatewayTable } from '../../src/shared/gateway-table.ts';
import { handlerTable } from '../../src/shared/handler-table.ts';
import { hostTable } from '../../src/shared/host-table.ts';
import { playerTable } from '../../src/shared/player-table.ts';
import { queueTable } from '../../src/shared/queue-table.ts';
import {
  defineTable,
  LINE_BYTES,
  type Columns,
  type TableDefinition,
} from '../../src/shared/table.ts';
import { workerTable } from '../../src/shared/worker-table.ts';

const COLUMN = { writer: 'test', zero: 'nothing', meaning: 'a cell' } as const;

const mixed = defineTable('mixed', {
  signed: { type: 'i32', ...COLUMN },
  unsigned: { type: 'u32', ...COLUMN },
  float: { type: 'f64', ...COLUMN },
  pair: { type: 'f64', width: 2, ...COLUMN },
  text: { type: 'bytes', width: 3, ...COLUMN },
});

const allTables: readonly TableDefinition<Columns>[] = [
  playerTable,
  handlerTable,
  workerTable,
  gatewayTable,
  queueTable,
  hostTable,
  counterTable,
];

describe('defineTable()', () => {
  it('starts each column on a line and gives each its type and length', () => {
    const buffer = new SharedArrayBuffer(mixed.byteLength(17));
    const view = mixed.view(buffer, 17);
    const arrays = [view.signed, view.unsigned, view.float, view.pair, view.text];
    expect(arrays.map((array) => array.byteOffset)).toEqual([0, 128, 256, 448, 768]);
    expect(buffer.byteLength).toBe(768 + LINE_BYTES);
    expect(arrays.map((array) => array.length)).toEqual([17, 17, 17, 34, 51]);
    expect(view.signed).toBeInstanceOf(Int32Array);
    expect(view.unsigned).toBeInstanceOf(Uint32Array);
    expect(view.float).toBeInstanceOf(Float64Array);
    expect(view.text).toBeInstanceOf(Uint8Array);
    expect(view.capacity).toBe(17);
  });

  it('shows one view what another wrote', () => {
    const buffer = new SharedArrayBuffer(mixed.byteLength(3));
    const writer = mixed.view(buffer, 3);
    const reader = mixed.view(buffer, 3);
    writer.signed[2] = -7;
    writer.unsigned[2] = 0xffffffff;
    writer.float[0] = 1.5;
    expect([reader.signed[2], reader.unsigned[2], reader.float[0]]).toEqual([-7, 0xffffffff, 1.5]);
  });

  it('refuses a buffer of another size, a table of no rows and a column called capacity', () => {
    const buffer = new SharedArrayBuffer(mixed.byteLength(100));
    expect(() => mixed.view(buffer, 17)).toThrow('the buffer has the size of this table');
    expect(() => mixed.byteLength(0)).toThrow('a table has at least one row');
    expect(() => mixed.byteLength(1.5)).toThrow('a table has at least one row');
    const bad = { capacity: { type: 'i32', ...COLUMN } } as const;
    // @ts-expect-error the type refuses it too
    expect(() => defineTable('bad', bad)).toThrow('a column may not be called capacity');
    const widthless = { text: { type: 'bytes', ...COLUMN } } as const;
    expect(() => defineTable('bad', widthless)).toThrow('a bytes column has a width');
  });
});

describe('every table of the host', () => {
  it.each(allTables.map((table) => [table.name, table] as const))(
    '%s keeps every cell apart from every other',
    (_name, table) => {
      const capacity = 5;
      const view = table.view(new SharedArrayBuffer(table.byteLength(capacity)), capacity);
      const columns = Object.keys(table.columns).map((key) => columnOf(view, key));
      let mark = 0;
      for (const column of columns) {
        expect(column.byteOffset % LINE_BYTES).toBe(0);
        for (let index = 0; index < column.length; index += 1) column[index] = (mark += 1) % 251;
      }
      mark = 0;
      for (const column of columns) {
        for (let index = 0; index < column.length; index += 1) {
          expect(column[index]).toBe((mark += 1) % 251);
        }
      }
      expect(mark).toBeGreaterThanOrEqual(capacity * columns.length);
    },
  );

  it.each(allTables.map((table) => [table.name, table] as const))(
    '%s says who writes each column and what 0 means',
    (_name, table) => {
      for (const column of Object.values<{ writer: string; zero: string } | undefined>(
        table.columns,
      )) {
        expect(column?.writer).not.toBe('');
        expect(column?.zero).not.toBe('');
      }
    },
  );
});

type AnyColumn = Int32Array | Uint32Array | Float64Array | Uint8Array;

function columnOf(view: object, key: string): AnyColumn {
  // A view has one typed array per declared column; the keys come from that declaration.
  return (view as Record<string, AnyColumn>)[key] ?? new Uint8Array(0);
}
