/**
 * Opens handlers on the match workers and brings orders to them; those that run on another host are the bridge's. Main
 * thread.
 */

import { systemClock } from '../shared/clock.ts';
import type { HandlerRef } from '../shared/ids.ts';
import type { WorkerOrder } from '../shared/thread-messages.ts';
import type { HostConfig } from './config/host-config.ts';
import type { HandlerSpec, OpeningHandler } from './directory/directory-effects.ts';
import type { HostBridge } from './federation/host-bridge.ts';
import type { HandlerRows } from './handler-rows.ts';
import type { MatchPool } from './match-pool.ts';
import type { ModeRows } from './mode-rows.ts';
import { openTask } from './open-task.ts';
import type { TaskEnd } from './task-end.ts';

export interface HandlerDeskOptions {
  readonly rows: HandlerRows;
  readonly modeRows: ModeRows;
  /** The configuration in force. */
  readonly config: () => HostConfig;
  readonly onOpening: (opening: OpeningHandler, spec: HandlerSpec) => void;
  readonly onEnd: (handler: HandlerRef, end: TaskEnd) => void;
}

export class HandlerDesk {
  readonly #options: HandlerDeskOptions;
  #pool: MatchPool | undefined;
  #bridge: HostBridge | undefined;
  #lastNumber = 0;

  constructor(options: HandlerDeskOptions) {
    this.#options = options;
  }

  attach(pool: MatchPool): void {
    this.#pool = pool;
  }

  join(bridge: HostBridge): void {
    this.#bridge = bridge;
  }

  /** On the least loaded worker; undefined when there is no row or no worker now. */
  open(spec: HandlerSpec): OpeningHandler | undefined {
    const pool = this.#pool;
    if (pool === undefined) return undefined;
    const { rows, modeRows, onOpening, onEnd } = this.#options;
    const config = this.#options.config();
    const nowMs = systemClock.nowMs();
    const modeRow = modeRows.rowOf(spec.mode) ?? -1;
    const taken = rows.tryTake(pool.rows(), { modeRow, players: spec.roster.length, nowMs });
    if (taken === undefined) return undefined;
    const { handler, worker } = taken;
    this.#lastNumber += 1;
    const opening = { handler, id: `${config.host.id}/${spec.mode}/${this.#lastNumber}` };
    onOpening(opening, spec);
    void pool.run(worker, openTask(config, spec, opening)).then((end) => {
      rows.ended(handler);
      onEnd(handler, end);
    });
    return opening;
  }

  /** Its row may be used again. */
  forget(handler: HandlerRef): void {
    if (this.#bridge?.isRemote(handler) === true) {
      this.#bridge.forget(handler);
      return;
    }
    this.order({ kind: 'forget', handler });
    this.#options.rows.free(handler);
  }

  /** Adds to the next batch of the handler's worker. */
  order(order: WorkerOrder): void {
    this.#pool?.order(this.#options.rows.workerOf(order.handler), order);
  }

  /** Sends the batches. */
  flush(): void {
    this.#pool?.flush();
  }
}
