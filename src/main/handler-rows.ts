/**
 * Rows of the handler table, and which match worker a new handler goes to. Main thread.
 *
 * Least load: the share of the last interval that a worker spent in callbacks, plus what the players placed since then
 * will cost at the measured average; the table is always a little old, what main itself just placed is not in it.
 */

import { HandlerState, type HandlerTable } from '../shared/handler-table.ts';
import {
  HANDLER_GENERATION_MAX,
  handlerGenerationOf,
  handlerIndexOf,
  handlerRef,
  nextGeneration,
  type HandlerRef,
} from '../shared/ids.ts';
import type { WorkerTable } from '../shared/worker-table.ts';

/** Share of a thread that a player is expected to cost before anything was measured. */
const PLAYER_COST_MIN = 0.000_05;
/** A lobby has no roster: it will fill. */
const LOBBY_PLAYERS = 64;

export class HandlerRows {
  readonly #table: HandlerTable;
  readonly #workers: WorkerTable;
  readonly #free: number[];
  readonly #placed: Float64Array;
  readonly #placedSinceSample: Float64Array;
  readonly #busyMicros: Float64Array;
  readonly #busyShare: Float64Array;
  readonly #players: Float64Array;
  #sampledMs = 0;
  #playerCost = PLAYER_COST_MIN;

  constructor(table: HandlerTable, workers: WorkerTable) {
    this.#table = table;
    this.#workers = workers;
    this.#free = Array.from({ length: table.capacity }, (_, index) => table.capacity - 1 - index);
    this.#placed = new Float64Array(workers.capacity);
    this.#placedSinceSample = new Float64Array(workers.capacity);
    this.#busyMicros = new Float64Array(workers.capacity);
    this.#busyShare = new Float64Array(workers.capacity);
    this.#players = new Float64Array(table.capacity);
  }

  /** Takes a row for a handler on the least loaded of `rows`; undefined when all rows are taken or none is given. */
  tryTake(
    rows: readonly number[],
    options: { modeRow: number; players: number; nowMs: number },
  ): { handler: HandlerRef; worker: number } | undefined {
    const worker = this.#leastLoaded(rows);
    const index = worker === undefined ? undefined : this.#free.pop();
    if (worker === undefined || index === undefined) return undefined;
    const weight = options.players === 0 ? LOBBY_PLAYERS : options.players;
    this.#players[index] = weight;
    this.#add(worker, weight);
    this.#placedSinceSample[worker] = (this.#placedSinceSample[worker] ?? 0) + weight;
    return { handler: this.#fill(index, { ...options, worker }), worker };
  }

  /** Takes a row that stands for a match on another host: its `worker` is the bridge's place. */
  tryTakeRemote(
    bridgeRow: number,
    {
      inputAtTick = false,
      ...options
    }: { readonly modeRow: number; readonly nowMs: number; readonly inputAtTick?: boolean },
  ): HandlerRef | undefined {
    const index = this.#free.pop();
    if (index === undefined) return undefined;
    this.#players[index] = 0;
    const handler = this.#fill(index, { ...options, worker: bridgeRow });
    this.#table.wakes[index] = inputAtTick ? 0 : 1;
    this.#table.state[index] = HandlerState.open;
    return handler;
  }

  /** Players may come. Like ended() and free() without effect once the row has been freed. */
  opened(handler: HandlerRef): void {
    const index = handlerIndexOf(handler);
    if (this.#isCurrent(handler) && this.#table.state[index] === HandlerState.opening) {
      this.#table.state[index] = HandlerState.open;
    }
  }

  /** Costs its worker nothing any more; the row stays until free(). */
  ended(handler: HandlerRef): void {
    const index = handlerIndexOf(handler);
    if (!this.#isCurrent(handler) || this.#table.state[index] === HandlerState.ended) return;
    this.#table.state[index] = HandlerState.ended;
    this.#add(this.workerOf(handler), -(this.#players[index] ?? 0));
  }

  free(handler: HandlerRef): void {
    if (!this.#isCurrent(handler)) return;
    this.ended(handler);
    const index = handlerIndexOf(handler);
    this.#table.state[index] = HandlerState.free;
    this.#free.push(index);
  }

  workerOf(handler: HandlerRef): number {
    return this.#table.worker[handlerIndexOf(handler)] ?? 0;
  }

  /** Share of the last sample's interval that the worker in `row` spent in callbacks, 0 to 1. */
  load(row: number): number {
    return this.#busyShare[row] ?? 0;
  }

  /** Reads the worker table; call it a few times a second. */
  sample(nowMs: number): void {
    const micros = (nowMs - this.#sampledMs) * 1000;
    // Two samples at one time: there is nothing to divide by.
    if (micros <= 0) return;
    this.#sampledMs = nowMs;
    let share = 0;
    let players = 0;
    for (let row = 0; row < this.#workers.capacity; row += 1) {
      const busyMicros = this.#workers.busyMicros[row] ?? 0;
      // A new worker in the row starts its count again.
      const spent = Math.max(0, busyMicros - (this.#busyMicros[row] ?? 0));
      this.#busyShare[row] = Math.min(1, spent / micros);
      this.#busyMicros[row] = busyMicros;
      this.#placedSinceSample[row] = 0;
      share += this.#busyShare[row] ?? 0;
      players += this.#placed[row] ?? 0;
    }
    if (players > 0) this.#playerCost = Math.max(PLAYER_COST_MIN, share / players);
  }

  #fill(index: number, row: { worker: number; modeRow: number; nowMs: number }): HandlerRef {
    const table = this.#table;
    const generation = nextGeneration(table.generation[index] ?? 0, HANDLER_GENERATION_MAX);
    table.generation[index] = generation;
    table.worker[index] = row.worker;
    table.mode[index] = row.modeRow;
    table.players[index] = 0;
    table.openedAtMs[index] = row.nowMs;
    table.state[index] = HandlerState.opening;
    return handlerRef(index, generation);
  }

  #leastLoaded(rows: readonly number[]): number | undefined {
    let best: number | undefined;
    let bestScore = Infinity;
    for (const row of rows) {
      const expected = (this.#placedSinceSample[row] ?? 0) * this.#playerCost;
      // The last term decides between workers that are alike: fewer players first.
      const score = this.load(row) + expected + (this.#placed[row] ?? 0) * PLAYER_COST_MIN;
      if (score >= bestScore) continue;
      best = row;
      bestScore = score;
    }
    return best;
  }

  #isCurrent(handler: HandlerRef): boolean {
    const index = handlerIndexOf(handler);
    const isTaken = this.#table.state[index] !== HandlerState.free;
    return isTaken && this.#table.generation[index] === handlerGenerationOf(handler);
  }

  #add(worker: number, players: number): void {
    this.#placed[worker] = (this.#placed[worker] ?? 0) + players;
  }
}
