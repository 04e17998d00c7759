/** Reads the benches' JSON files of a folder, writes the document, and the figures that README.md quotes of it. The bench's parent process. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { messageOf } from '../../src/shared/errors.ts';
import { documentText, parseResult, type BenchFile } from './document-text.ts';
import { quotedIn } from './readme-figures.ts';

export interface DocumentOptions {
  readonly out: string;
  /** A page whose marked figures are written anew. */
  readonly readme: string | undefined;
  /** What `out` and `readme` say of runs that are not among the files stays. */
  readonly keep: boolean;
}

/** Resolves to what to tell the caller. `onRefused` ends the program. */
export function writeDocument(
  folder: string,
  { out, readme, keep }: DocumentOptions,
  onRefused: (message: string) => never,
): string {
  const names = listJson(folder, onRefused);
  const files = names.map((name): BenchFile => {
    const text = readFileSync(join(folder, name), 'utf8');
    return { name: basename(name), result: parseResult(text) };
  });
  const used = files.filter(({ result }) => typeof result !== 'string').length;
  if (used === 0) onRefused(`Cannot write "${out}": no result of a bench in "${folder}"`);
  writeFileSync(out, documentText(files, keep ? readIfThere(out) : ''));
  const said = `${out}: ${used} results of ${files.length} files`;
  if (readme === undefined) return said;
  const page = quotedIn(readFileSync(readme, 'utf8'), files, keep);
  if (page === undefined) return `${said}; ${readme}: nothing that it quotes`;
  writeFileSync(readme, page);
  return `${said}; ${readme}: its figures`;
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** In the order of their names, whatever the file system's is. */
function listJson(folder: string, onRefused: (message: string) => never): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch (error) {
    return onRefused(`Cannot read folder "${folder}": ${messageOf(error)}`);
  }
}
