/**
 * Brings the peers' packages into bench/peers/node_modules, where nothing of the host looks. The bench's parent process.
 * Their versions are bench/peers/package-lock.json's, exactly; `npm ci` of the main package does not touch them.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

const FOLDER = new URL('../peers/', import.meta.url);
const INSTALLED = new URL('node_modules/.package-lock.json', FOLDER);
const WANTED = new URL('package-lock.json', FOLDER);
const INSTALL_LIMIT_MS = 180_000;
/** npm explains all of its flags after that. */
const NPM_LINES_SHOWN_MAX = 8;

export function arePeersInstalled(): boolean {
  return existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(WANTED).mtimeMs;
}

/** Installs what is missing; throws with npm's own words where it cannot. */
export function installPeers(): void {
  if (arePeersInstalled()) return;
  console.error('installing the peers into bench/peers ...');
  const { status, stderr, error } = spawnSync('npm', ['ci', '--no-progress', '--loglevel=error'], {
    cwd: FOLDER,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: INSTALL_LIMIT_MS,
  });
  if (status === 0) return;
  const words = stderr.trim().split('\n').slice(0, NPM_LINES_SHOWN_MAX).join('\n');
  throw new Error(`Cannot install the peers: npm ci failed: ${error?.message ?? words}`);
}

/** The version of an installed package. */
export function packageVersion(name: string): string {
  const manifest = readFileSync(new URL(`node_modules/${name}/package.json`, FOLDER), 'utf8');
  // Every package.json of a registry has a version.
  return (JSON.parse(manifest) as { version: string }).version;
}
