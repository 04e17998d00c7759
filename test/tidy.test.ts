/**
 * Goal: hold the house rules marked [t] in STYLE.md over the whole tree, each with the place that breaks it.
 * Method: every file is parsed once; each rule is a function from test/support/tidy, whose own test feeds it bad
 * snippets (test/support/tidy/tidy-rules.test.ts), so that a rule that checks nothing is noticed too.
 */

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../src/shared/errors.ts';
import { sharedMemoryAllocation, timeAndRandomness } from './support/tidy/call-rules.ts';
import {
  explainedCodes,
  packageFiles,
  registryHosts,
  relativeLinks,
} from './support/tidy/document-rules.ts';
import {
  defaultExport,
  fileLength,
  filesInComments,
  headerComment,
  kebabCaseName,
  marksInComments,
} from './support/tidy/file-rules.ts';
import {
  barrelFile,
  importCycles,
  importDirection,
  relativeImportExtensions,
  sharedOpensNothing,
} from './support/tidy/import-rules.ts';
import { formatFinding, type Finding } from './support/tidy/source-file.ts';
import { documents, fileExists, readText, sourceFiles, textFiles } from './support/tidy/tree.ts';

const sources = sourceFiles();
const docs = documents();
const texts = textFiles();

describe('the tree', () => {
  it('is really read: sources of every room, documents and configuration', () => {
    const rooms = new Set(sources.map((file) => file.room));
    expect([...rooms]).toEqual(expect.arrayContaining(['shared', 'workers', 'main', 'test']));
    expect(sources.flatMap((file) => file.imports).length).toBeGreaterThan(sources.length);
    expect(texts.map((file) => file.path)).toEqual(
      expect.arrayContaining(['package.json', 'package-lock.json', '.npmrc', '.ci/run']),
    );
  });
});

describe('the tools', () => {
  it('run on the Node that package.json pins, in tests and in what tests spawn', () => {
    const manifest = JSON.parse(readText('package.json') ?? '') as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const pinned = `v${manifest.devDependencies['node'] ?? ''}`;
    expect(process.version).toBe(pinned);
    expect(execFileSync(process.execPath, ['--version'], { encoding: 'utf8' }).trim()).toBe(pinned);
  });
});

describe('imports', () => {
  it('run one way: main to cluster-bridge and shared, all others to shared', () => {
    expectNone(sources.flatMap(importDirection));
  });
  it('of src/shared open nothing', () => {
    expectNone(sources.flatMap(sharedOpensNothing));
  });
  it('form no cycle', () => {
    expectNone(importCycles(sources));
  });
  it('carry the extension of the file', () => {
    expectNone(sources.flatMap(relativeImportExtensions));
  });
  it('name the file that defines: there are no barrel files', () => {
    expectNone(sources.flatMap(barrelFile));
  });
});

describe('files', () => {
  it('have kebab-case names', () => {
    expectNone(sources.flatMap((file) => kebabCaseName(file.path)));
  });
  it('have at most 300 lines', () => {
    expectNone(sources.flatMap(fileLength));
  });
  it('say at the top what they are for and, in src, which threads run them', () => {
    expectNone(sources.flatMap(headerComment));
  });
  it('carry no mark of unfinished work', () => {
    expectNone(sources.flatMap(marksInComments));
  });
  it('send their readers to files that are there', () => {
    expectNone(sources.flatMap((file) => filesInComments(file, fileExists)));
  });
  it('export by name', () => {
    expectNone(sources.flatMap(defaultExport));
  });
});

describe('the machine', () => {
  it('is asked for time in clock.ts only, for randomness in random.ts only', () => {
    expectNone(sources.flatMap(timeAndRandomness));
  });
  it('gives shared memory to src/main only', () => {
    expectNone(sources.flatMap(sharedMemoryAllocation));
  });
});

describe('documents and packaging', () => {
  it('have links that lead somewhere', () => {
    expectNone(docs.flatMap((document) => relativeLinks(document, readText)));
  });
  it('explain every error code', () => {
    const explanations = docs.filter((document) => document.path.startsWith('docs/'));
    expectNone(explainedCodes(Object.keys(ERRORS), explanations));
  });
  it('name no package registry', () => {
    expectNone(texts.flatMap(registryHosts));
  });
  it('export only files that are there', () => {
    const manifest = texts.filter((file) => file.path === 'package.json');
    expect(manifest).toHaveLength(1);
    expectNone(manifest.flatMap((file) => packageFiles(file, fileExists)));
  });
});

function expectNone(findings: readonly Finding[]): void {
  expect(findings.map(formatFinding)).toEqual([]);
}
