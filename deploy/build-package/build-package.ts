/**
 * `npm run build:package [-- --out FOLDER]`: makes `dist/longhouse-VERSION.tgz`, for those who write a game in a folder of their
 * own and install Longhouse there: the program, its threads, the test kit and the types. It depends on no other package.
 * Runs in the build only.
 *
 *   sources -> bundles (deploy/bundle), types (tsc) -> a folder laid out as the package -> npm pack
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, PROGRAM_FILES } from '../bundle/bundle.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Of package.json: what the package says of itself in the same words. */
const KEPT = ['name', 'version', 'description', 'license', 'type'] as const;
const ENGINES = { node: '>=26' };

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const output = path.resolve(values.out ?? path.join(ROOT, 'dist'));
mkdirSync(output, { recursive: true });
const work = mkdtempSync(path.join(output, 'build-'));
try {
  await bundle(work, 'package');
  emitTypes(path.join(work, 'types'));
  for (const file of PROGRAM_FILES) {
    const place = path.join(work, 'files', file.replace('node_modules', 'packages'));
    cpSync(path.join(ROOT, file), place);
  }
  cpSync(path.join(ROOT, 'deploy/build-package/launch.js'), path.join(work, 'launch.js'));
  cpSync(path.join(ROOT, 'README.md'), path.join(work, 'README.md'));
  cpSync(path.join(ROOT, 'docs'), path.join(work, 'docs'), { recursive: true });
  writeFileSync(path.join(work, 'package.json'), `${JSON.stringify(description(), null, 2)}\n`);
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', output], {
    cwd: work,
    encoding: 'utf8',
  });
  process.stdout.write(`${path.relative('', path.join(output, packed.trim()))}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function description(): object {
  const source = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
  const own = JSON.parse(source) as Readonly<Record<string, unknown>>;
  return {
    ...Object.fromEntries(KEPT.map((key) => [key, own[key]])),
    bin: { longhouse: 'launch.js' },
    exports: {
      '.': { types: './types/shared/api.d.ts', default: './threads/longhouse.mjs' },
      './testkit': {
        types: './types/workers/match/testkit.d.ts',
        default: './threads/testkit.mjs',
      },
      './package.json': './package.json',
    },
    engines: ENGINES,
  };
}

function emitTypes(folder: string): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = path.join(path.dirname(compiler), 'bin/tsc');
  const project = fileURLToPath(new URL('tsconfig.json', import.meta.url));
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', folder], { stdio: 'pipe' });
}
