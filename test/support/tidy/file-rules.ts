/**
 * The rules about files as such (STYLE.md 6-9, 18, 33): names, sizes, headers, what comments may hold.
 * Runs in the test process only.
 */

import { basename } from 'node:path/posix';
import { findingAt, lineOf, visit, type Finding, type SourceFile } from './source-file.ts';

export const FILE_LINES_MAX = 300;

const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const MARKS_THAT_NEVER_LAND = /\b(?:FIXME|XXX|HACK)\b/;
const TODO_WITH_END = /\bTODO\b.*\b(?:once|when|until|after|if)\b/s;
const THREADS = /\b(?:threads?|workers?|gateways?|main|process)\b/i;
/** A file of ours by its path from the root of the repository. */
const FILE_OF_OURS =
  /(?<![\w./-])(?:src|bench|test|docs|deploy|examples)\/[\w./-]+\.(?:ts|js|md)\b/g;
const LINT_DISABLE = /^\s*(?:oxlint|eslint)-disable/;

/** Files whose reader wants a default export: tools' configuration, the Piscina task, handlers named in a file. */
const DEFAULT_EXPORTS =
  /^(?:[a-z.-]+\.config\.ts|src\/workers\/match\/match-worker\.ts|(?:test\/fixtures|test\/support\/handlers|examples)\/.*)$/;

export function kebabCaseName(path: string): readonly Finding[] {
  const folders = path.split('/').slice(0, -1);
  const broken = [...folders, basename(path)].find((part) => !KEBAB_CASE.test(part));
  return broken === undefined
    ? []
    : [{ path, line: 1, message: `name is not in kebab-case: "${broken}"` }];
}

export function fileLength(file: SourceFile): readonly Finding[] {
  const count = lineOf(file.text, file.text.trimEnd().length);
  if (count <= FILE_LINES_MAX) return [];
  return [{ path: file.path, line: count, message: `${count} lines, at most ${FILE_LINES_MAX}` }];
}

/** The first thing in a file is a comment that says what it is for; in src it also names its threads. */
export function headerComment(file: SourceFile): readonly Finding[] {
  const start = file.text.startsWith('#!') ? file.text.indexOf('\n') + 1 : 0;
  const header = file.comments.find(
    (comment) => comment.type === 'Block' && file.text.slice(start, comment.start).trim() === '',
  );
  if (header === undefined || !header.value.startsWith('*')) {
    return [findingAt(file, start, 'no header comment: what is the file for')];
  }
  if (file.path.startsWith('src/') && !THREADS.test(header.value)) {
    return [findingAt(file, start, 'the header does not say which threads run the file')];
  }
  return [];
}

export function marksInComments(file: SourceFile): readonly Finding[] {
  return file.comments.flatMap((comment) => {
    const mark = MARKS_THAT_NEVER_LAND.exec(comment.value);
    if (mark !== null) return [findingAt(file, comment.start, `${mark[0]} never lands`)];
    if (/\bTODO\b/.test(comment.value) && !TODO_WITH_END.test(comment.value)) {
      return [
        findingAt(file, comment.start, 'a TODO says what would have to be true to remove it'),
      ];
    }
    if (LINT_DISABLE.test(comment.value) && !comment.value.includes(' -- ')) {
      return [findingAt(file, comment.start, 'a lint rule is disabled without " -- why"')];
    }
    return [];
  });
}

/** A comment that sends its reader to a file of ours names one that is there. */
export function filesInComments(
  file: SourceFile,
  exists: (path: string) => boolean,
): readonly Finding[] {
  return file.comments.flatMap((comment) =>
    [...comment.value.matchAll(FILE_OF_OURS)]
      .filter(([path]) => !exists(path))
      .map(({ 0: path, index }) =>
        findingAt(
          file,
          comment.start + 2 + index,
          `a comment names a file that is not there: ${path}`,
        ),
      ),
  );
}

export function defaultExport(file: SourceFile): readonly Finding[] {
  if (DEFAULT_EXPORTS.test(file.path)) return [];
  const findings: Finding[] = [];
  visit(file, {
    ExportDefaultDeclaration(node) {
      findings.push(findingAt(file, node.start, 'a default export'));
    },
    ExportSpecifier(node) {
      const { exported } = node;
      if (exported.type === 'Identifier' && exported.name === 'default') {
        findings.push(findingAt(file, node.start, 'a default export'));
      }
    },
  });
  return findings;
}
