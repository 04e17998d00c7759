/** Builds the package for tests, as `npm run build:package` does, and installs it in a folder, as a user would. Runs in test processes. */

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BUILD = fileURLToPath(
  new URL('../../deploy/build-package/build-package.ts', import.meta.url),
);
const TYPES = fileURLToPath(new URL('../../node_modules/@types', import.meta.url));

/** A copy of `example` with the package installed from its tarball: the folder is the caller's to remove. */
export async function installPackage(example: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longhouse-package-'));
  await run(process.execPath, [BUILD, '--out', folder]);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await cp(example, folder, { recursive: true });
  // What it needs beside the package are the tools of this checkout; the package itself is installed without a registry.
  const file = join(folder, 'package.json');
  const own = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...own, dependencies: {}, devDependencies: {} }));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], {
    cwd: folder,
  });
  await symlink(TYPES, join(folder, 'node_modules/@types'));
  return folder;
}
