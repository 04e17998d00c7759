/**
 * Bundles the program and its threads into plain modules with source maps. Runs in the build only.
 *
 *   src/main/cli.ts                              -> program.mjs         one file: an executable has one main
 *   each entry of thread-entry.ts, Piscina's own -> threads/NAME.mjs    with what they share in further files
 *   src/shared/api.ts                            -> threads/longhouse.mjs   for users' modules
 *   src/workers/match/testkit.ts                 -> threads/testkit.mjs     for their tests, in the package only
 */

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, type InputOptions, type OutputOptions, type RolldownLog } from 'rolldown';
import { dashboardAssets } from '../../src/main/ops/dashboard/dashboard-assets.ts';
import { THREAD_SOURCES } from '../../src/main/thread-entry.ts';
import { patchPlugin, type PatchTarget } from './patches.ts';

export interface Bundles {
  /** Path of the program's one file. */
  readonly program: string;
  readonly threadsFolder: string;
  /** File names in it. */
  readonly threads: readonly string[];
}

/** Files of the program that are not its code: readProgramFile() knows them by their path. */
export const PROGRAM_FILES: readonly string[] = [
  'package.json',
  ...dashboardAssets.map((asset) => asset.path),
];

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN_FOLDER = new URL('../../src/main/', import.meta.url);

export async function bundle(folder: string, target: 'binary' | 'package'): Promise<Bundles> {
  const threadsFolder = path.join(folder, 'threads');
  await write(target, {
    input: { program: path.join(ROOT, 'src/main/cli.ts') },
    output: { dir: folder, codeSplitting: false },
  });
  await write('threads', {
    input: {
      ...threadInputs(),
      piscina: path.join(packageFolder('piscina'), 'dist/worker.js'),
      longhouse: path.join(ROOT, 'src/shared/api.ts'),
      ...(target === 'package' && { testkit: path.join(ROOT, 'src/workers/match/testkit.ts') }),
    },
    output: { dir: threadsFolder, chunkFileNames: 'part-[name]-[hash].mjs' },
  });
  const threads = readdirSync(threadsFolder).toSorted();
  return { program: path.join(folder, 'program.mjs'), threadsFolder, threads };
}

async function write(
  target: PatchTarget,
  { input, output }: { input: Record<string, string>; output: OutputOptions },
): Promise<void> {
  const options: InputOptions = {
    input,
    cwd: ROOT,
    platform: 'node',
    plugins: [patchPlugin(target)],
    // A bundle that lacks something fails here and not on the machine where it runs.
    onLog: (_level, log) => refuse(log),
  };
  await using build = await rolldown(options);
  await build.write({
    format: 'esm',
    entryFileNames: '[name].mjs',
    sourcemap: 'inline',
    sourcemapExcludeSources: true,
    // Stacks name `src/main/host.ts`, whatever folder the binary was built in.
    sourcemapPathTransform: (source, map) =>
      `longhouse:///${path.relative(ROOT, path.resolve(path.dirname(map), source))}`,
    ...output,
  });
}

function refuse(log: RolldownLog): void {
  throw new Error(`Cannot bundle: ${log.message}`);
}

function threadInputs(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(THREAD_SOURCES).map(([name, source]) => [
      name,
      fileURLToPath(new URL(source, MAIN_FOLDER)),
    ]),
  );
}

function packageFolder(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  return entry.slice(0, entry.lastIndexOf(`${path.sep}${name}${path.sep}`) + name.length + 2);
}
