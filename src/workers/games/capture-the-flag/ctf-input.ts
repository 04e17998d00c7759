/**
 * What people type to move in Capture the Flag: single keys of a terminal, and words or steps on a plain line.
 * Pure; runs in match workers.
 *
 *   keys    w a s d, arrows      y k u        .  space or 5 stops,  ? help,  m redraws
 *                                h . l
 *                                b j n
 *   words   north (n) ... northwest (nw), stop: run that way until something else is said
 *   steps   letters of w a s d, such as wwd: one cell each, then stand still
 */

import { Direction } from './direction.ts';

export const STEPS_MAX = 64;

export type KeyAction = { readonly move: Direction } | 'help' | 'redraw';

const KEYS: ReadonlyMap<string, KeyAction> = new Map<string, KeyAction>([
  ['w', { move: Direction.north }],
  ['k', { move: Direction.north }],
  ['u', { move: Direction.northEast }],
  ['d', { move: Direction.east }],
  ['l', { move: Direction.east }],
  ['n', { move: Direction.southEast }],
  ['s', { move: Direction.south }],
  ['j', { move: Direction.south }],
  ['b', { move: Direction.southWest }],
  ['a', { move: Direction.west }],
  ['h', { move: Direction.west }],
  ['y', { move: Direction.northWest }],
  [' ', { move: Direction.none }],
  ['.', { move: Direction.none }],
  ['5', { move: Direction.none }],
  ['?', 'help'],
  ['m', 'redraw'],
]);

const ARROWS: ReadonlyMap<string, KeyAction> = new Map<string, KeyAction>([
  ['A', { move: Direction.north }],
  ['B', { move: Direction.south }],
  ['C', { move: Direction.east }],
  ['D', { move: Direction.west }],
]);

const WORDS: ReadonlyMap<string, Direction> = new Map<string, Direction>([
  ['north', Direction.north],
  ['n', Direction.north],
  ['northeast', Direction.northEast],
  ['ne', Direction.northEast],
  ['east', Direction.east],
  ['e', Direction.east],
  ['southeast', Direction.southEast],
  ['se', Direction.southEast],
  ['south', Direction.south],
  ['southwest', Direction.southWest],
  ['sw', Direction.southWest],
  ['west', Direction.west],
  ['northwest', Direction.northWest],
  ['nw', Direction.northWest],
  ['stop', Direction.none],
]);

const STEP_LETTERS: ReadonlyMap<string, Direction> = new Map<string, Direction>([
  ['w', Direction.north],
  ['a', Direction.west],
  ['s', Direction.south],
  ['d', Direction.east],
]);

// An arrow key is an escape sequence.
const KEY = /\u001b(?:[[O]([A-D])?)?|[^\u001b]/g;

/** The keys in what a terminal sent, oldest first; keys without a meaning are left out. */
export function readKeys(text: string): KeyAction[] {
  const actions: KeyAction[] = [];
  for (const [key, arrow] of text.matchAll(KEY)) {
    const action = arrow === undefined ? KEYS.get(key.toLowerCase()) : ARROWS.get(arrow);
    if (action !== undefined) actions.push(action);
  }
  return actions;
}

export type LineAction =
  | { readonly run: Direction }
  | { readonly steps: readonly Direction[] }
  /** Too many steps, or not a move at all. */
  | { readonly refused: string };

/** The move that a line names. */
export function readLine(text: string): LineAction {
  const line = text.trim().toLowerCase();
  const run = WORDS.get(line);
  if (run !== undefined) return { run };
  const steps: Direction[] = [];
  for (const letter of line.replaceAll(' ', '')) {
    const step = STEP_LETTERS.get(letter);
    if (step === undefined) {
      const shown = line.length > 20 ? `${line.slice(0, 20)}...` : line;
      return { refused: `Cannot move: '${shown}' is not a move. ${LINE_HELP}` };
    }
    if (steps.length === STEPS_MAX) {
      return { refused: `Cannot move: more than ${STEPS_MAX} steps in a line` };
    }
    steps.push(step);
  }
  return steps.length === 0 ? { refused: LINE_HELP } : { steps };
}

const LINE_HELP =
  'Steps: letters of w a s d, such as wwd. Running: north, ne, east, se, south, sw, west, nw; stop. ' +
  'Also: /map /where /score /say TEXT';
