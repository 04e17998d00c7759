/**
 * A TypeScript file as the house rules see it: parsed once, with its imports, comments and lines.
 * Runs in the test process only. The rules beside this file take SourceFiles and return Findings, so that a test can
 * feed them a bad snippet as easily as the whole tree.
 */

import { dirname, join, normalize } from 'node:path/posix';
import { parseSync, Visitor, type Comment, type Program, type VisitorObject } from 'oxc-parser';

/** One broken rule at one place; printed as `path:line message`. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** An import, an export-from or an import() with a literal name. */
export interface ImportEdge {
  readonly specifier: string;
  /** The imported file, from the root of the repository; undefined for packages and node: modules. */
  readonly target: string | undefined;
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean;
  readonly offset: number;
}

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly imports: readonly ImportEdge[];
  /** First folder under src, or the first folder: `shared`, `workers`, `main`, `cluster-bridge`, `test`, `bench`. */
  readonly room: string;
}

export function parseSource(path: string, text: string): SourceFile {
  const result = parseSync(path, text);
  const [error] = result.errors;
  if (error !== undefined) throw new Error(`Cannot parse "${path}": ${error.message}`);
  return {
    path,
    text,
    program: result.program,
    comments: result.comments,
    imports: importEdges(path, result.program),
    room: roomOf(path),
  };
}

/** Walks the syntax tree of `file`. */
export function visit(file: SourceFile, visitor: VisitorObject): void {
  new Visitor(visitor).visit(file.program);
}

export function findingAt(file: SourceFile, offset: number, message: string): Finding {
  return { path: file.path, line: lineOf(file.text, offset), message };
}

export function formatFinding(finding: Finding): string {
  return `${finding.path}:${finding.line} ${finding.message}`;
}

/** Line number, from 1, of the character at `offset`. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < offset;) {
    line += 1;
    index = text.indexOf('\n', index + 1);
  }
  return line;
}

function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'src' && second !== '' ? second : first;
}

function importEdges(path: string, program: Program): readonly ImportEdge[] {
  const edges: ImportEdge[] = [];
  const add = (specifier: string, typeOnly: boolean, offset: number): void => {
    const target = specifier.startsWith('.')
      ? normalize(join(dirname(path), specifier))
      : undefined;
    edges.push({ specifier, target, typeOnly, offset });
  };
  const visitor: VisitorObject = {
    ImportDeclaration(node) {
      const typeOnly =
        node.importKind === 'type' ||
        (node.specifiers.length > 0 &&
          node.specifiers.every(
            (entry) => entry.type === 'ImportSpecifier' && entry.importKind === 'type',
          ));
      add(node.source.value, typeOnly, node.start);
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) add(node.source.value, node.exportKind === 'type', node.start);
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.exportKind === 'type', node.start);
    },
    ImportExpression(node) {
      const { source } = node;
      if (source.type === 'Literal' && typeof source.value === 'string') {
        add(source.value, false, node.start);
      }
    },
    TSImportType(node) {
      add(node.source.value, true, node.start);
    },
  };
  new Visitor(visitor).visit(program);
  return edges;
}
