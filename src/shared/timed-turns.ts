/** The turns of a thread, each of them timed for the metrics: two looks at the clock a turn. Gateway and worker threads. */

import type { Clock } from './clock.ts';
import { recordTiming, type TimingTable } from './timing-table.ts';
import type { Turns } from './turn-loop.ts';

export class TimedTurns implements Turns {
  readonly #turns: Turns;
  readonly #table: TimingTable;
  readonly #row: number;
  readonly #clock: Clock;

  constructor(
    turns: Turns,
    { table, row, clock }: { table: TimingTable; row: number; clock: Clock },
  ) {
    this.#turns = turns;
    this.#table = table;
    this.#row = row;
    this.#clock = clock;
  }

  turn(): boolean {
    const startMs = this.#clock.nowMs();
    const hasMore = this.#turns.turn();
    recordTiming(this.#table, this.#row, 'turns', this.#clock.nowMs() - startMs);
    return hasMore;
  }

  hasWork(): boolean {
    return this.#turns.hasWork();
  }
}
