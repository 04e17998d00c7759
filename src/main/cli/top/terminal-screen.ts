/**
 * A terminal taken over for a picture, and given back as it was on any end of the process but SIGKILL. Main thread.
 *
 *   open: other screen, cursor hidden, keys one by one       close: all of it back
 */

import type { CommandTerminal } from '../command-context.ts';
import { paint, type Line } from './styled-line.ts';
import type { ScreenSize } from './top-view.ts';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
/** Before the text: behind it, it would take the last column of a full line. */
const EMPTY_LINE = '\x1b[2K';
const BELOW = '\x1b[J';
/** 128 + the number of the signal. */
const SIGNAL_CODES = { SIGTERM: 143, SIGHUP: 129 } as const;
const ROWS = 24;
const COLUMNS = 80;
/** An escape sequence of a key, or one character. */
const KEY = /\x1b\[[0-9;]*[A-Za-z~]|[\s\S]/g;

export class TerminalScreen {
  readonly #terminal: CommandTerminal;
  readonly #onKey: (key: string) => void;
  readonly #onResize: () => void;
  readonly #restore = (): void => this.close();
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    process.exit(signal === 'SIGHUP' ? SIGNAL_CODES.SIGHUP : SIGNAL_CODES.SIGTERM);
  };
  readonly #onData = (text: string): void => {
    for (const [key] of text.matchAll(KEY)) this.#onKey(key);
  };
  #isOpen = false;

  constructor(
    terminal: CommandTerminal,
    events: { readonly onKey: (key: string) => void; readonly onResize: () => void },
  ) {
    this.#terminal = terminal;
    this.#onKey = events.onKey;
    this.#onResize = events.onResize;
  }

  open(): void {
    const { input, output } = this.#terminal;
    this.#isOpen = true;
    // An uncaught error ends in process.exit() too: whatever ends the process passes here.
    process.on('exit', this.#restore);
    process.on('SIGTERM', this.#onSignal);
    process.on('SIGHUP', this.#onSignal);
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', this.#onData);
    output.on('resize', this.#onResize);
    output.write(ENTER);
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#terminal.output;
    return { columns: columns || COLUMNS, rows: rows || ROWS };
  }

  draw(lines: readonly Line[]): void {
    const { columns } = this.size;
    const { hasColor, output } = this.#terminal;
    const text = lines.map((line) => EMPTY_LINE + paint(line, columns, hasColor)).join('\r\n');
    output.write(`${HOME}${text}${BELOW}`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { input, output } = this.#terminal;
    process.off('exit', this.#restore);
    process.off('SIGTERM', this.#onSignal);
    process.off('SIGHUP', this.#onSignal);
    input.off('data', this.#onData);
    input.setRawMode(false);
    input.pause();
    output.off('resize', this.#onResize);
    output.write(LEAVE);
  }
}
