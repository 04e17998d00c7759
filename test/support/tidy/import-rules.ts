/**
 * The rules about who may import whom (STYLE.md 1-5). Runs in the test process only.
 *
 *   main -> cluster-bridge, shared     cluster-bridge -> shared     workers -> shared     shared -> nothing of ours
 *   main -> workers: types only        bench -> src     examples -> shared     test -> src, bench, examples
 */

import { extname } from 'node:path/posix';
import { findingAt, type Finding, type ImportEdge, type SourceFile } from './source-file.ts';

const ROOMS: Readonly<Record<string, readonly string[]>> = {
  shared: ['shared'],
  workers: ['workers', 'shared'],
  'cluster-bridge': ['cluster-bridge', 'shared'],
  main: ['main', 'cluster-bridge', 'shared'],
  bench: ['bench', 'main', 'workers', 'cluster-bridge', 'shared'],
  // An example is what a game developer writes: it sees what the package exports.
  examples: ['examples', 'shared'],
  test: ['test', 'bench', 'examples', 'main', 'workers', 'cluster-bridge', 'shared'],
};

/** Rooms of which another room may import the types, and nothing that lives at run time. */
const TYPE_ONLY_ROOMS: Readonly<Record<string, readonly string[]>> = { main: ['workers'] };

/** Modules that reach outside the process or the thread. */
const OPENING_MODULES =
  /^(?:node:)?(?:child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|readline|repl|sqlite|tls|tty|vm|worker_threads)(?:\/.*)?$/;

/** Packages that src/shared may import, by file: comlink works over a port that it is given. */
const SHARED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'src/shared/thread-call.ts': ['comlink', 'comlink/dist/umd/node-adapter.js'],
};

const SOURCE_EXTENSIONS = new Set(['.ts', '.js', '.mjs', '.json']);

export function importDirection(file: SourceFile): readonly Finding[] {
  const allowed = ROOMS[file.room];
  if (allowed === undefined) return [];
  const typesAllowed = TYPE_ONLY_ROOMS[file.room] ?? [];
  return file.imports.flatMap((edge) => {
    const room = targetRoom(edge);
    if (room === undefined || allowed.includes(room)) return [];
    if (edge.typeOnly && typesAllowed.includes(room)) return [];
    return [findingAt(file, edge.offset, `${file.room} imports from ${room}: ${edge.specifier}`)];
  });
}

/** src/shared imports itself and node: modules that open nothing; types of others cost nothing. */
export function sharedOpensNothing(file: SourceFile): readonly Finding[] {
  if (file.room !== 'shared') return [];
  const packages = SHARED_PACKAGES[file.path] ?? [];
  return file.imports.flatMap((edge) => {
    if (edge.target !== undefined || packages.includes(edge.specifier)) return [];
    const harmless = edge.specifier.startsWith('node:') && !OPENING_MODULES.test(edge.specifier);
    if (harmless || (edge.typeOnly && OPENING_MODULES.test(edge.specifier))) return [];
    return [findingAt(file, edge.offset, `shared imports ${edge.specifier}`)];
  });
}

export function relativeImportExtensions(file: SourceFile): readonly Finding[] {
  return file.imports
    .filter((edge) => edge.target !== undefined && !SOURCE_EXTENSIONS.has(extname(edge.specifier)))
    .map((edge) => findingAt(file, edge.offset, `import without its extension: ${edge.specifier}`));
}

/** A file that only passes on what others define. Types may be passed on beside definitions of its own. */
export function barrelFile(file: SourceFile): readonly Finding[] {
  let passedOn = 0;
  for (const statement of file.program.body) {
    if (statement.type === 'ImportDeclaration') continue;
    const passesOn =
      statement.type === 'ExportAllDeclaration' ||
      (statement.type === 'ExportNamedDeclaration' && statement.declaration === null);
    if (!passesOn) return [];
    passedOn += 1;
  }
  return passedOn === 0 ? [] : [findingAt(file, 0, 'a barrel file: import the file that defines')];
}

/**
 * Each cycle of what is left at run time once, at the file of the cycle that comes first by name. Two files may know
 * each other's types: a connection and its gateway do.
 */
export function importCycles(files: readonly SourceFile[]): readonly Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const trail: string[] = [];
  const findings = new Map<string, Finding>();
  const walk = (path: string): void => {
    const file = byPath.get(path);
    if (file === undefined || done.has(path)) return;
    const at = trail.indexOf(path);
    if (at !== -1) {
      const cycle = rotateToFirst(trail.slice(at));
      const text = `import cycle: ${[...cycle, cycle[0]].join(' -> ')}`;
      findings.set(text, { path: cycle[0] ?? path, line: 1, message: text });
      return;
    }
    trail.push(path);
    for (const edge of file.imports) {
      if (edge.target !== undefined && !edge.typeOnly) walk(edge.target);
    }
    trail.pop();
    done.add(path);
  };
  for (const file of files) walk(file.path);
  return [...findings.values()];
}

function rotateToFirst(cycle: readonly string[]): readonly string[] {
  const [first = ''] = cycle.toSorted();
  const start = cycle.indexOf(first);
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}

function targetRoom(edge: ImportEdge): string | undefined {
  if (edge.target === undefined) return undefined;
  const [first = '', second = ''] = edge.target.split('/');
  if (first === 'src') return second;
  return first;
}
