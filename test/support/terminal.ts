/**
 * A real terminal for tests: a shell in tmux, typed into and looked at as a person does. Runs in test processes.
 *
 *   const terminal = await Terminal.open();
 *   await terminal.run('telnet 127.0.0.1 7777');
 *   await terminal.shows(/name:/);
 *
 * Each terminal is a tmux server of its own, on a socket of its own. LONGHOUSE_TEST_SCREENS=DIR keeps what was seen.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import { WAIT_MS } from './inbox.ts';
import { environmentWithoutSettings } from './spawn-host.ts';

const run = promisify(execFile);
const LOOK_MS = 50;
export const TERMINAL_COLUMNS = 80;
export const TERMINAL_ROWS = 24;
/** What the shell says when it waits for a command. */
export const PROMPT = 'prompt>';

let opened = 0;

/** What the terminal itself knows of the state that programs leave behind. */
export interface TerminalState {
  readonly regionFirstRow: number;
  readonly regionLastRow: number;
  readonly isCursorShown: boolean;
}

export class Terminal {
  readonly #socket: string;
  #kept = 0;

  constructor(socket: string) {
    this.#socket = socket;
  }

  static async open(): Promise<Terminal> {
    opened += 1;
    const terminal = new Terminal(`longhouse-test-${process.pid}-${opened}`);
    const size = ['-x', String(TERMINAL_COLUMNS), '-y', String(TERMINAL_ROWS)];
    await terminal.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      ...size,
      `PS1='${PROMPT} ' exec sh`,
    );
    await terminal.shows(new RegExp(PROMPT));
    return terminal;
  }

  /** Types the text and presses Enter. */
  async line(text: string): Promise<void> {
    await this.type(text);
    await this.key('Enter');
  }

  /** Types the text as it stands. */
  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  /** Presses one key by tmux's name for it: `Enter`, `Up`, `C-c`. */
  async key(name: string): Promise<void> {
    await this.#tmux('send-keys', name);
  }

  /** Gives the window another size, as a person does with the mouse. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** The rows as they are seen now. */
  async rows(): Promise<string[]> {
    return (await this.#tmux('capture-pane', '-p')).split('\n').slice(0, -1);
  }

  /** Waits until the screen, or with `isScrolledToo` also what has left it at the top, shows `pattern`. */
  async shows(pattern: RegExp, isScrolledToo = false, waitMs: number = WAIT_MS): Promise<string> {
    const untilMs = systemClock.nowMs() + waitMs;
    for (;;) {
      const scrolled = isScrolledToo ? ['-S', '-'] : [];
      const text = await this.#tmux('capture-pane', '-p', ...scrolled);
      if (pattern.test(text)) return text;
      if (systemClock.nowMs() > untilMs) {
        throw new Error(`Cannot see ${pattern}: not in ${waitMs} ms, the screen is\n${text}`);
      }
      await sleep(LOOK_MS);
    }
  }

  /** Process ids of what the shell runs now. */
  async children(): Promise<number[]> {
    const shell = (await this.#tmux('display-message', '-p', '#{pane_pid}')).trim();
    const children = await readFile(`/proc/${shell}/task/${shell}/children`, 'utf8');
    return children.trim().split(' ').filter(Boolean).map(Number);
  }

  /** Scrolling region and cursor, as left by what ran last. */
  async state(): Promise<TerminalState> {
    const format = '#{scroll_region_upper} #{scroll_region_lower} #{cursor_flag}';
    const text = await this.#tmux('display-message', '-p', format);
    const [first, last, cursor] = text.trim().split(' ').map(Number);
    return {
      regionFirstRow: first ?? -1,
      regionLastRow: last ?? -1,
      isCursorShown: cursor === 1,
    };
  }

  /** Clears the shell's screen and what has scrolled away. */
  async clear(): Promise<void> {
    await this.line('clear');
    await this.#tmux('clear-history');
  }

  /** Keeps the screen as a file, for people who want to see what the test saw. */
  async keep(name: string): Promise<void> {
    const folder = process.env['LONGHOUSE_TEST_SCREENS'];
    if (folder === undefined) return;
    this.#kept += 1;
    await mkdir(folder, { recursive: true });
    const number = String(this.#kept).padStart(2, '0');
    await writeFile(join(folder, `${number}-${name}.txt`), await this.#tmux('capture-pane', '-p'));
  }

  /** Ends the tmux server and all that runs in it. */
  async close(): Promise<void> {
    await this.#tmux('kill-server');
  }

  async #tmux(...command: string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-L', this.#socket, ...command], {
      env: environmentWithoutSettings(),
    });
    return stdout;
  }
}

/** Those of the programs that are not installed. */
export function missingPrograms(names: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
}
