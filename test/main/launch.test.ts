/**
 * Goal: `npx longhouse` runs whatever Node the machine has, or says which one it needs. Method: launch.js as a process, on a
 * Node that is told to call itself 20; and as a copy that has no pinned Node near it.
 */

import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const LAUNCH = fileURLToPath(new URL('../../src/main/launch.js', import.meta.url));
const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });",
)}`;

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string | undefined;

afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

describe('launch.js', () => {
  it('is what package.json names', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { readonly bin: { readonly longhouse: string } };
    expect(manifest.bin.longhouse).toBe('src/main/launch.js');
  });

  it.each([
    ['a Node that is new enough', []],
    ['an old Node, through the pinned one', ['--import', OLD_NODE]],
  ])('runs the program on %s, and passes its exit code on', async (_what, nodeFlags) => {
    const version = await run([...nodeFlags, LAUNCH, 'version', '--json']);
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(version.stdout)).toMatchObject({ node: process.version });
    const nonsense = await run([...nodeFlags, LAUNCH, 'nonsense']);
    expect(nonsense).toMatchObject({ code: 2, stdout: '' });
    expect(nonsense.stderr).toContain("unknown command 'nonsense'");
  });

  it('says which Node it needs where there is none', async () => {
    folder = mkdtempSync(join(tmpdir(), 'longhouse-launch-'));
    const copy = join(folder, 'launch.mjs');
    copyFileSync(LAUNCH, copy);
    const { code, stderr } = await run(['--import', OLD_NODE, copy, 'start']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'longhouse: Cannot run on Node 20.20.2: it needs Node 26 or newer\n' +
        '  Run `npm ci` in the checkout, which brings the right one; or build the binary, which needs none.\n',
    );
  });
});

function run(flags: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, flags, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
