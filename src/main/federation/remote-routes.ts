/** The rows of this host's handler table that stand for matches on other hosts, and the bridge's routes to them. Main thread. */

import type { BridgeOrder } from '../../cluster-bridge/bridge-messages.ts';
import type { RemoteMatch } from '../../cluster-bridge/federation/federation-hosts.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import type { HandlerRows } from '../handler-rows.ts';

/** What players have sent to a match may still be on its way when its row is forgotten. */
const UNROUTE_MS = 5_000;

export interface RemoteRoutesOptions {
  readonly rows: Pick<HandlerRows, 'workerOf' | 'free' | 'tryTakeRemote'>;
  /** Of the worker table: the bridge as a worker. */
  readonly bridgeRow: number;
  readonly modeRowOf: (mode: string) => number | undefined;
  readonly order: (order: BridgeOrder) => void;
}

export class RemoteRoutes {
  readonly #options: RemoteRoutesOptions;
  #unroutes: { readonly handler: HandlerRef; readonly atMs: number }[] = [];

  constructor(options: RemoteRoutesOptions) {
    this.#options = options;
  }

  isRemote(handler: HandlerRef): boolean {
    return this.#options.rows.workerOf(handler) === this.#options.bridgeRow;
  }

  /** Undefined: there is no free row. */
  open(
    { mode, host, handler: matchHandler, inputAtTick = false }: RemoteMatch,
    nowMs: number,
  ): HandlerRef | undefined {
    const { rows, bridgeRow, modeRowOf, order } = this.#options;
    const modeRow = modeRowOf(mode) ?? -1;
    const handler = rows.tryTakeRemote(bridgeRow, { modeRow, nowMs, inputAtTick });
    if (handler !== undefined) order({ kind: 'route', handler, host, matchHandler, inputAtTick });
    return handler;
  }

  /** The row is used again at once; its route stays for what is on its way. */
  forget(handler: HandlerRef, nowMs: number): void {
    this.#options.rows.free(handler);
    this.#unroutes.push({ handler, atMs: nowMs + UNROUTE_MS });
  }

  step(nowMs: number): void {
    const due = this.#unroutes.filter(({ atMs }) => atMs <= nowMs);
    if (due.length === 0) return;
    this.#unroutes = this.#unroutes.filter(({ atMs }) => atMs > nowMs);
    for (const { handler } of due) this.#options.order({ kind: 'unroute', handler });
  }
}
