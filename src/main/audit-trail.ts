/**
 * Who did what to the host: every act of an operator, in the store, and in the log where the store cannot take it. Main thread.
 * An act is written after it was done: a store that fails must not keep an operator from closing a door.
 */

import type { Clock } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';
import type { AuditPage, AuditRow } from '../shared/store-messages.ts';
import type { HostLog } from './log.ts';

/** What the trail needs of the store. */
export interface AuditStore {
  /** On disk when it resolves. */
  audit(entry: AuditRow): Promise<void>;
  /** The newest, or those older than the entry `before`. */
  auditPage(limit: number, before: number | undefined): Promise<AuditPage>;
}

export interface AuditTrailOptions {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly log: HostLog;
}

export class AuditTrail {
  readonly #options: AuditTrailOptions;
  /** By act: for the metrics. */
  readonly counts: Record<string, number> = {};

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  /** Resolves when it is on disk, or in the log because the disk would not take it. */
  async note(act: string, by: string, detail: Readonly<Record<string, unknown>>): Promise<void> {
    const { store, clock, log } = this.#options;
    this.counts[act] = (this.counts[act] ?? 0) + 1;
    const entry: AuditRow = { atMs: clock.wallMs(), by, act, detail };
    log.info(`${by}: ${act}`, { ...detail, reason: 'audit' });
    try {
      await store.audit(entry);
    } catch (error) {
      log.error('an act is not in the audit log', { ...entry, error: messageOf(error) });
    }
  }

  page(limit: number, before: number | undefined): Promise<AuditPage> {
    return this.#options.store.auditPage(limit, before);
  }
}
