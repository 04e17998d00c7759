/**
 * A figure by which two hosts see that their replicated maps are the same: how many rows, and the sum of their checksums. Kept up
 * with each write, so that it is read in no time; counted once, when it is first asked for. The store's thread.
 */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { ENTRIES } from './store-schema.ts';
import type { Row } from './table-rows.ts';

const CHECKSUMS = 2 ** 32;

export class EntryDigest {
  readonly #db: DatabaseSync;
  #known: { readonly count: number; readonly sum: number } | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** False: it costs nothing to write until it is asked for. */
  get isKnown(): boolean {
    return this.#known !== undefined;
  }

  text(): string {
    this.#known ??= this.#counted();
    const { count, sum } = this.#known;
    return `${count}:${sum}`;
  }

  /** The row that is there, or none, makes way for another. */
  replace(before: Row | undefined, after: readonly SQLInputValue[]): void {
    if (this.#known === undefined) return;
    const { count, sum } = this.#known;
    const change = Number(after.at(-1)) - Number(before?.at(-1) ?? 0);
    this.#known = {
      count: before === undefined ? count + 1 : count,
      sum: (sum + change + CHECKSUMS) % CHECKSUMS,
    };
  }

  forget(): void {
    this.#known = undefined;
  }

  #counted(): { readonly count: number; readonly sum: number } {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS rows, coalesce(sum(checksum), 0) % ${CHECKSUMS} AS sum FROM ${ENTRIES.name}`,
      )
      .get();
    return { count: Number(row?.['rows'] ?? 0), sum: Number(row?.['sum'] ?? 0) };
  }
}
