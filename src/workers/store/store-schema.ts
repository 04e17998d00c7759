/**
 * The tables of the store's file and the steps from one version of them to the next. The store's thread, the backup's.
 *
 *   entries   the replicated map, newest stamp wins; each (host_id, sequence) is one write of one host
 *   origins   by other host: the greatest sequence seen of its writes, also of rows that were replaced since
 *   progress  one row: transactions so far, this host's sequence and its clock
 *   seen      accounts' last logins and counts on this host
 *   results   matches that ended on this host, newest `resultsMax`
 *   audit     acts of administrators on this host, newest `auditMax`
 *
 * The last column of each table is a checksum of the others (row-checksum.ts): SQLite has none of its own.
 */

import type { DatabaseSync } from 'node:sqlite';

export interface TableShape {
  readonly name: string;
  /** All of them, the checksum last. */
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** Columns of a further unique index. */
  readonly unique?: readonly string[];
}

/** Steps from version n to n + 1. What has been released is never changed: new steps are added. */
export type Migrations = readonly string[];

const VERSION_1 = `
  CREATE TABLE entries (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    host_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX entries_by_origin ON entries (host_id, sequence);
  CREATE TABLE origins (
    host_id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    commits INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE seen (
    key TEXT PRIMARY KEY,
    last_seen_ms INTEGER NOT NULL,
    matches INTEGER NOT NULL,
    wins INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE results (
    id INTEGER PRIMARY KEY,
    match TEXT NOT NULL,
    mode TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL,
    players TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (match, started_ms)
  ) STRICT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
`;

export const MIGRATIONS: Migrations = [VERSION_1];

export const ENTRIES: TableShape = {
  name: 'entries',
  columns: [
    'kind',
    'key',
    'value',
    'host_id',
    'sequence',
    'wall_ms',
    'counter',
    'deleted',
    'checksum',
  ],
  key: ['kind', 'key'],
  unique: ['host_id', 'sequence'],
};
export const ORIGINS: TableShape = {
  name: 'origins',
  columns: ['host_id', 'sequence', 'checksum'],
  key: ['host_id'],
};
export const PROGRESS: TableShape = {
  name: 'progress',
  columns: ['id', 'commits', 'sequence', 'wall_ms', 'counter', 'checksum'],
  key: ['id'],
};
export const SEEN: TableShape = {
  name: 'seen',
  columns: ['key', 'last_seen_ms', 'matches', 'wins', 'checksum'],
  key: ['key'],
};
export const RESULTS: TableShape = {
  name: 'results',
  columns: [
    'id',
    'match',
    'mode',
    'started_ms',
    'ended_ms',
    'reason',
    'result',
    'players',
    'checksum',
  ],
  key: ['id'],
  unique: ['match', 'started_ms'],
};
export const AUDIT: TableShape = {
  name: 'audit',
  columns: ['id', 'at_ms', 'by_whom', 'act', 'detail', 'checksum'],
  key: ['id'],
};

export const TABLES: readonly TableShape[] = [ENTRIES, ORIGINS, PROGRESS, SEEN, RESULTS, AUDIT];

/** The version that a file says it has; 0 for an empty one. */
export function schemaVersion(db: DatabaseSync): number {
  const row = db.prepare('PRAGMA user_version').get();
  return Number(row?.['user_version'] ?? 0);
}

/** All that was ever created in the file, as SQLite keeps it; the same for each file of one version. */
export function schemaText(db: DatabaseSync): string {
  const rows = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE sql <> '' ORDER BY name")
    .all();
  return rows.map(({ name, sql }) => `${String(name)}: ${String(sql)}`).join('\n');
}

/** Brings a file up to date, each step in a transaction of its own; a step that throws leaves the version before it. */
export function migrate(db: DatabaseSync, migrations: Migrations = MIGRATIONS): void {
  for (let version = schemaVersion(db); version < migrations.length; version += 1) {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(migrations[version] ?? '');
      // A pragma takes no parameters; the number is ours.
      db.exec(`PRAGMA user_version = ${version + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}
