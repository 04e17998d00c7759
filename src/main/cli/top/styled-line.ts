/** Lines of a terminal made of styled pieces: measured and cut before they are painted. Pure. Main thread. */

import { plain } from '../table-text.ts';

export type Style = 'plain' | 'bold' | 'dim' | 'good' | 'warn' | 'bad' | 'bar' | 'chosen';

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Piece[];

const ESCAPE = '\x1b[';
const RESET = `${ESCAPE}0m`;
const CODES: Readonly<Record<Style, string>> = {
  plain: '',
  bold: `${ESCAPE}1m`,
  dim: `${ESCAPE}2m`,
  good: `${ESCAPE}32m`,
  warn: `${ESCAPE}33m`,
  bad: `${ESCAPE}1;31m`,
  bar: `${ESCAPE}36m`,
  chosen: `${ESCAPE}7m`,
};

export function piece(text: string, style: Style = 'plain'): Piece {
  return { text: plain(text), style };
}

export function lengthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

/** `left` and, at the right edge where there is room, `right`. */
export function spread(left: Line, right: Line, width: number): Line {
  const gap = width - lengthOf(left) - lengthOf(right);
  return gap < 1 ? left : [...left, piece(' '.repeat(gap)), ...right];
}

/** The line in at most `width` characters, with colors where the terminal has them. */
export function paint(line: Line, width: number, hasColor: boolean): string {
  let left = width;
  let painted = '';
  for (const { text, style } of line) {
    if (left <= 0) break;
    const shown = text.length > left ? `${text.slice(0, left - 1)}…` : text;
    left -= shown.length;
    const code = hasColor || style === 'chosen' ? CODES[style] : '';
    painted += code === '' ? shown : `${code}${shown}${RESET}`;
  }
  return painted;
}

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** `values` from 0 to 1 as small columns. */
export function sparkline(values: readonly number[]): string {
  return values
    .map((value) => BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(value * BLOCKS.length))] ?? '▁')
    .join('');
}

/** A share from 0 to 1 as a bar of `width` characters. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
