/** The store's file while it is open: its book, transactions on it, how far it has come. The store's thread. */

import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../shared/clock.ts';
import { HYBRID_ORIGIN } from '../../shared/hybrid-clock.ts';
import type { StoreTask } from '../../shared/store-messages.ts';
import { checkRows } from './file-check.ts';
import { HighWaterFile } from './high-water-file.ts';
import { StoreBook } from './store-book.ts';
import { IN_MEMORY, openStoreFile } from './store-file.ts';
import { openedProblem } from './store-problem.ts';

/** What a call promises: on the disk when it returns, or soon. SQLite's words. */
export type Durability = 'FULL' | 'NORMAL';

/** Of 4 KiB, SQLite's own size for a new file. */
const PAGES_PER_MB = 256;

export class OpenStore {
  readonly book: StoreBook;
  /** What opening it found wrong; undefined where nothing is. */
  readonly problem: string | undefined;
  readonly #task: StoreTask;
  readonly #db: DatabaseSync;
  readonly #highWater: HighWaterFile | undefined;
  #durability: Durability = 'FULL';

  /** Throws Damage, NewerFile, and what SQLite and the file system throw. */
  constructor(task: StoreTask, clock: Clock) {
    const { file } = task;
    this.#task = task;
    this.#db = openStoreFile(file, clock);
    try {
      this.#db.exec(`PRAGMA max_page_count = ${task.fileMbMax * PAGES_PER_MB}`);
      const isFile = file !== IN_MEMORY;
      this.#highWater = isFile ? new HighWaterFile(highWaterName(file)) : undefined;
      const found = this.#highWater?.last;
      const least = { commits: 0, sequence: 0, ...found, time: HYBRID_ORIGIN };
      this.book = new StoreBook(this.#db, task, { clock, least });
      this.problem = openedProblem(this.book.foundCommits, found);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Runs one transaction; what `change` throws undoes it. */
  transact<Result>(durability: Durability, change: (book: StoreBook) => Result): Result {
    const db = this.#db;
    if (this.#durability !== durability) {
      // About a microsecond; it cannot be done inside a transaction.
      db.exec(`PRAGMA synchronous = ${durability}`);
      this.#durability = durability;
    }
    db.exec('BEGIN IMMEDIATE');
    let result: Result;
    try {
      result = change(this.book);
      this.book.keepProgress();
      db.exec('COMMIT');
    } catch (error) {
      // SQLite ends the transaction by itself where the disk is full.
      if (db.isTransaction) db.exec('ROLLBACK');
      this.book.entries.onRollback();
      throw error;
    }
    this.#highWater?.note(this.book.progress);
    return result;
  }

  /** Reads and checks every row, a few with each step. A step throws Damage. */
  *checkRows(rowsPerStep: number): Generator<number> {
    if (this.#task.file === IN_MEMORY) return;
    // A connection of its own: the walk goes on over what was there when it began, whatever is written meanwhile.
    const db = new DatabaseSync(this.#task.file, { readOnly: true });
    try {
      yield* checkRows(db, rowsPerStep);
    } finally {
      db.close();
    }
  }

  close(): void {
    this.#highWater?.close();
    try {
      this.#db.close();
    } catch {
      // A file that cannot even be closed is dealt with when it is opened next.
    }
  }
}

function highWaterName(file: string): string {
  return file.replace(/\.db$/, '') + '.high-water';
}
