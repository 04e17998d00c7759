/**
 * Opens the store's file, and puts a fresh one in the place of a damaged one. The store's thread.
 *
 *   longhouse.db             the file; -wal and -shm beside it are SQLite's
 *   longhouse.db.salvage     what is being saved of a damaged file; left over: of no use, removed
 *   longhouse.db.salvaged    complete, about to take the file's place; left over: takes it now
 *   longhouse.db.damaged-T   set aside, with its own -wal and -shm; the newest DAMAGED_MAX are kept
 *   longhouse.high-water     high-water-file.ts
 *
 * A process may be killed between any two of these steps: the order of renames is such that the next start goes on.
 */

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../shared/clock.ts';
import { checkShape } from './file-check.ts';
import { Damage } from './row-checksum.ts';
import { salvage, type Salvage } from './salvage.ts';
import { migrate, MIGRATIONS, schemaText, schemaVersion } from './store-schema.ts';

const DAMAGED_MAX = 4;
const BUSY_MS = 2_000;
const LOG_BYTES_MAX = 64 * 2 ** 20;
/** Where a SQLite file says how it is journaled, and what it says for "without a log beside it". */
const JOURNAL_BYTE = 18;
const WITHOUT_LOG = 1;
/** There will not be so many: a file that says so is damaged. */
const VERSION_MAX = 10_000;
export const IN_MEMORY = ':memory:';

/** The file was written by a newer version of this program: it is left alone. */
export class NewerFile extends Error {
  override readonly name = 'NewerFile';
}

/** Opens the file, makes it where there is none. Throws Damage, NewerFile, or what SQLite and the file system throw. */
export function openStoreFile(file: string, clock: Clock): DatabaseSync {
  if (file === IN_MEMORY) return opened(file);
  mkdirSync(path.dirname(file), { recursive: true });
  finishReplacement(file, clock);
  if (existsSync(file)) refuseNewer(file);
  // Its own rights before SQLite makes it: there are credentials in it. The log and its index get the same.
  else closeSync(openSync(file, 'a', 0o600));
  return opened(file);
}

/** Sets the damaged file aside, with what could be saved of it in its place. Gives the name that it has now. */
export function replaceDamaged(
  file: string,
  clock: Clock,
): Salvage & { readonly setAside: string } {
  removeFiles(`${file}.salvage`);
  const saved = salvage(file, `${file}.salvage`);
  renameSync(`${file}.salvage`, `${file}.salvaged`);
  const setAside = setFileAside(file, clock);
  renameSync(`${file}.salvaged`, file);
  return { ...saved, setAside };
}

function opened(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec(`PRAGMA journal_size_limit = ${LOG_BYTES_MAX}`);
    db.exec('PRAGMA synchronous = FULL');
    checkShape(db);
    migrateOwn(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrateOwn(db: DatabaseSync): void {
  if (!isKnown(schemaVersion(db), schemaText(db))) throw new Damage('its version is lost');
  migrate(db);
  const fresh = new DatabaseSync(IN_MEMORY);
  migrate(fresh);
  const isOurs = schemaText(db) === schemaText(fresh);
  fresh.close();
  if (!isOurs) throw new Damage('its tables are not what was made');
}

function isKnown(version: number, schema: string): boolean {
  return version === 0 ? schema === '' : version <= MIGRATIONS.length;
}

/** Reads the version without a byte of the file or its log being written. Throws NewerFile. */
function refuseNewer(file: string): void {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const version = schemaVersion(db);
    if (version <= MIGRATIONS.length || version > VERSION_MAX) return;
    throw new NewerFile(
      `"${file}" has version ${version}, this program knows ${MIGRATIONS.length}: it was written by a newer one`,
    );
  } finally {
    db.close();
  }
}

function finishReplacement(file: string, clock: Clock): void {
  removeFiles(`${file}.salvage`);
  if (existsSync(`${file}.salvaged`)) {
    setFileAside(file, clock);
    renameSync(`${file}.salvaged`, file);
  } else if (existsSync(`${file}-wal`) && !hasLog(file)) {
    // The log of another file: a backup was put in this one's place, or the file was removed.
    setFileAside(file, clock, ['-wal', '-shm']);
  }
}

/** True where the file's log belongs to it: a backup, which is to be restored by a plain copy, says that it has none. */
function hasLog(file: string): boolean {
  if (!existsSync(file)) return false;
  const descriptor = openSync(file, 'r');
  try {
    const byte = Buffer.alloc(1);
    const bytesRead = readSync(descriptor, byte, 0, 1, JOURNAL_BYTE);
    // An empty file with a log: SQLite itself removes such a log.
    return bytesRead === 0 || byte[0] !== WITHOUT_LOG;
  } finally {
    closeSync(descriptor);
  }
}

/** The log goes first: the file without it is only older, another file beside it would be destroyed by it. */
function setFileAside(
  file: string,
  clock: Clock,
  suffixes: readonly string[] = ['-wal', '-shm', ''],
): string {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.damaged-`;
  const stamp = new Date(clock.wallMs()).toISOString().replaceAll(/[:.]/g, '-');
  const target = `${file}.damaged-${stamp}`;
  for (const suffix of suffixes) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  const stamps = new Set(names.map((name) => name.replace(/-(?:wal|shm)$/, '')));
  for (const old of [...stamps].sort().slice(0, -DAMAGED_MAX)) removeFiles(path.join(folder, old));
  return target;
}

function removeFiles(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}
