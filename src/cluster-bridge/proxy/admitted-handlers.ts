/** The handlers of this host that players of other hosts may join: main names each before their homes hear of it. Bridge thread. */

import { HandlerState, type HandlerTable } from '../../shared/handler-table.ts';
import { handlerGenerationOf, handlerIndexOf, type HandlerRef } from '../../shared/ids.ts';

/** Row of a guest whose match runs nowhere. */
export const NOWHERE = -1;

export class AdmittedHandlers {
  readonly #table: HandlerTable;
  readonly #handlers = new Set<HandlerRef>();

  constructor(table: HandlerTable) {
    this.#table = table;
  }

  /** Until its row is free or another one's. */
  admit(handler: HandlerRef): void {
    for (const other of this.#handlers) if (!this.#isCurrent(other)) this.#handlers.delete(other);
    this.#handlers.add(handler);
  }

  /** The worker that runs it; NOWHERE for one that guests may not join, whoever says so. */
  rowOf(handler: HandlerRef): number {
    if (!this.#handlers.has(handler) || !this.#isCurrent(handler)) return NOWHERE;
    return this.#table.worker[handlerIndexOf(handler)] ?? NOWHERE;
  }

  /** Hot: once an input. Its row is current while it has a guest. */
  wakesOnInput(handler: HandlerRef): boolean {
    return this.#table.wakes[handlerIndexOf(handler)] === 1;
  }

  #isCurrent(handler: HandlerRef): boolean {
    const { state, generation } = this.#table;
    const index = handlerIndexOf(handler);
    return state[index] !== HandlerState.free && generation[index] === handlerGenerationOf(handler);
  }
}
