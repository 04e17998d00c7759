/**
 * `npm run build:binary [-- --out FILE]`: makes `dist/longhouse`, one executable with Node, the program and its threads inside.
 * Runs in the build only.
 *
 *   sources -> bundles (deploy/bundle) -> main and assets of a single executable -> node --build-sea -> renamed to FILE
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MAIN_HEAP_FLAG } from '../../src/main/main-heap.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { bundle, PROGRAM_FILES, type Bundles } from '../bundle/bundle.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MIB = 2 ** 20;

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const output = path.resolve(values.out ?? path.join(ROOT, 'dist/longhouse'));
const startMs = systemClock.nowMs();
mkdirSync(path.dirname(output), { recursive: true });
// Beside the output, so that the last step is a rename: a host that runs from there keeps the file it has.
const work = mkdtempSync(path.join(path.dirname(output), 'build-'));
try {
  const bundles = await bundle(work, 'binary');
  const config = path.join(work, 'sea.json');
  writeFileSync(config, JSON.stringify(seaConfig(bundles, nodeWithoutSymbols())));
  execFileSync(process.execPath, ['--build-sea', config], { stdio: 'pipe' });
  renameSync(path.join(work, 'longhouse'), output);
} finally {
  rmSync(work, { recursive: true, force: true });
}
const seconds = ((systemClock.nowMs() - startMs) / 1_000).toFixed(1);
const mebibytes = Math.round(statSync(output).size / MIB);
process.stdout.write(`${path.relative('', output)}: ${mebibytes} MiB, built in ${seconds} s\n`);

/** What `node --build-sea` is told. */
function seaConfig({ program, threadsFolder, threads }: Bundles, executable: string): object {
  const list = path.join(work, 'threads.json');
  writeFileSync(list, JSON.stringify({ hash: hashOf(threadsFolder, threads), names: threads }));
  return {
    main: program,
    mainFormat: 'module',
    executable,
    output: path.join(work, 'longhouse'),
    disableExperimentalSEAWarning: true,
    useCodeCache: false,
    // Stacks name sources; and SIGUSR1 would open the inspector to everyone on the machine.
    execArgv: ['--enable-source-maps', '--disable-sigusr1', MAIN_HEAP_FLAG],
    // NODE_OPTIONS would let the environment put code into the host.
    execArgvExtension: 'none',
    assets: {
      'threads.json': list,
      ...Object.fromEntries(
        threads.map((name) => [`threads/${name}`, path.join(threadsFolder, name)]),
      ),
      ...Object.fromEntries(PROGRAM_FILES.map((file) => [file, path.join(ROOT, file)])),
    },
  };
}

function hashOf(folder: string, names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of names) {
    hash.update(`${name}\0`).update(readFileSync(path.join(folder, name)));
  }
  return hash.digest('hex');
}

/** Node without its symbols is a quarter smaller; where the machine has no `strip`, it stays as it is. */
function nodeWithoutSymbols(): string {
  const stripped = path.join(work, 'node');
  copyFileSync(process.execPath, stripped);
  try {
    execFileSync('strip', ['--strip-unneeded', stripped], { stdio: 'ignore' });
    return stripped;
  } catch {
    return process.execPath;
  }
}
