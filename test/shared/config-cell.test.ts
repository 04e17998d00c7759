/** Goal: when prepared settings are taken over; one example a rule. */

import { describe, expect, it } from 'vitest';
import { CONFIG_CELL_BYTES, ConfigCell, PreparedSettings } from '../../src/shared/config-cell.ts';

function scene(): { cell: ConfigCell; settings: PreparedSettings<string> } {
  const cell = new ConfigCell(new SharedArrayBuffer(CONFIG_CELL_BYTES));
  return { cell, settings: new PreparedSettings(cell, { version: 0, settings: 'start' }) };
}

describe('PreparedSettings', () => {
  it('waits for the cell', () => {
    const { cell, settings } = scene();
    settings.prepare(1, 'one');
    expect(settings.tryAdopt()).toBe(false);
    expect(settings.current).toBe('start');
    cell.commit(1);
    expect(settings.current).toBe('start');
    expect(settings.tryAdopt()).toBe(true);
    expect(settings).toMatchObject({ current: 'one', version: 1 });
    expect(settings.tryAdopt()).toBe(false);
  });

  it('takes the newest in force where several were missed, and keeps the one that is not', () => {
    const { cell, settings } = scene();
    for (const [version, name] of [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ] as const) {
      settings.prepare(version, name);
    }
    cell.commit(2);
    expect(settings.tryAdopt()).toBe(true);
    expect(settings.current).toBe('two');
    cell.commit(3);
    expect(settings.tryAdopt()).toBe(true);
    expect(settings.current).toBe('three');
  });

  it('takes over what comes after its version was put in force', () => {
    const { cell, settings } = scene();
    cell.commit(4);
    settings.prepare(4, 'four');
    expect(settings.tryAdopt()).toBe(true);
    expect(settings.version).toBe(4);
  });

  it('counts settings that come twice once', () => {
    const { cell, settings } = scene();
    settings.prepare(1, 'one');
    settings.prepare(1, 'one');
    cell.commit(1);
    expect(settings.tryAdopt()).toBe(true);
    settings.prepare(1, 'one');
    expect(settings.tryAdopt()).toBe(false);
  });
});
