/** Goal: the picture of `longhouse top` fits every terminal, and says what matters first. Method: whole pictures as text. */

import { describe, expect, it } from 'vitest';
import { lengthOf, paint, type Line } from '../../../../src/main/cli/top/styled-line.ts';
import { PANES, TopModel } from '../../../../src/main/cli/top/top-model.ts';
import { topLines } from '../../../../src/main/cli/top/top-view.ts';
import { SAMPLE_STATUS } from '../../ops/sample-status.ts';

const SIZES = [
  [80, 24],
  [120, 40],
  [40, 12],
  [20, 5],
  [1, 1],
] as const;

function sampleModel(): TopModel {
  const model = new TopModel();
  const players = Array.from({ length: 16 }, (_, index) => ({ name: `player-${index}`, team: 0 }));
  const homes = [{ hostId: 'a', players: 16 }];
  const match = { mode: 'ctf', hostId: 'a', worker: 0, quality: null, players, homes };
  const startedMs = 1_000_000;
  const rows = Array.from({ length: 30 }, (_, index) => ({
    ...match,
    id: `a/ctf/${index}`,
    startedMs,
  }));
  model.matches = { rows, total: 300 };
  model.onStatus(SAMPLE_STATUS, startedMs + 65_000);
  for (let event = 0; event < 50; event += 1)
    model.onEvent(`19:04:05 match-started a/ctf/${event}`);
  return model;
}

function textOf(lines: readonly Line[]): string {
  return lines
    .map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

/** Without what only colors it. */
function shown(painted: string): string {
  return painted.replace(/\x1b\[[0-9;]*m/g, '');
}

describe('topLines()', () => {
  it.each(SIZES)('fills %d x %d exactly, whatever pane is shown', (columns, rows) => {
    const model = sampleModel();
    for (const pane of PANES) {
      model.pane = pane;
      const lines = topLines(model, { columns, rows });
      expect(lines).toHaveLength(rows);
      for (const line of lines)
        expect(shown(paint(line, columns, false)).length).toBeLessThanOrEqual(columns);
    }
  });

  it('shows host, players, queues, threads, matches and events on one screen of 80 x 24', () => {
    const text = textOf(topLines(sampleModel(), { columns: 80, rows: 24 }));
    for (const part of [
      '● ready',
      'players 12 of 20000',
      'QUEUE',
      'worker 0',
      'MATCH (',
      'EVENTS',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('a/ctf/49');
    expect(text.split('\n').at(-1)).toMatch(/^q quit {3}p pause/);
  });

  it('says in the first line that the host does not answer, drains, or that it is paused', () => {
    const model = sampleModel();
    const first = (): string => textOf(topLines(model, { columns: 80, rows: 24 }).slice(0, 1));
    model.onStatus({ ...SAMPLE_STATUS, notReady: 'draining' }, 0);
    expect(first()).toContain('● not ready: draining');
    model.isPaused = true;
    expect(first()).toContain('paused');
    model.problem = 'Cannot reach a host';
    expect(first()).toContain('NO ANSWER: Cannot reach a host');
  });

  it('shows nothing that a terminal acts on', () => {
    const model = sampleModel();
    model.onEvent('evil \x1b[2J\r\n name');
    expect(textOf(topLines(model, { columns: 80, rows: 24 }))).toContain('evil ?[2J?? name');
  });
});

describe('the keys', () => {
  it('choose panes by number, forwards and backwards, pause, and quit', () => {
    const model = new TopModel();
    const seen: string[] = [];
    for (const key of ['\t', '4', '\x1b[Z', '\x1b[D', '\x1b[D', '\x1b[D', '9', 'x']) {
      expect(model.onKey(key)).toBe(false);
      seen.push(model.pane);
    }
    expect(seen).toEqual([
      'matches',
      'threads',
      'players',
      'matches',
      'overview',
      'events',
      'events',
      'events',
    ]);
    model.onKey('p');
    expect(model.isPaused).toBe(true);
    expect(['q', '\x03'].map((key) => model.onKey(key))).toEqual([true, true]);
  });
});

describe('paint()', () => {
  it('cuts before it colors', () => {
    const line: Line = [
      { text: 'abc', style: 'bold' },
      { text: 'defgh', style: 'good' },
    ];
    expect(lengthOf(line)).toBe(8);
    expect(paint(line, 5, false)).toBe('abcd…');
    expect(paint(line, 5, true)).toBe('\x1b[1mabc\x1b[0m\x1b[32md…\x1b[0m');
  });
});
