/**
 * Goal: every house rule of test/tidy.test.ts has teeth. Method: each is fed a bad snippet, which it must find at the
 * right line, and a good one that looks alike, which it must let through.
 */

import { describe, expect, it } from 'vitest';
import { sharedMemoryAllocation, timeAndRandomness } from './call-rules.ts';
import { explainedCodes, packageFiles, registryHosts, relativeLinks } from './document-rules.ts';
import {
  defaultExport,
  fileLength,
  filesInComments,
  headerComment,
  kebabCaseName,
  marksInComments,
} from './file-rules.ts';
import {
  barrelFile,
  importCycles,
  importDirection,
  relativeImportExtensions,
  sharedOpensNothing,
} from './import-rules.ts';
import { parseSource, type Finding, type SourceFile } from './source-file.ts';

type Rule = (file: SourceFile) => readonly Finding[];

/** Lines at which `rule` finds something in `text`, were it the file at `path`. */
function linesOf(rule: Rule, path: string, text: string): readonly number[] {
  return rule(parseSource(path, text)).map((finding) => finding.line);
}

describe('import rules', () => {
  it.each([
    ['src/shared/a.ts', "import '../workers/b.ts';"],
    ['src/shared/deep/a.ts', "export { b } from '../../main/b.ts';"],
    ['src/shared/a.ts', "import type { B } from '../workers/b.ts';"],
    ['src/workers/gateway/a.ts', "import { b } from '../../main/b.ts';"],
    ['src/workers/a.ts', "const b = await import('../cluster-bridge/b.ts');"],
    ['src/cluster-bridge/a.ts', "import type { B } from '../main/b.ts';"],
    ['src/main/a.ts', "import { b, type B } from '../workers/b.ts';"],
    ['src/main/a.ts', "import '../workers/b.ts';"],
    ['src/main/a.ts', "import { b } from '../../test/b.ts';"],
    ['src/main/a.ts', "import { b } from '../../bench/b.ts';"],
    ['bench/a.ts', "import { b } from '../test/support/b.ts';"],
  ])('importDirection() finds in %s: %s', (path, statement) => {
    expect(linesOf(importDirection, path, `\n${statement}`)).toEqual([2]);
  });

  it.each([
    ['src/main/a.ts', "import type { B } from '../workers/b.ts';"],
    ['src/main/a.ts', "import { type B } from '../workers/b.ts';"],
    ['src/main/a.ts', "import { b } from '../cluster-bridge/b.ts';"],
    ['src/main/a.ts', "const entry = new URL('../workers/b.ts', import.meta.url);"],
    ['src/workers/a.ts', "import { b } from '../shared/b.ts';"],
    ['src/workers/a.ts', "// import { b } from '../main/b.ts';"],
    ['test/main/a.test.ts', "import { b } from '../../src/main/b.ts';"],
  ])('importDirection() allows in %s: %s', (path, statement) => {
    expect(linesOf(importDirection, path, statement)).toEqual([]);
  });

  it('sharedOpensNothing() finds sockets, files, threads and packages, not their types', () => {
    const text = [
      "import net from 'node:net';",
      "import { readFile } from 'node:fs/promises';",
      "import { Worker } from 'worker_threads';",
      "import { pino } from 'pino';",
      "import type { MessagePort } from 'node:worker_threads';",
      "import { constants } from 'node:buffer';",
    ].join('\n');
    expect(linesOf(sharedOpensNothing, 'src/shared/a.ts', text)).toEqual([1, 2, 3, 4]);
    expect(linesOf(sharedOpensNothing, 'src/workers/a.ts', text)).toEqual([]);
  });

  it('relativeImportExtensions() finds a missing .ts', () => {
    const text = "import { b } from './b';\nimport { c } from './c.ts';\nimport 'node:net';";
    expect(linesOf(relativeImportExtensions, 'src/main/a.ts', text)).toEqual([1]);
  });

  it('barrelFile() finds a file that defines nothing of its own', () => {
    expect(linesOf(barrelFile, 'src/main/a.ts', "export * from './b.ts';")).toEqual([1]);
    const renamed = "import { b } from './b.ts';\nexport { b };";
    expect(linesOf(barrelFile, 'src/main/a.ts', renamed)).toEqual([1]);
    const own = "export type { B } from './b.ts';\nexport interface A { x: 1 }";
    expect(linesOf(barrelFile, 'src/main/a.ts', own)).toEqual([]);
    expect(linesOf(barrelFile, 'src/main/a.ts', "import './b.ts';")).toEqual([]);
  });

  it('importCycles() finds each cycle once, and lets types know each other', () => {
    const files = [
      parseSource('src/main/a.ts', "import { b } from './b.ts';"),
      parseSource('src/main/b.ts', "import { c } from './c.ts';"),
      parseSource('src/main/c.ts', "import { a } from './a.ts';"),
      parseSource('src/main/types.ts', "import type { U } from './users.ts';"),
      parseSource('src/main/users.ts', "import { types } from './types.ts';"),
      parseSource('src/main/d.ts', "import { a } from './a.ts'; import { b } from './b.ts';"),
      parseSource('src/main/self.ts', "import { x } from './self.ts';"),
    ];
    expect(importCycles(files).map((finding) => finding.message)).toEqual([
      'import cycle: src/main/a.ts -> src/main/b.ts -> src/main/c.ts -> src/main/a.ts',
      'import cycle: src/main/self.ts -> src/main/self.ts',
    ]);
  });
});

