/**
 * Copies the store's file while a host writes it, and reads the copy whole before it gets its name. The backup's thread.
 *
 * The copy is made in one step under one read lock: writers do not wait for it, and it is the file of one moment.
 * It is journaled without a log, so that a plain `cp` restores it: store-file.ts sets a log that it finds beside such a
 * file aside.
 */

import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import type { BackupDone, BackupTask } from '../../shared/store-messages.ts';
import { checkRows, checkShape } from './file-check.ts';

const ALL_PAGES = 2 ** 31 - 1;
const ROWS_PER_STEP = 1_000;
const BUSY_MS = 5_000;

/** Throws where `file` is there already, and what SQLite and the file system throw. */
export async function backUp({ source, file }: BackupTask): Promise<BackupDone> {
  // Claims the name: from here on nobody else makes that file, and we overwrite nobody's.
  closeSync(openSync(file, 'wx', 0o600));
  const partial = `${file}.partial`;
  try {
    closeSync(openSync(partial, 'wx', 0o600));
    await copy(source, partial);
    const rows = verify(partial);
    renameSync(partial, file);
    return { rows, bytes: statSync(file).size };
  } catch (error) {
    rmSync(partial, { force: true });
    rmSync(file, { force: true });
    throw error;
  }
}

async function copy(source: string, target: string): Promise<void> {
  const db = new DatabaseSync(source, { readOnly: true, timeout: BUSY_MS });
  try {
    await backup(db, target, { rate: ALL_PAGES });
  } finally {
    db.close();
  }
}

/** Rows of the copy, all of them read and checked. */
function verify(file: string): number {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    checkShape(db);
    let rows = 0;
    for (const count of checkRows(db, ROWS_PER_STEP)) rows += count;
    return rows;
  } finally {
    db.close();
  }
}
