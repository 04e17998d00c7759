/**
 * What main asks for and tells, as rows of the open file: accounts, ratings, bans, configuration. The store's thread.
 * Knows neither transactions nor trouble: store.ts brackets each call, and calls keepProgress() before each commit.
 *
 *   kind        key            value
 *   account     account        { name, createdMs }
 *   credential  account        { credential }
 *   rating      account/mode   { mu, sigma }          neither accounts nor modes have a "/" in their names
 *   ban         id             BanRow
 *   config      version, padded, so that the order of keys is that of versions      ConfigVersionRow
 */

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../shared/clock.ts';
import { HYBRID_ORIGIN, type HybridTime } from '../../shared/hybrid-clock.ts';
import type {
  AccountRow,
  BanRow,
  ConfigVersionRow,
  GroupedWrites,
  RatingRow,
  StoreTask,
} from '../../shared/store-messages.ts';
import { EntryTable } from './entry-table.ts';
import { LocalTables } from './local-tables.ts';
import { PROGRESS } from './store-schema.ts';
import { RowQuery, RowWriter } from './table-rows.ts';

const BETWEEN = '/';
/** The character after BETWEEN: keys that start with `x/` are those from `x/` up to `x0`. */
const AFTER_BETWEEN = '0';
const FIRST_KEY = '';
const AFTER_LAST_KEY = '\u{10ffff}';
const VERSION_DIGITS = 12;

export interface Progress {
  /** Transactions that changed the file. */
  readonly commits: number;
  readonly sequence: number;
  readonly time: HybridTime;
}

export class StoreBook {
  /** As the file had it when it was opened. */
  readonly foundCommits: number;
  readonly entries: EntryTable;
  readonly local: LocalTables;
  readonly #clock: Clock;
  readonly #progressWriter: RowWriter;
  #commits: number;

  /** `least` is what is known of the file from elsewhere: its counts go on from there. */
  constructor(
    db: DatabaseSync,
    task: Omit<StoreTask, 'file'>,
    { clock, least }: { readonly clock: Clock; readonly least: Progress },
  ) {
    const { commits, sequence, time } = readProgress(db) ?? salvagedProgress(db);
    this.foundCommits = commits;
    this.#commits = Math.max(commits, least.commits);
    this.#clock = clock;
    this.entries = new EntryTable(db, {
      hostId: task.hostId,
      clock,
      sequence: Math.max(sequence, least.sequence),
      time,
    });
    this.local = new LocalTables(db, task);
    this.#progressWriter = new RowWriter(db, PROGRESS, 'replace');
  }

  get progress(): Progress {
    return { commits: this.#commits, ...this.entries.progress };
  }

  /** The last write of each transaction. */
  keepProgress(): void {
    this.#commits += 1;
    const { sequence, time } = this.entries.progress;
    this.#progressWriter.write([1, this.#commits, sequence, time.wallMs, time.counter]);
  }

  account(key: string): AccountRow | undefined {
    // The casts here: what this class wrote under that kind, and what its checksum vouches for.
    const account = this.entries.value('account', key) as AccountValue | undefined;
    if (account === undefined) return undefined;
    const secret = this.entries.value('credential', key) as CredentialValue | undefined;
    const { lastSeenMs, matches, wins } = this.local.seen(key);
    const { name, createdMs } = account;
    return {
      key,
      name,
      credential: secret?.credential,
      createdMs,
      lastSeenMs: Math.max(lastSeenMs, createdMs),
      matches,
      wins,
      ratings: this.#ratings(key),
    };
  }

  /** False where there is one of that key. */
  createAccount(key: string, name: string, credential: string | undefined): boolean {
    if (this.entries.value('account', key) !== undefined) return false;
    this.entries.put('account', key, { name, createdMs: this.#clock.wallMs() });
    if (credential !== undefined) this.entries.put('credential', key, { credential });
    return true;
  }

  /** False where there is no such account. */
  setCredential(key: string, credential: string): boolean {
    if (this.entries.value('account', key) === undefined) return false;
    this.entries.put('credential', key, { credential });
    return true;
  }

  writeGroup({ seen, ratings, results }: GroupedWrites): void {
    for (const { key, name, atMs } of seen) {
      this.createAccount(key, name, undefined);
      this.local.noteSeen(key, atMs);
    }
    for (const rating of ratings) this.#putRating(rating);
    for (const result of results) this.local.addResult(result);
  }

  bans(nowMs: number): BanRow[] {
    const bans = this.entries
      .range('ban', FIRST_KEY, AFTER_LAST_KEY)
      .map(({ value }) => value as BanRow);
    return bans
      .filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs)
      .sort((a, b) => a.createdMs - b.createdMs);
  }

  putBan(ban: BanRow): void {
    this.entries.put('ban', ban.id, ban);
  }

  removeBan(id: string): boolean {
    return this.entries.remove('ban', id);
  }

  configVersions(limit: number): ConfigVersionRow[] {
    return this.entries.greatest('config', limit).map(({ value }) => value as ConfigVersionRow);
  }

  /** Throws where `version` is not the newest plus one. */
  putConfig(version: ConfigVersionRow): void {
    const newest = this.configVersions(1)[0]?.version ?? 0;
    if (version.version !== newest + 1) {
      throw new Error(
        `Cannot store version ${version.version} of the configuration: the newest is ${newest}`,
      );
    }
    this.entries.put('config', String(version.version).padStart(VERSION_DIGITS, '0'), version);
  }

  #ratings(account: string): AccountRow['ratings'] {
    const from = account + BETWEEN;
    const rows = this.entries.range('rating', from, account + AFTER_BETWEEN);
    return Object.fromEntries(
      rows.map(({ key, value }) => [key.slice(from.length), value as RatingValue]),
    );
  }

  #putRating({ key, mode, mu, sigma }: RatingRow): void {
    const rating: RatingValue = { mu, sigma };
    this.entries.put('rating', key + BETWEEN + mode, rating);
  }
}

interface AccountValue {
  readonly name: string;
  readonly createdMs: number;
}

interface CredentialValue {
  readonly credential: string;
}

interface RatingValue {
  readonly mu: number;
  readonly sigma: number;
}

function readProgress(db: DatabaseSync): Progress | undefined {
  const row = new RowQuery(db, PROGRESS, 'WHERE id = ?').first(1);
  if (row === undefined) return undefined;
  const [, commits, sequence, wallMs, counter] = row;
  const time = { wallMs: Number(wallMs), counter: Number(counter) };
  return { commits: Number(commits), sequence: Number(sequence), time };
}

/** A new file, or one whose progress was lost: the clock must not be behind any row. */
function salvagedProgress(db: DatabaseSync): Progress {
  const query = 'SELECT wall_ms, counter FROM entries ORDER BY wall_ms DESC, counter DESC LIMIT 1';
  const row = db.prepare(query).get();
  const time =
    row === undefined
      ? HYBRID_ORIGIN
      : { wallMs: Number(row['wall_ms']), counter: Number(row['counter']) };
  return { commits: 0, sequence: 0, time };
}
