/**
 * Says how far a bench is, on stderr, so that stdout holds results only. The bench's parent process.
 * On a terminal: one line drawn over itself, with a bar. Elsewhere (a log, a pipe): a plain line per step, nothing moving.
 */

import { every, systemClock } from '../src/shared/clock.ts';

const BAR_CELLS = 28;
const REDRAW_MS = 200;
const CLEAR_LINE = '\r\u001B[2K';

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** From 0 to 1, and what to say beside the bar. */
export interface ProgressState {
  readonly share: number;
  readonly text: string;
}

export class Progress {
  readonly #output: ProgressOutput;

  constructor(output: ProgressOutput = process.stderr) {
    this.#output = output;
  }

  /** Runs one step of a bench under a bar that `state` moves. */
  async step<T>(label: string, work: Promise<T>, state: () => ProgressState): Promise<T> {
    const moving = this.#output.isTTY === true;
    if (!moving) this.#output.write(`${label} ...\n`);
    const redraw = every(() => {
      if (moving) this.#output.write(`${CLEAR_LINE}${barLine(label, state())}`);
    }, REDRAW_MS);
    try {
      return await work;
    } finally {
      redraw.cancel();
      if (moving) this.#output.write(CLEAR_LINE);
    }
  }

  /** A step whose length is known. */
  timed<T>(label: string, work: Promise<T>, durationMs: number): Promise<T> {
    const startMs = systemClock.nowMs();
    return this.step(label, work, () => {
      const passedMs = systemClock.nowMs() - startMs;
      const leftSeconds = Math.max(0, Math.ceil((durationMs - passedMs) / 1000));
      return { share: passedMs / durationMs, text: `${leftSeconds} s left` };
    });
  }
}

export function barLine(label: string, state: ProgressState): string {
  const filled = Math.round(Math.min(1, Math.max(0, state.share)) * BAR_CELLS);
  const bar = '#'.repeat(filled).padEnd(BAR_CELLS, '-');
  return `${label.padEnd(24)} [${bar}] ${state.text}`;
}
