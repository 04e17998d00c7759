/**
 * Puts files that a program carries inside itself into a folder that nobody else can write to. Main thread, at start.
 *
 *   folder = PARENT/longhouse-UID-HASH     mode 0700; the same for all processes of one user and one build
 *
 *   none there         written beside it, then renamed: another process sees all of it or nothing
 *   ours, and private  every file is compared; what is missing or differs is written beside it and renamed over it
 *   anything else      somebody else made it: it is left alone, and a fresh folder is used until this process ends
 */

import { randomBytes } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HostError, messageOf } from '../shared/errors.ts';

/** Files and the hash of them all. */
export interface PackedFiles {
  readonly hash: string;
  /** Text by name; a name has no slash. */
  readonly files: ReadonlyMap<string, string>;
}

export interface UnpackOptions {
  /** Where the folder is made, such as /tmp. */
  readonly parent: string;
  /** Something there was not as this program had left it. */
  readonly onTampered: (finding: string) => void;
}

const HASH_LETTERS = 16;
const PRIVATE_FILE_MODE = 0o600;
const OTHERS_MODE = 0o077;

/** The folder with all files in it, as they were packed. Throws `unpack` where it cannot write there. */
export function unpackFiles(packed: PackedFiles, options: UnpackOptions): string {
  try {
    return folderWith(packed, options);
  } catch (cause) {
    const found = messageOf(cause);
    const detail = `Cannot unpack the program's threads to "${options.parent}": ${found}`;
    throw new HostError('unpack', detail, { cause });
  }
}

function folderWith(packed: PackedFiles, options: UnpackOptions): string {
  const name = `longhouse-${userId()}-${packed.hash.slice(0, HASH_LETTERS)}`;
  const folder = path.join(options.parent, name);
  if (tryCreate(folder, packed)) return folder;
  if (isPrivateFolder(folder)) {
    mendFiles(folder, packed, options.onTampered);
    return folder;
  }
  const fresh = writeFresh(folder, packed);
  process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));
  options.onTampered(`"${folder}" belongs to someone else or is open to others; using "${fresh}"`);
  return fresh;
}

/** Writes anew what is missing or has changed. */
export function mendFiles(
  folder: string,
  { files }: PackedFiles,
  onTampered: UnpackOptions['onTampered'],
): void {
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    const found = readPlainFile(file);
    if (found === text) continue;
    const beside = `${file}.${randomBytes(6).toString('hex')}`;
    writeNew(beside, text);
    renameSync(beside, file);
    // A missing file is the work of something that cleans /tmp: no reason to worry anyone.
    if (found !== undefined) onTampered(`"${file}" was changed; it is written anew`);
  }
}

/** False where there is something of that name already, or a process of the same build was faster. */
function tryCreate(folder: string, packed: PackedFiles): boolean {
  if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) return false;
  const fresh = writeFresh(folder, packed);
  try {
    renameSync(fresh, folder);
    return true;
  } catch {
    rmSync(fresh, { recursive: true, force: true });
    return false;
  }
}

/** A folder beside `folder`; mkdtemp() gives it mode 0700 and a name that nobody can foresee. */
function writeFresh(folder: string, { files }: PackedFiles): string {
  const fresh = mkdtempSync(`${folder}.`);
  for (const [name, text] of files) writeNew(path.join(fresh, name), text);
  return fresh;
}

function writeNew(file: string, text: string): void {
  writeFileSync(file, text, { mode: PRIVATE_FILE_MODE, flag: 'wx' });
}

function isPrivateFolder(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isDirectory()) return false;
  return stats.uid === userId() && (stats.mode & OTHERS_MODE) === 0;
}

/** Undefined where there is none; empty for what is not a plain file, such as a link to one. */
function readPlainFile(file: string): string | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stats.isFile() ? readFileSync(file, 'utf8') : '';
}

function userId(): number {
  return process.getuid?.() ?? 0;
}
