/** The before-and-after table of a replay, for people. Pure; main thread, `longhouse replay`. */

import type { LogSummary, ModeReplay, ReplayReport } from './replay.ts';
import type { ReplayMeasures } from './replay-measures.ts';

/** One line of the table. A figure that there is nothing to take from is a dash. */
interface Figure {
  readonly name: string;
  readonly of: (measures: ReplayMeasures) => number | undefined;
  readonly unit: 'tickets' | 'seconds' | 'points';
}

const FIGURES: readonly Figure[] = [
  { name: 'matches made', of: ({ matches }) => matches, unit: 'tickets' },
  { name: 'tickets matched', of: ({ matchedTickets }) => matchedTickets, unit: 'tickets' },
  { name: 'tickets abandoned', of: ({ abandonedTickets }) => abandonedTickets, unit: 'tickets' },
  {
    name: 'tickets left at the end',
    of: ({ waitingTickets, heldTickets }) => waitingTickets + heldTickets,
    unit: 'tickets',
  },
  { name: 'wait p50, s', of: ({ waitMs }) => waitMs?.p50, unit: 'seconds' },
  { name: 'wait p95, s', of: ({ waitMs }) => waitMs?.p95, unit: 'seconds' },
  { name: 'wait max, s', of: ({ waitMs }) => waitMs?.max, unit: 'seconds' },
  { name: 'all there, not matched p50, s', of: ({ idleMs }) => idleMs?.p50, unit: 'seconds' },
  { name: 'all there, not matched p95, s', of: ({ idleMs }) => idleMs?.p95, unit: 'seconds' },
  { name: 'win chance off even p50, %', of: ({ winSpread }) => winSpread?.p50, unit: 'points' },
  { name: 'win chance off even p95, %', of: ({ winSpread }) => winSpread?.p95, unit: 'points' },
  { name: 'regret mean, %', of: ({ regret }) => regret?.mean, unit: 'points' },
  { name: 'regret p95, %', of: ({ regret }) => regret?.p95, unit: 'points' },
  { name: 'regret windows', of: ({ regret }) => regret?.windows ?? 0, unit: 'tickets' },
];

const HEADINGS = ['mode', 'figure', 'before', 'after', 'change'] as const;
/** Columns from here on hold figures, and stand to the right. */
const FIRST_FIGURE_COLUMN = 2;

export function replayText(report: ReplayReport): string {
  const rows = report.modes.flatMap(modeRows);
  const notes = report.leftOut.map(({ mode, tickets }) => {
    return `left out: mode ${mode}, ${tickets} tickets, which the new rules do not have`;
  });
  return [...logLines(report), '', ...tableLines([HEADINGS, ...rows]), ...notes, ''].join('\n');
}

function logLines({ log, seed }: ReplayReport): readonly string[] {
  const lines = [
    `${log.tickets} tickets in ${spanText(log.spanMs)}, ${counted(log.files, 'file')}, ${counted(log.runs, 'run')} of a host; seed ${seed}`,
    `made in fact: ${log.matches} matches, ${log.backfills} seats of running matches filled`,
  ];
  return [...lines, ...warnings(log)];
}

function warnings(log: LogSummary): readonly string[] {
  const { cutFiles, damagedFiles, missingEvents, strayEvents } = log;
  return [
    { count: cutFiles, text: `${counted(cutFiles, 'file')} cut off in its last block` },
    { count: damagedFiles, text: `${counted(damagedFiles, 'file')} read up to damage only` },
    { count: missingEvents, text: `${missingEvents} events were dropped when they were logged` },
    { count: strayEvents, text: `${strayEvents} events of tickets from before the first file` },
  ].flatMap(({ count, text }) => (count === 0 ? [] : [`note: ${text}`]));
}

function modeRows({ mode, before, after }: ModeReplay): readonly (readonly string[])[] {
  return FIGURES.map(({ name, of, unit }, index) => {
    const [was, is] = [of(before), of(after)];
    const change = was === undefined || is === undefined ? '-' : changeText(is - was, unit);
    return [index === 0 ? mode : '', name, figureText(was, unit), figureText(is, unit), change];
  });
}

function figureText(value: number | undefined, unit: Figure['unit']): string {
  if (value === undefined) return '-';
  switch (unit) {
    case 'tickets':
      return String(value);
    case 'seconds':
      return (value / 1000).toFixed(1);
    case 'points':
      return (value * 100).toFixed(2);
  }
}

/** `+1.5`, `-3`, and `0` for a difference that rounding leaves nothing of. */
function changeText(value: number, unit: Figure['unit']): string {
  const text = figureText(value, unit);
  if (Number(text) === 0) return '0';
  return value > 0 ? `+${text}` : text;
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column < FIRST_FIGURE_COLUMN ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const [headings = [], ...rest] = rows;
  return [line(headings), widths.map((width) => '-'.repeat(width)).join('  '), ...rest.map(line)];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function spanText(spanMs: number): string {
  const minutes = spanMs / 60_000;
  return minutes < 120 ? `${minutes.toFixed(1)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}
