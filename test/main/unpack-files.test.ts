/**
 * Goal: the code that a binary unpacks is what it carries, whoever was there before, and many processes may unpack at
 * once. Method: real folders, real processes.
 */

import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { unpackFiles, type PackedFiles } from '../../src/main/unpack-files.ts';

const PACKED: PackedFiles = {
  hash: 'a'.repeat(64),
  files: new Map([
    ['one.mjs', 'export const one = 1;\n'],
    ['two.mjs', 'export const two = 2;\n'],
  ]),
};
const OTHER_BUILD: PackedFiles = { hash: 'b'.repeat(64), files: new Map([['one.mjs', 'other\n']]) };
const PROCESSES = 8;

let parent: string;
let tampered: string[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'longhouse-unpack-'));
  tampered = [];
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

describe('unpackFiles()', () => {
  it('makes a folder that only its user can open, and uses it again', () => {
    const folder = unpack();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of PACKED.files.keys()) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(unpack()).toBe(folder);
    expectWhole(folder);
    expect(readdirSync(parent)).toHaveLength(1);
    expect(tampered).toEqual([]);
  });

  it('keeps two builds apart', () => {
    const folder = unpack();
    const other = unpack(OTHER_BUILD);
    expect(other).not.toBe(folder);
    expect(readFileSync(join(other, 'one.mjs'), 'utf8')).toBe('other\n');
    expectWhole(folder);
  });

  it('writes a changed file anew, and says so', () => {
    const folder = unpack();
    writeFileSync(join(folder, 'one.mjs'), 'export const one = evil();\n');
    expect(unpack()).toBe(folder);
    expectWhole(folder);
    expect(tampered).toEqual([expect.stringMatching(/one\.mjs" was changed/)]);
  });

  it('replaces a link, and leaves alone what it led to', () => {
    const folder = unpack();
    const target = join(parent, 'target');
    writeFileSync(target, PACKED.files.get('two.mjs') ?? '');
    rmSync(join(folder, 'two.mjs'));
    symlinkSync(target, join(folder, 'two.mjs'));
    unpack();
    writeFileSync(target, 'changed through the link\n');
    expectWhole(folder);
    expect(tampered).toHaveLength(1);
  });

  it('writes again what a cleaner of the folder has taken, without alarm', () => {
    const folder = unpack();
    rmSync(join(folder, 'two.mjs'));
    unpack();
    expectWhole(folder);
    expect(tampered).toEqual([]);
  });

  it.each([
    ['a folder that others can open', (path: string) => mkdirSync(path, { mode: 0o755 })],
    ['a file', (path: string) => writeFileSync(path, '')],
    ['a link', (path: string) => symlinkSync(tmpdir(), path)],
  ])('uses a folder of its own where %s has the name, and says so', (_what, occupy) => {
    const folder = unpack();
    rmSync(folder, { recursive: true });
    occupy(folder);
    const own = unpack();
    expect(own).not.toBe(folder);
    expectWhole(own);
    expect(tampered).toEqual([expect.stringContaining('belongs to someone else')]);
  });

  it('says where it cannot write', () => {
    const closed = join(parent, 'none', 'there');
    expect(() => unpackFiles(PACKED, { parent: closed, onTampered: () => {} })).toThrow(
      expect.objectContaining({
        code: 'unpack',
        message: expect.stringMatching(
          /^Cannot unpack the program's threads to ".*there": ENOENT/,
        ) as unknown,
      }),
    );
  });

  it(`leaves one whole folder when ${PROCESSES} processes unpack at once`, async () => {
    chmodSync(parent, 0o700);
    const module = new URL('../../src/main/unpack-files.ts', import.meta.url).href;
    const source = `
      const { unpackFiles } = await import('${module}');
      const files = new Map(${JSON.stringify([...PACKED.files])});
      const packed = { hash: '${PACKED.hash}', files };
      const startMs = Number(process.argv[1]);
      while (Date.now() < startMs);
      const onTampered = (finding) => console.log(finding);
      console.log(unpackFiles(packed, { parent: ${JSON.stringify(parent)}, onTampered }));
    `;
    // A gate in time: all have started Node by then.
    const startMs = String(systemClock.wallMs() + 1_500);
    const runs = Array.from({ length: PROCESSES }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', source, startMs]),
    );
    const outputs = (await Promise.all(runs)).map(({ stdout }) => stdout.trim());
    expect(new Set(outputs).size).toBe(1);
    expect(readdirSync(parent)).toHaveLength(1);
    expectWhole(outputs[0] ?? '');
  });
});

function unpack(packed = PACKED): string {
  return unpackFiles(packed, { parent, onTampered: (finding) => tampered.push(finding) });
}

function expectWhole(folder: string): void {
  for (const [name, text] of PACKED.files) {
    expect(readFileSync(join(folder, name), 'utf8'), name).toBe(text);
  }
}