describe('file rules', () => {
  it('kebabCaseName() finds other cases in files and folders', () => {
    expect(kebabCaseName('src/main/hostState.ts')).toHaveLength(1);
    expect(kebabCaseName('src/Main/host.ts')).toHaveLength(1);
    expect(kebabCaseName('src/main/host_state.ts')).toHaveLength(1);
    expect(kebabCaseName('test/main/host-state.property.test.ts')).toEqual([]);
  });

  it('fileLength() finds line 301', () => {
    expect(linesOf(fileLength, 'src/main/a.ts', '//\n'.repeat(301))).toEqual([301]);
    expect(linesOf(fileLength, 'src/main/a.ts', '//\n'.repeat(300))).toEqual([]);
  });

  it('headerComment() finds a missing header and one without its threads', () => {
    const code = 'export const a = 1;';
    expect(linesOf(headerComment, 'src/main/a.ts', code)).toEqual([1]);
    expect(linesOf(headerComment, 'src/main/a.ts', `${code}\n/** Late. Any thread. */`)).toEqual([
      1,
    ]);
    expect(linesOf(headerComment, 'src/main/a.ts', `/* Plain. Any thread. */\n${code}`)).toEqual([
      1,
    ]);
    expect(linesOf(headerComment, 'src/main/a.ts', `/** One number. */\n${code}`)).toEqual([1]);
    expect(linesOf(headerComment, 'test/a.ts', `/** One number. */\n${code}`)).toEqual([]);
    const script = `#!/usr/bin/env node\n/** Starts. Main thread. */\n${code}`;
    expect(linesOf(headerComment, 'src/main/a.ts', script)).toEqual([]);
  });

  it('marksInComments() finds marks, endless TODOs and silent lint switches', () => {
    const mark = ['FIX', 'ME'].join('');
    const rule = ['oxlint', 'disable-next-line'].join('-');
    const text = [
      `// ${mark}: later`,
      '// TODO: make it faster',
      `// ${rule} no-console`,
      '// TODO: drop this once Node 28 is the oldest',
      `// ${rule} no-console -- the command line prints`,
      `const text = '${mark}';`,
    ].join('\n');
    expect(linesOf(marksInComments, 'src/main/a.ts', text)).toEqual([1, 2, 3]);
  });

  it('filesInComments() finds a path of ours that leads nowhere, also deep in a comment', () => {
    const rule: Rule = (file) => filesInComments(file, (path) => path === 'bench/rings/rings.ts');
    const text = [
      '// Forked by bench/rings.ts.',
      '/**',
      ' * Forked by bench/rings/rings.ts,',
      ' * drawn in docs/gone.md',
      ' */',
      "import './bench/other.ts'; // node_modules/x/src/y.ts, ./test/z.ts and a/docs/w.md are not ours",
      "const text = 'src/main/gone.ts';",
    ].join('\n');
    expect(linesOf(rule, 'bench/rings/rings-worker.ts', text)).toEqual([1, 4]);
  });

  it('defaultExport() finds both spellings, and knows its exceptions', () => {
    const rule = defaultExport;
    expect(linesOf(rule, 'src/main/a.ts', '\nexport default 1;')).toEqual([2]);
    expect(linesOf(rule, 'src/main/a.ts', 'const a = 1;\nexport { a as default };')).toEqual([2]);
    expect(linesOf(rule, 'vitest.config.ts', 'export default 1;')).toEqual([]);
  });
});

