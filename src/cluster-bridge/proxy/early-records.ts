/**
 * Records of gateways that are quicker than main's order of their route: both come on ways of their own, main's first to be sent
 * and not always first to be read. Bridge thread.
 *
 *   main    --route--> bridge                     sent first
 *   main    --move---> gateway --JOIN--> bridge   read first, where this thread was in a turn, or asleep, meanwhile
 */

import type { GatewayLink } from '../../shared/gateway-link.ts';
import type { HandlerRef } from '../../shared/ids.ts';

/** What a record's offset counts in: a ring, or a copy. */
export interface RecordSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface EarlyRecord {
  readonly gateway: GatewayLink;
  readonly kind: number;
  readonly flags: number;
  /** A copy of the payload. */
  readonly source: RecordSource;
}

export class EarlyRecords {
  /** All that were kept so far. */
  count = 0;
  readonly #byHandler = new Map<HandlerRef, EarlyRecord[]>();

  has(handler: HandlerRef): boolean {
    return this.#byHandler.has(handler);
  }

  keep(
    handler: HandlerRef,
    record: Omit<EarlyRecord, 'source'>,
    {
      bytes,
      start,
      end,
    }: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  ): void {
    this.count += 1;
    const copy = new Uint8Array(bytes.subarray(start, end));
    const kept = { ...record, source: { bytes: copy, view: new DataView(copy.buffer) } };
    const waiting = this.#byHandler.get(handler);
    if (waiting === undefined) this.#byHandler.set(handler, [kept]);
    else waiting.push(kept);
  }

  /** In the order in which they came; they are kept no longer. */
  take(handler: HandlerRef): readonly EarlyRecord[] {
    const waiting = this.#byHandler.get(handler) ?? [];
    this.#byHandler.delete(handler);
    return waiting;
  }
}
