/**
 * Keeps one terminal up to date with few bytes. Pure; runs in match workers.
 *
 * Every few seconds a whole picture is sent that must arrive (a key picture). Pictures between are volatile: each
 * holds all rows that differ from the key picture or have been drawn since, so that any of them may be lost on the way
 * to a slow reader and the next one still puts the screen right.
 */

import { RESTORE_CURSOR, SAVE_CURSOR, drawRow } from '../terminal-control.ts';

/** A whole picture at least this often heals a screen that something else has written on. */
const KEY_INTERVAL_MS = 5_000;
/** At most five pictures a second. */
const PICTURE_INTERVAL_MS = 200;

export interface ScreenUpdate {
  readonly text: string;
  readonly volatile: boolean;
}

export class TerminalScreen {
  #shown: readonly string[] = [];
  readonly #drawnSinceKey = new Set<number>();
  #keyAtMs = -Infinity;
  #pictureAtMs = -Infinity;

  /** Whether enough time has passed for another picture. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#pictureAtMs >= PICTURE_INTERVAL_MS;
  }

  /** The next update draws everything. */
  invalidate(): void {
    this.#keyAtMs = -Infinity;
    this.#pictureAtMs = -Infinity;
  }

  /** What to send so that the terminal shows `rows`; undefined when it does. */
  update(rows: readonly string[], nowMs: number): ScreenUpdate | undefined {
    const isKey = nowMs - this.#keyAtMs >= KEY_INTERVAL_MS;
    let changed = isKey;
    for (const [index, row] of rows.entries()) {
      if (row === this.#shown[index]) continue;
      this.#drawnSinceKey.add(index);
      changed = true;
    }
    if (!changed) return undefined;
    this.#shown = rows;
    this.#pictureAtMs = nowMs;
    if (isKey) {
      this.#keyAtMs = nowMs;
      this.#drawnSinceKey.clear();
    }
    const text = rows
      .map((row, index) => (isKey || this.#drawnSinceKey.has(index) ? drawRow(index + 1, row) : ''))
      .join('');
    return { text: SAVE_CURSOR + text + RESTORE_CURSOR, volatile: !isKey };
  }
}