describe('call rules', () => {
  it.each([
    'Date.now()',
    'new Date()',
    'performance.now()',
    'process.hrtime.bigint()',
    'setTimeout(f, 1)',
    'globalThis.setTimeout(f, 1)',
    'promisify(setTimeout)',
    'setInterval(f, 1)',
    'setImmediate(f)',
    'Math.random()',
    "await import('node:timers')",
  ])('timeAndRandomness() finds %s', (expression) => {
    expect(linesOf(timeAndRandomness, 'src/main/a.ts', `\nvoid ${expression};`)).toEqual([2]);
  });

  it('timeAndRandomness() lets the owners, comments, strings and other clocks through', () => {
    const rule = timeAndRandomness;
    expect(linesOf(rule, 'src/shared/clock.ts', 'void Date.now();')).toEqual([]);
    expect(linesOf(rule, 'src/shared/random.ts', 'void Math.random();')).toEqual([]);
    expect(linesOf(rule, 'src/shared/clock.ts', 'void Math.random();')).toEqual([1]);
    const harmless =
      "// Date.now()\nvoid 'Math.random()';\nvoid clock.nowMs();\nsocket.setTimeout(5);";
    expect(linesOf(rule, 'src/main/a.ts', harmless)).toEqual([]);
  });

  it('sharedMemoryAllocation() finds it outside src/main', () => {
    const text = '\nvoid new SharedArrayBuffer(8);';
    expect(linesOf(sharedMemoryAllocation, 'src/workers/a.ts', text)).toEqual([2]);
    expect(linesOf(sharedMemoryAllocation, 'src/main/a.ts', text)).toEqual([]);
    expect(linesOf(sharedMemoryAllocation, 'test/a.ts', text)).toEqual([]);
  });
});

describe('document rules', () => {
  const read = (path: string): string | undefined =>
    path === 'docs/there.md' ? '# A heading: here\n' : undefined;

  it('relativeLinks() finds links to nowhere and to missing headings', () => {
    const text = [
      '[a](there.md) [b](there.md#a-heading-here) [web](https://example.org/x) [top](#title)',
      '# Title',
      '[c](gone.md)',
      '[d](there.md#no-such)',
      '`[code](gone.md)`',
    ].join('\n');
    const lines = relativeLinks({ path: 'docs/page.md', text }, read).map((found) => found.line);
    expect(lines).toEqual([3, 4]);
  });

  it('explainedCodes() finds a code that no document names', () => {
    const pages = [{ path: 'docs/errors.md', text: '## `listen`\nbad-port in prose' }];
    const found = explainedCodes(['listen', 'bad-port'], pages);
    expect(found.map((finding) => finding.message)).toEqual([
      'code without an explanation in docs: bad-port',
    ]);
  });

  it('registryHosts() finds a registry and a download address', () => {
    const host = ['registry', 'npmjs', 'org'].join('.');
    const dash = '-';
    const text = `{\n"a": "https://${host}/x"\n"b": "http://10.0.0.1/x/${dash}/x-1.0.0.tgz"\n}`;
    const lines = registryHosts({ path: 'package-lock.json', text }).map((found) => found.line);
    expect(lines).toEqual([2, 3]);
    expect(registryHosts({ path: 'a.md', text: 'https://github.com/x/y' })).toEqual([]);
  });

  it('packageFiles() finds an export of nothing, however deep', () => {
    const text = '{\n"bin": { "x": "gone.ts" },\n"exports": { ".": { "import": "./lost.ts" } }\n}';
    const found = packageFiles({ path: 'package.json', text }, (path) => path === 'there.ts');
    expect(found.map((finding) => finding.line)).toEqual([2, 3]);
  });
});
