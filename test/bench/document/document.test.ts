/**
 * Goal: docs/benchmarks.md says what the benches wrote, where and how it was measured, and what is missing; always the same text.
 * Method: small results as the benches write them, one of each kind; links compared with docs/load-testing.md.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { BENCH_SPECS } from '../../../bench/document/bench-specs.ts';
import { documentText, parseResult } from '../../../bench/document/document-text.ts';
import { valueAt } from '../../../bench/document/markdown.ts';
import { quotedIn } from '../../../bench/document/readme-figures.ts';
import { writeDocument } from '../../../bench/document/write-document.ts';

const ORIGIN = {
  machine: { cpu: 'A processor', cores: 2, memoryGib: 8, system: 'Linux 6' },
  node: 'v26.10.0',
  commit: 'abc1234',
  command: 'npm run bench -- relay --runs 5',
  date: '2026-11-22',
};
const RELAY = {
  name: 'relay',
  ...ORIGIN,
  results: {
    players: 1600,
    rateHz: 10,
    cpuMicrosPerMessage: { host: 12.345, bare: null },
    ratio: null,
    delivered: 240_000,
    expected: 240_000,
    closed: 0,
  },
};
const FLOODS = {
  name: 'floods',
  ...ORIGIN,
  results: { rows: [{ name: 'one | address', ageMs: { p50: 4, p99: 9 } }], verdict: {} },
};
const GROWTH = {
  name: 'growth',
  ...ORIGIN,
  results: {
    sections: {
      tickets: {
        size: 'tickets of a mode',
        rows: [
          { size: 1_000, figures: { 'ms/pass': 2 } },
          { size: 10_000, figures: { 'ms/pass': 20 } },
        ],
        skipped: [{ size: 100_000, why: 'it ended' }],
        fits: { 'ms/pass': { exponent: 1, factor: 0.002, explained: 1, error: 0.02, spread: 9 } },
      },
    },
  },
};

function textOf(...results: readonly object[]): string {
  return documentText(
    results.map((result, index) => ({
      name: `${index}.json`,
      result: parseResult(JSON.stringify(result)),
    })),
  );
}

describe('documentText()', () => {
  it('writes figures with units, beside machine, Node, commit, command and date', () => {
    const text = textOf(RELAY);
    expect(text).toContain('| CPU a state, host | 12.345 us | of all threads, input included |');
    expect(text).toContain('| delivered | 240,000 states |');
    expect(text).toContain('| closed | 0 |');
    expect(text).toContain('`npm run bench -- relay --runs 5` on 2026-11-22');
    expect(text).toContain('A processor, 2 cores, 8 GiB, Linux 6; Node v26.10.0; commit abc1234');
  });

  it('says which figures a run has not measured, and which benches have not run', () => {
    const text = textOf(RELAY);
    expect(text).toMatch(/Not measured in this run: CPU a state, bare relay, ratio, input/);
    const [, missing = ''] = text.split('## What is missing');
    expect(missing).toContain('[`hop`](load-testing.md#hop)');
    expect(missing).not.toContain('`relay`');
    expect(missing.match(/^- /gm)).toHaveLength(BENCH_SPECS.length - 1);
  });

  it('keeps several results of one bench apart, each with its command', () => {
    const other = { ...RELAY, command: 'npm run bench -- relay --players 18000' };
    const text = textOf(RELAY, other);
    expect(text.match(/^## `relay`/gm)).toHaveLength(1);
    expect(text.match(/^\| CPU a state, host/gm)).toHaveLength(2);
    expect(text).toContain('--players 18000');
  });

  it('makes rows of lists, and of the sections of growth with their exponents', () => {
    const text = textOf(FLOODS, GROWTH);
    expect(text).toContain(String.raw`| one \| address | 4 | 9 | - |`);
    expect(text).toContain('| tickets | ms/pass |');
    expect(text).toContain('| 10,000 | 20 |');
    expect(text).toContain('| **exponent** | **1.00 ± 0.02** |');
    expect(text).toContain('Left out: 100,000: it ended');
  });

  it('says where a result came from as far as an older file knows', () => {
    const { name, results } = RELAY;
    expect(textOf({ name, results })).toContain('Command unknown on unknown: unknown');
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is not the result of a bench'],
    ['{"name":"relay"}', 'it is not the result of a bench'],
    ['{"name":"other","results":{}}', 'no bench is called "other"'],
  ])('leaves out %s and says why', (content, why) => {
    expect(parseResult(content)).toBe(why);
    const text = documentText([{ name: 'x.json', result: parseResult(content) }]);
    expect(text).toContain(`- \`x.json\` was left out: ${why}.`);
  });
});

describe('writeDocument()', () => {
  const refused = (message: string): never => {
    throw new Error(message);
  };

  it('writes the same document out of the same folder, whatever order its files were written in', () => {
    const folders = [
      [RELAY, FLOODS, GROWTH],
      [GROWTH, FLOODS, RELAY],
    ].map((results) => {
      const folder = mkdtempSync(join(tmpdir(), 'longhouse-document-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      for (const result of results) {
        writeFileSync(join(folder, `${result.name}.json`), JSON.stringify(result));
      }
      return folder;
    });
    const texts = folders.map((folder) => {
      const out = join(folder, 'benchmarks.md');
      expect(writeDocument(folder, { out, readme: undefined, keep: false }, refused)).toBe(
        `${out}: 3 results of 3 files`,
      );
      return readFileSync(out, 'utf8');
    });
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toBe(textOf(RELAY, FLOODS, GROWTH).replaceAll(/`\d\.json`/g, nameOf));
  });

  it('keeps what was written of other runs when asked to, and replaces those of the same command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'longhouse-document-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const out = join(folder, 'benchmarks.md');
    const other = { ...RELAY, command: 'npm run bench -- relay --players 18000' };
    writeFileSync(out, textOf(RELAY, other, GROWTH));
    const again = { ...RELAY, date: '2026-12-01', results: { ...RELAY.results, delivered: 7 } };
    writeFileSync(join(folder, 'a.json'), JSON.stringify(again));
    writeFileSync(join(folder, 'b.json'), JSON.stringify(FLOODS));
    writeDocument(folder, { out, readme: undefined, keep: true }, refused);
    const text = readFileSync(out, 'utf8');
    const order = ['delivered | 7 states', '--players 18000', '## `growth`', '## `floods`'];
    expect(order.map((part) => text.indexOf(part))).toEqual(
      order.map((part) => text.indexOf(part)).toSorted((one, two) => one - two),
    );
    for (const part of order) expect(text.split(part)).toHaveLength(2);
    expect(text.match(/delivered \| 240,000 states/g)).toHaveLength(1);
    expect(text).not.toContain('- [`growth`]');
    // Nothing is lost or added by doing it again.
    writeDocument(folder, { out, readme: undefined, keep: true }, refused);
    expect(readFileSync(out, 'utf8')).toBe(text);
  });

  it('refuses a folder without any result, and writes nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'longhouse-document-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'x.json'), '{}');
    const out = join(folder, 'benchmarks.md');
    expect(() => writeDocument(folder, { out, readme: undefined, keep: false }, refused)).toThrow(
      'no result of a bench',
    );
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});

describe('quotedIn()', () => {
  const page = `# A page
<!-- figures: written by "npm run bench -- document" -->
what was here before
<!-- /figures -->
and goes on
`;
  const command = 'npm run bench -- hop --runs 3';
  const hop = {
    name: 'hop',
    command,
    results: { addedMs: { p50: 0.24, p99: 0.968 }, cpuRatio: 1.46 },
  };
  const relay = (players: number): object => ({
    name: 'relay',
    command: `npm run bench -- relay --players ${players}`,
    results: { players, rateHz: 10, ratio: 1.1 },
  });
  const quoted = (...results: readonly object[]): string | undefined =>
    quotedIn(
      page,
      results.map((result) => ({ name: 'x.json', result: parseResult(JSON.stringify(result)) })),
    );

  it('writes what was measured between the marks, each with its command, and leaves the rest', () => {
    const text = quoted(relay(4_800), hop, relay(1_600)) ?? '';
    expect(text).toMatch(/^# A page\n<!-- figures[^\n]+-->\n\n\| what \| measured \| command \|/);
    expect(text).toMatch(/\n\n<!-- \/figures -->\nand goes on\n$/);
    expect(text).toContain(`| p50 0.24 ms, p99 0.968 ms; 1.46 times | \`${command}\` |`);
    expect(text).toContain('| 1.1 times | `npm run bench -- relay --players 1600` |');
    expect(text).not.toContain('before');
    expect(text).not.toContain('4800');
    expect(quoted(relay(1_600))).not.toContain('hop');
  });

  it('keeps the rows of what was not measured again, when asked to', () => {
    const files = [{ name: 'x.json', result: parseResult(JSON.stringify(relay(1_600))) }];
    const text = quotedIn(quoted(relay(1_600), hop) ?? '', files, true);
    expect(text).toBe(quoted(relay(1_600), hop));
  });

  it('leaves a page alone that has no marks, or of which nothing was measured', () => {
    expect(quoted(relay(4_800))).toBeUndefined();
    const { results, ...rest } = hop;
    expect(quoted({ ...rest, results: { ...results, cpuRatio: null } })).toBeUndefined();
    expect(
      quotedIn('# none', [{ name: 'x.json', result: parseResult(JSON.stringify(hop)) }]),
    ).toBeUndefined();
  });
});

describe('benches.toml', () => {
  it('says name, path and meaning of each figure, and heading and path of each column', () => {
    const figures = BENCH_SPECS.flatMap((spec) => spec.figures);
    const columns = BENCH_SPECS.flatMap((spec) => spec.tables).flatMap((table) => table.columns);
    expect(figures.length).toBeGreaterThan(60);
    expect(columns.length).toBeGreaterThan(40);
    for (const { name, path, meaning } of figures) expect([name, path, meaning]).not.toContain('');
    for (const column of columns) expect(column).not.toContain('');
  });
});

describe('what stands in the document', () => {
  it('is explained in docs/load-testing.md, under the name of each bench', () => {
    const guide = readFileSync(new URL('../../../docs/load-testing.md', import.meta.url), 'utf8');
    const headings = new Set(Array.from(guide.matchAll(/^## `(.+)`$/gm), ([, name]) => name));
    expect(BENCH_SPECS.map(({ name }) => name).filter((name) => !headings.has(name))).toEqual([]);
  });

  it('is found by paths through objects and lists', () => {
    const value = { rows: [{ values: [1, 2] }] };
    expect(valueAt(value, 'rows/0/values/1')).toBe(2);
    expect(valueAt(value, 'rows/1/values/1')).toBeUndefined();
    expect(valueAt(value, 'rows/values')).toBeUndefined();
  });
});

function nameOf(file: string): string {
  return file.replace('0', 'relay').replace('1', 'floods').replace('2', 'growth');
}
