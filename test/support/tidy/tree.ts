/**
 * The files of the checkout, as the house rules read them. Runs in the test process only.
 * Reads the disk and not git, so that a file breaks a rule before it is added and not after.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import type { TextFile } from './document-rules.ts';
import { parseSource, type SourceFile } from './source-file.ts';

const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** Folders that are made by tools or by a running host. */
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'data', 'coverage']);
const TEXT = /(?:\.(?:ts|js|json|jsonc|md|toml|yml|yaml|html|css|sh|service)|\/run|rc|^LICENSE)$/;
const TEXT_BYTES_MAX = 2 ** 21;

/** Paths from the root of the repository, sorted. */
export function listFiles(folder = ''): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries
    .filter((entry) => !SKIPPED.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    })
    .toSorted();
}

export function sourceFiles(): readonly SourceFile[] {
  return listFiles()
    .filter((path) => path.endsWith('.ts'))
    .map((path) => parseSource(path, readText(path) ?? ''));
}

export function textFiles(): readonly TextFile[] {
  return listFiles()
    .filter((path) => TEXT.test(path))
    .map((path) => ({ path, text: readText(path) ?? '' }));
}

export function documents(): readonly TextFile[] {
  return textFiles().filter((file) => file.path.endsWith('.md'));
}

/** The text of a file; empty for a folder; undefined where there is nothing. */
export function readText(path: string): string | undefined {
  if (!fileExists(path)) return undefined;
  const stats = statSync(join(ROOT, path));
  if (stats.isDirectory() || stats.size > TEXT_BYTES_MAX) return '';
  return readFileSync(join(ROOT, path), 'utf8');
}

export function fileExists(path: string): boolean {
  return existsSync(join(ROOT, path));
}
