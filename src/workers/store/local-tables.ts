/**
 * What a host keeps for itself: accounts' last logins and counts, results, acts of administrators. The store's thread.
 * Results and acts are kept up to a maximum; the oldest make room for the newest, row by row.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditPage, AuditRow, ResultRow } from '../../shared/store-messages.ts';
import { AUDIT, RESULTS, SEEN } from './store-schema.ts';
import { RowQuery, RowWriter } from './table-rows.ts';

export interface SeenRow {
  readonly lastSeenMs: number;
  readonly matches: number;
  readonly wins: number;
}

export interface LocalTablesOptions {
  readonly resultsMax: number;
  readonly auditMax: number;
}

/** A row that is larger than this is cut down to its first columns: what a handler calls its result has no bound. */
const RESULT_CHARACTERS_MAX = 16_384;
const NEVER_SEEN: SeenRow = { lastSeenMs: 0, matches: 0, wins: 0 };

export class LocalTables {
  readonly #options: LocalTablesOptions;
  readonly #seen: RowQuery;
  readonly #seenWriter: RowWriter;
  readonly #resultWriter: RowWriter;
  readonly #resultTrim: StatementSync;
  readonly #audit: RowQuery;
  readonly #auditCount: StatementSync;
  readonly #auditWriter: RowWriter;
  readonly #auditTrim: StatementSync;
  #lastResultId: number;
  #lastAuditId: number;

  constructor(db: DatabaseSync, options: LocalTablesOptions) {
    this.#options = options;
    this.#seen = new RowQuery(db, SEEN, 'WHERE key = ?');
    this.#seenWriter = new RowWriter(db, SEEN, 'replace');
    this.#resultWriter = new RowWriter(db, RESULTS, 'keep');
    this.#resultTrim = db.prepare('DELETE FROM results WHERE id <= ?');
    this.#audit = new RowQuery(db, AUDIT, 'WHERE id < ? ORDER BY id DESC LIMIT ?');
    this.#auditCount = db.prepare('SELECT count(*) AS count FROM audit');
    this.#auditWriter = new RowWriter(db, AUDIT, 'replace');
    this.#auditTrim = db.prepare('DELETE FROM audit WHERE id <= ?');
    this.#lastResultId = lastId(db, 'results');
    this.#lastAuditId = lastId(db, 'audit');
  }

  seen(key: string): SeenRow {
    const row = this.#seen.first(key);
    if (row === undefined) return NEVER_SEEN;
    const [, lastSeenMs, matches, wins] = row;
    return { lastSeenMs: Number(lastSeenMs), matches: Number(matches), wins: Number(wins) };
  }

  noteSeen(key: string, atMs: number): void {
    const { lastSeenMs, matches, wins } = this.seen(key);
    this.#seenWriter.write([key, Math.max(atMs, lastSeenMs), matches, wins]);
  }

  /** False where the result of that match is here already: it is counted once. */
  addResult(row: ResultRow): boolean {
    const { match, mode, startedMs, endedMs, reason, result, players } = row;
    const given = JSON.stringify(result ?? null);
    const text = given.length > RESULT_CHARACTERS_MAX ? '{"tooLong":true}' : given;
    const id = this.#lastResultId + 1;
    const seats = JSON.stringify(players);
    const cells = [id, match, mode, startedMs, endedMs, reason, text, seats];
    if (!this.#resultWriter.write(cells)) return false;
    this.#lastResultId = id;
    this.#resultTrim.run(id - this.#options.resultsMax);
    for (const { key, hasWon, isPractice } of players) if (!isPractice) this.#count(key, hasWon);
    return true;
  }

  addAudit({ atMs, by, act, detail }: AuditRow): void {
    const id = this.#lastAuditId + 1;
    this.#auditWriter.write([id, atMs, by, act, JSON.stringify(detail)]);
    this.#lastAuditId = id;
    this.#auditTrim.run(id - this.#options.auditMax);
  }

  auditPage(limit: number, before: number = Number.MAX_SAFE_INTEGER): AuditPage {
    const entries = this.#audit.all(before, limit).map(([id, atMs, by, act, detail]) => ({
      number: Number(id),
      atMs: Number(atMs),
      by: String(by),
      act: String(act),
      // What addAudit() put there.
      detail: JSON.parse(String(detail)) as AuditRow['detail'],
    }));
    return { entries, total: Number(this.#auditCount.get()?.['count'] ?? 0) };
  }

  #count(key: string, hasWon: boolean): void {
    const { lastSeenMs, matches, wins } = this.seen(key);
    this.#seenWriter.write([key, lastSeenMs, matches + 1, wins + (hasWon ? 1 : 0)]);
  }
}

function lastId(db: DatabaseSync, table: 'results' | 'audit'): number {
  const row = db.prepare(`SELECT max(id) AS id FROM ${table}`).get();
  return Number(row?.['id'] ?? 0);
}
